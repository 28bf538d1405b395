"""The values of a column in the words of a format.

A column is an array, a list, an array of pyarrow, or `Cells`.
"""

from __future__ import annotations

import json
from typing import Any

from flowspec.backend import np, pa
from flowspec.data.numbers import decoded
from flowspec.data.source import Cells


def repeated(values: Any, times: int) -> Any:
    """Each value several times in a row."""
    if isinstance(values, Cells):
        numbers = None if values.numbers is None else np.repeat(values.numbers, times)
        return Cells(texts=repeated(values.texts, times), numbers=numbers)
    if isinstance(values, np.ndarray):
        return np.repeat(values, times, 0)
    if isinstance(values, list):
        return [value for value in values for _ in range(times)]
    return values.take(pa.array(np.repeat(np.arange(len(values)), times)))


def texts(values: Any) -> list[str]:
    """The values as cells of a text; a number in as few digits as tell it from all others."""
    if isinstance(values, Cells):
        return list(values.texts)
    if isinstance(values, np.ndarray) and values.ndim == 1 and values.dtype.kind in "iufU":
        return values.astype(str).tolist()
    return [_text(value) for value in _listed(values)]


def objects(values: Any) -> list[Any]:
    """The values as JSON knows them; None for results that are not finite."""
    if isinstance(values, Cells):
        return list(values.texts) if values.numbers is None else objects(values.numbers)
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        # By way of the text, because the digits of a float32 are not those of its float64.
        plain = values.astype(str).astype(np.float64) if values.itemsize < 8 else values
        if np.isfinite(plain).all():
            return plain.tolist()
        gaps = plain.astype(object)
        gaps[~np.isfinite(plain)] = None
        return gaps.tolist()
    return _listed(values)


def array(values: Any) -> Any:
    """The values as an array of numbers, or of texts where not all are numbers."""
    if isinstance(values, Cells):
        return np.asarray(values.texts, str) if values.numbers is None else values.numbers
    if isinstance(values, np.ndarray) and values.dtype.kind != "O":
        return values
    listed = _listed(values)
    try:
        found = np.asarray(listed)
    except ValueError:  # lists of different lengths
        found = None
    if found is None or found.dtype.kind not in "biuf":
        return np.asarray([_text(value) for value in listed], str)
    return found


def arrow(values: Any) -> Any:
    """The values as an array of pyarrow.

    Raises:
        pyarrow.ArrowException: If they have no type in common.
    """
    if isinstance(values, Cells):
        return pa.array(values.texts if values.numbers is None else values.numbers)
    if isinstance(values, np.ndarray) and values.ndim == 1 and values.dtype.kind in "biuf":
        return pa.array(values)
    return values if isinstance(values, pa.Array) else pa.array(_listed(values))


def _listed(values: Any) -> list[Any]:
    if isinstance(values, list):
        return values
    if isinstance(values, np.ndarray):
        return [decoded(value) for value in values.tolist()]
    return values.to_pylist()


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, default=str)
