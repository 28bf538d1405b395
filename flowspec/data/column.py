"""One array or column of data: its values, and where each of them stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from flowspec.backend import np
from flowspec.data.categories import Codes
from flowspec.data.faults import Faults
from flowspec.data.numbers import as_number, decoded, parse_number
from flowspec.diagnostics import Diagnostic, Span


class Column(Protocol):
    """One array or column of data."""

    @property
    def name(self) -> str:
        """Its name in the data."""
        ...

    @property
    def shape(self) -> tuple[int, ...]:
        """`(B,)` for a column, `(B, D)` for an array of several."""
        ...

    def numbers(self, faults: Faults) -> Any:
        """The values as an array of numbers, NaN where there is none; None after a fault."""
        ...

    def codes(self, codes: Codes, faults: Faults) -> Any:
        """The values as indices of a category, -1 where there is none; None after a fault."""
        ...

    def row(self, at: int) -> int:
        """The number of a row, from 1."""
        ...

    def given(self, at: int, feature: int = 0) -> Any:
        """A value as it was given; the feature counts in an array of several."""
        ...

    def span(self, at: int) -> Span | None:
        """Where the value stands; of a file that is no text its first line."""
        ...


class ArrayColumn:
    """An array.

    Args:
        name: Its name.
        values: `(B,)` or `(B, D)`.
        numbers: The number of each row, from 1; without it they are counted.
        place: Where a row stands in a file.
    """

    def __init__(
        self,
        name: str,
        values: Any,
        numbers: Sequence[int] | None = None,
        place: Callable[[int], Span | None] | None = None,
    ) -> None:
        self.name = name
        self._values = _plain(values)
        self._rows = numbers
        self._place = place

    @property
    def shape(self) -> tuple[int, ...]:
        """The array's shape."""
        return self._values.shape

    def numbers(self, faults: Faults) -> Any:
        """The array itself where it holds numbers already."""
        kind = self._values.dtype.kind
        if kind in "iuf":
            return self._values
        if kind in "OSU":
            numbers = self._numbers_among(parse_number if kind in "SU" else as_number)
            # Where all texts are numbers the fault is the dtype, else the texts that are none.
            if kind == "O" or not np.isfinite(numbers).all():
                return numbers
        faults.add(self._wrong_dtype("numbers"))
        return None

    def codes(self, codes: Codes, faults: Faults) -> Any:
        """Equal values are looked up once."""
        kind = self._values.dtype.kind
        if kind == "O":
            return np.asarray([codes.of(value) for value in self._values.tolist()], np.int64)
        if kind in "SUiuf" or (kind == "b" and not codes.labels):
            values, places = np.unique(self._values, return_inverse=True)
            found = np.asarray([codes.of(value) for value in values.tolist()], np.int64)
            return found[places]
        faults.add(self._wrong_dtype(codes.text()))
        return None

    def row(self, at: int) -> int:
        """The number of a row, from 1."""
        return at + 1 if self._rows is None else int(self._rows[at])

    def given(self, at: int, feature: int = 0) -> Any:
        """The element."""
        value = self._values[at] if self._values.ndim == 1 else self._values[at, feature]
        return decoded(value)

    def span(self, at: int) -> Span | None:
        """Its file, and where that is a text the value; an array in memory has no place."""
        return self._place(at) if self._place else None

    def _wrong_dtype(self, expected: str) -> Diagnostic:
        dtype = self._values.dtype
        return Diagnostic(
            slug="wrong-dtype",
            message=f"the input `{self.name}` has the wrong dtype",
            span=self.span(0) if len(self._values) else None,
            expected=expected,
            got={"S": "texts", "U": "texts", "b": "booleans"}.get(dtype.kind, str(dtype)),
        )

    def _numbers_among(self, number: Callable[[Any], float]) -> Any:
        numbers = [number(decoded(value)) for value in self._values.ravel().tolist()]
        return np.asarray(numbers, np.float64).reshape(self.shape)


def _plain(values: Any) -> Any:
    """The array; as one of objects where it holds texts of any length, or is masked anywhere."""
    if isinstance(values, np.ma.MaskedArray):
        mask: Any = np.ma.getmaskarray(values)
        values = values.data
        if mask.any():
            values = values.astype(object)
            values[mask] = None
    return values.astype(object) if values.dtype.kind == "T" else values
