"""From what JSON held for an input to its array, every value looked at.

Lists become an array only once their lengths and the types of all values are known to be right:
NumPy would take `false` for a number, and pad or refuse ragged rows in words of its own.
"""

from __future__ import annotations

from itertools import chain
from typing import Any

from flowspec.backend import np
from flowspec.data.faults import value_text
from flowspec.diagnostics import Diagnostic, nearest
from flowspec.serve.field import Field
from flowspec.serve.request_error import unfit

_INT64 = range(-(2**63), 2**63)
_REAL = {int, float}


def column(field: Field, value: Any) -> Any:
    """The array of an input, `(B, …)`; that its numbers are finite and in range is not checked.

    Args:
        field: The input.
        value: A list of rows, as JSON held it.

    Raises:
        RequestError: If it is no list of rows of the right shape and type.
    """
    return _numbers(field, _flat(field, value)).reshape(-1, *field.shape)


def flat_numbers(field: Field, value: Any, count: int) -> Any:
    """The numbers of an input whose shape is told apart from them, `(count,)`.

    Args:
        field: The input.
        value: A list of numbers, or of rows, as JSON held it.
        count: How many numbers there should be.

    Raises:
        RequestError: If there are more or fewer, rows are ragged, or one is no number.
    """
    is_flat = isinstance(value, list) and list not in set(map(type, value))
    level = value if is_flat else _flat(field, value)
    if len(level) != count:
        raise unfit(
            Diagnostic(
                slug="wrong-shape", message=f"the data of `{field.name}` do not fill its shape",
                path=field.name, expected=f"{count} numbers", got=str(len(level)),
            )
        )  # fmt: skip
    return _numbers(field, level)


def place(field: Field, at: int) -> str:
    """Where number `at` of an input stands: its row, counted from 0, and its feature."""
    row, feature = divmod(at, field.size)
    name = field.feature(feature) if field.shape else field.name
    return f"row {row} of `{name}`"


def _flat(field: Field, value: Any) -> list[Any]:
    """The values of all rows, one after the other."""
    level = value
    for depth, size in enumerate((None, *field.shape)):
        lists = [level] if depth == 0 else level
        wrong = next((at for at, one in enumerate(lists) if not _is_list(one, size)), None)
        if wrong is not None:
            raise unfit(_wrong_list(field, depth, wrong, lists[wrong], size))
        level = list(chain.from_iterable(lists))
    return level


def _is_list(value: Any, size: int | None) -> bool:
    return type(value) is list and (size is None or len(value) == size)


def _numbers(field: Field, flat: list[Any]) -> Any:
    """An array of the values, `(N,)`, if all are numbers of the right sort."""
    if field.is_integer:
        return _integers(field, flat)
    if set(map(type, flat)) - _REAL:
        at = next(at for at, one in enumerate(flat) if type(one) not in _REAL)
        raise unfit(_wrong_type(field, at, flat[at]))
    try:
        return np.array(flat, np.float64)
    except OverflowError:
        at = next(at for at, one in enumerate(flat) if _is_huge(one))
        raise unfit(_too_large(field, at, flat[at])) from None


def _integers(field: Field, flat: list[Any]) -> Any:
    if field.labels is not None and str in set(map(type, flat)):
        flat = [_index(field, at, one) for at, one in enumerate(flat)]
    if set(map(type, flat)) - {int}:
        at = next(at for at, one in enumerate(flat) if type(one) is not int)
        raise unfit(_wrong_type(field, at, flat[at]))
    if flat and (min(flat) not in _INT64 or max(flat) not in _INT64):
        at = next(at for at, one in enumerate(flat) if one not in _INT64)
        raise unfit(_too_large(field, at, flat[at]))
    return np.array(flat, np.int64)


def _index(field: Field, at: int, value: Any) -> Any:
    """The index of a label; what is no text is looked at later."""
    if not isinstance(value, str):
        return value
    index = field.indices.get(value)
    if index is None:
        raise unfit(
            Diagnostic(
                slug="unknown-category",
                message=f"{place(field, at)} is no such value",
                path=field.name,
                got=value_text(value),
                nearest=nearest(value, field.indices),
            )
        )
    return index


def _is_huge(value: Any) -> bool:
    try:
        float(value)
    except OverflowError:
        return True
    return False


def _wrong_list(field: Field, depth: int, at: int, value: Any, size: int | None) -> Diagnostic:
    where = f"`{field.name}`" if depth == 0 else f"row {at} of `{field.name}`"
    if not isinstance(value, list):
        wanted = f"a list of rows, {field.text}" if depth == 0 else f"a list of {size} numbers"
        return Diagnostic(
            slug="wrong-shape", message=f"{where} is no list",
            path=field.name, expected=wanted, got=value_text(value),
        )  # fmt: skip
    return Diagnostic(
        slug="wrong-shape", message=f"{where} has the wrong number of values",
        path=field.name, expected=f"{size} values", got=str(len(value)),
    )  # fmt: skip


def _wrong_type(field: Field, at: int, value: Any) -> Diagnostic:
    if isinstance(value, list):
        return Diagnostic(
            slug="wrong-shape", message=f"{place(field, at)} is a list",
            path=field.name, expected=field.text,
        )  # fmt: skip
    expected = "an integer" if field.is_integer else "a number"
    if field.labels:
        expected += " or one of the labels"
    slug = "missing-value" if value is None else "wrong-dtype"
    return Diagnostic(
        slug=slug, message=f"{place(field, at)} is not {expected}",
        path=field.name, expected=expected, got=value_text(value),
    )  # fmt: skip


def _too_large(field: Field, at: int, value: int) -> Diagnostic:
    return Diagnostic(
        slug="number-too-large", message=f"{place(field, at)} is too large for {field.dtype}",
        path=field.name, got=f"an integer of {value.bit_length()} bits",
    )  # fmt: skip
