"""Mappings of arrays, and data frames, as sources of columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from flowspec.backend import np
from flowspec.data.column import ArrayColumn
from flowspec.data.faults import Faults
from flowspec.data.source import Piece, Shape, Wanted
from flowspec.diagnostics import Diagnostic, Span

_LONGEST_REASON = 200


class Arrays:
    """A mapping of names to arrays, or a data frame."""

    span: Span | None = None

    def __init__(self, names: Iterable[Any], get: Callable[[str], Any], *, is_table: bool) -> None:
        # The names of a frame's columns may be anything; what is no text belongs to no input.
        self.counts: Mapping[str, int] = Counter(str(name) for name in names)
        self.is_table = is_table
        self._get = get
        self._arrays: dict[str, Any] = {}

    def place(self, name: str) -> Span | None:
        """Nothing here has a place."""
        return self.span

    def may_be_array(self, name: str) -> bool:
        """A frame holds columns only."""
        return not self.is_table

    def shapes(self, names: Sequence[str], faults: Faults) -> Mapping[str, Shape]:
        """The shapes of the arrays, which are made here."""
        for name in names:
            try:
                self._arrays[name] = _array(self._get(name))
            except Exception as error:  # Whatever foreign code raises when asked for an array.
                faults.add(_no_array(name, error))
        return {name: self._arrays[name].shape for name in names if name in self._arrays}

    def pieces(
        self, wanted: Mapping[str, Wanted], kept: Sequence[str], faults: Faults, rows: int
    ) -> Iterator[Piece]:
        """One piece with every row."""
        columns = {name: ArrayColumn(name, self._arrays[name]) for name in wanted}
        arrays = {name: self._arrays[name] for name in kept}
        count = len(self._arrays[next(iter((*wanted, *kept)))])
        yield Piece(columns=columns, kept=arrays, count=count)

    def close(self) -> None:
        """Nothing is open."""


def of_mapping(data: Mapping[Any, Any]) -> Arrays:
    """A mapping of names to arrays as a source."""
    return Arrays(data, data.__getitem__, is_table=False)


def of_frame(data: Any) -> Arrays:
    """A data frame as a source."""
    return Arrays(data.columns, data.__getitem__, is_table=True)


def _array(value: Any) -> Any:
    return value if isinstance(value, np.ma.MaskedArray) else np.asarray(value)


def _no_array(name: str, error: Exception) -> Diagnostic:
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:_LONGEST_REASON]
    return Diagnostic(
        slug="not-an-array", message=f"`{name}` cannot be made an array: {reason}",
        expected="numbers, all rows of the same length",
    )  # fmt: skip
