"""Where rows come from: a source names its columns, then hands out its rows piece by piece."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flowspec.data.categories import Codes
from flowspec.data.column import Column
from flowspec.data.faults import Faults
from flowspec.diagnostics import Span

Shape = tuple[int | None, ...]
"""The shape of a column; None where only reading tells."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is read from a column.

    Attributes:
        codes: The category whose values it holds; None where it holds numbers.
        width: Values per row where each row has a list of them; None where it has one value.
    """

    codes: Codes | None = None
    width: int | None = None


@dataclass(frozen=True, kw_only=True)
class Cells:
    """The texts of a column of a CSV file, and the numbers they spell where it was read as such."""

    texts: Sequence[str]
    numbers: Any = None


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Some rows of a source.

    Attributes:
        columns: The columns that are read, without those that have faults.
        kept: Columns handed on as they are: arrays, `Cells`, lists, or arrays of pyarrow.
        count: The number of rows, without those left out for a fault.
    """

    columns: Mapping[str, Column]
    kept: Mapping[str, Any]
    count: int


class Source(Protocol):
    """Rows in named columns."""

    @property
    def counts(self) -> Mapping[str, int]:
        """The columns it holds, each with how often."""
        ...

    @property
    def is_table(self) -> bool:
        """Whether some of its columns may belong to nothing."""
        ...

    @property
    def span(self) -> Span | None:
        """Where a file names its columns."""
        ...

    def place(self, name: str) -> Span | None:
        """Where a file names a column, the last time; as `span` where that is not known."""
        ...

    def may_be_array(self, name: str) -> bool:
        """Whether a column may hold, or could have held, several values a row."""
        ...

    def shapes(self, names: Sequence[str], faults: Faults) -> Mapping[str, Shape]:
        """The shapes of columns, without those that have faults."""
        ...

    def pieces(
        self, wanted: Mapping[str, Wanted], kept: Sequence[str], faults: Faults, rows: int
    ) -> Iterator[Piece]:
        """The rows, at most so many at once; arrays in memory come whole.

        Args:
            wanted: The columns to read, of those that have shapes.
            kept: The columns to hand on as they are.
            faults: Where faults are filed; rows that cannot be told apart are left out.
            rows: The most rows of a piece.
        """
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...
