"""The data of a prediction as columns of one value a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flowspec.backend import np
from flowspec.data.faults import value_text
from flowspec.data.inputs import Input
from flowspec.diagnostics import DataError, Diagnostic, nearest


class Frame:
    """Columns by name, as those of a data frame; some names may stand there twice.

    Attributes:
        columns: The names.
    """

    def __init__(self, pairs: Iterable[tuple[Any, Any]]) -> None:
        found = list(pairs)
        self.columns = [name for name, _ in found]
        self._values = dict(found)

    def __getitem__(self, name: Any) -> Any:
        return self._values[name]


def frame_of(data: Any, inputs: Mapping[str, Input]) -> Frame:
    """Data with every column of lists under the name of an input made a column a feature.

    Args:
        data: A data frame, or a mapping of names to arrays.
        inputs: Every input of the model.

    Raises:
        DataError: If it is neither, a mapping names no input of the model, or lists are ragged.
    """
    if isinstance(data, Mapping):
        _check_names(data, inputs)
        names = list(data)
    elif hasattr(data, "columns") and hasattr(data, "__getitem__"):
        names = list(data.columns)
    else:
        raise DataError(_unnamed(data))
    return Frame(pair for name in names for pair in _spread(name, data[name], inputs))


def _spread(name: Any, values: Any, inputs: Mapping[str, Input]) -> Iterator[tuple[Any, Any]]:
    one = inputs.get(name) if isinstance(name, str) else None
    array = None if one is None or one.is_category else _rows(one, values)
    if one is None or array is None:
        yield name, values
    elif one.size == array.shape[1] == 1:
        yield name, array[:, 0]
    else:
        for index in range(array.shape[1]):
            yield f"{name}.{index}", array[:, index]


def _rows(one: Input, values: Any) -> Any:
    """The array `(B, …)` that a column of lists, or an array of more than one axis, holds."""
    array = np.asarray(values)
    if array.ndim == 1 and array.dtype == object and len(array):
        cells = array.tolist()
        if not all(isinstance(cell, list | tuple | np.ndarray) for cell in cells):
            return None
        lengths = {len(cell) for cell in cells}
        if len(lengths) > 1:
            raise DataError(_ragged(one, lengths))
        array = np.asarray(cells)
    return array if array.ndim == 2 else None


def _check_names(data: Mapping[Any, Any], inputs: Mapping[str, Input]) -> None:
    known = {c for one in inputs.values() for s in (*one.spellings, (one.name,)) for c in s}
    unknown = [name for name in data if name not in known]
    if unknown:
        raise DataError(*(_unknown(name, inputs) for name in unknown))


def _unknown(name: Any, inputs: Mapping[str, Input]) -> Diagnostic:
    return Diagnostic(
        slug="unknown-input",
        message=f"there is no input named {value_text(name)}",
        expected=", ".join(inputs),
        nearest=nearest(str(name), inputs),
    )


def _unnamed(data: Any) -> Diagnostic:
    return Diagnostic(
        slug="unnamed-inputs",
        message="the data do not name their inputs",
        expected="a data frame, or a mapping of names to arrays",
        got=f"a value of type {type(data).__name__}",
    )


def _ragged(one: Input, lengths: Iterable[int]) -> Diagnostic:
    return Diagnostic(
        slug="wrong-shape",
        message=f"the rows of `{one.name}` have different lengths",
        expected=f"{one.size} numbers a row",
        got=" and ".join(map(str, sorted(lengths)[:3])),
    )
