"""A CSV file: a header of column names, then a row of cells per line.

Cells are separated by commas and may stand in double quotes; the text is UTF-8, with or without
a byte order mark. Blank lines are skipped, and so are spaces around names and cells. Only the
columns that are asked for are kept, as numbers; where a fault is told its text is looked up again.
"""

from __future__ import annotations

import csv
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flowspec.backend import np
from flowspec.data.categories import Codes
from flowspec.data.column import Column
from flowspec.data.faults import Faults
from flowspec.data.lines import Lines
from flowspec.data.numbers import parse_number
from flowspec.diagnostics import DataError, Diagnostic, Span

_OTHER_SEPARATORS = ";\t|"


class CsvFile:
    """The columns of a CSV file."""

    is_table = True

    def __init__(self, file: str, data: bytes) -> None:
        """Read the header.

        Raises:
            DataError: If the file is no text, or has no header.
        """
        self._lines = Lines(file, data)
        self._reader = csv.reader(self._lines, strict=True)
        faults = Faults()
        header = self._next(faults)
        faults.raise_any()
        if header is None:
            message = f"`{file}` has no header"
            raise DataError(Diagnostic(slug="empty-file", message=message, span=Span(file, 1, 1)))
        self._names = [name.strip() for name in header]
        self.counts: Mapping[str, int] = Counter(self._names)
        self.span: Span | None = self._lines.span(self._lines.start)
        if len(header) == 1 and any(separator in header[0] for separator in _OTHER_SEPARATORS):
            raise DataError(_wrong_separator(header[0], self.span))

    def read(self, wanted: Mapping[str, Codes | None], faults: Faults) -> Mapping[str, Column]:
        """The columns that are asked for, in one pass over the file.

        Args:
            wanted: Their names, each with the category it belongs to.
            faults: Where ragged rows and errors of syntax are filed; such rows are left out.
        """
        rows = Rows(self._lines)
        places = {name: place for place, name in enumerate(self._names)}
        columns = {
            name: CsvColumn(name, places[name], codes, rows) for name, codes in wanted.items()
        }
        if not columns:
            return columns
        steps = [(column.index, column.parse, column.store.append) for column in columns.values()]
        while (cells := self._next(faults)) is not None:
            if len(cells) != len(self._names):
                rows.leave_out()
                faults.add_all(1, (self._ragged(rows.count, row) for row in [cells]))
                continue
            rows.keep()
            for index, parse, append in steps:
                append(parse(cells[index]))
        return columns

    def _next(self, faults: Faults) -> list[str] | None:
        """The next row that is not blank; None at the end, or where the text cannot be read on."""
        try:
            while True:
                self._lines.begin()
                cells = next(self._reader, None)
                if cells is None or cells:
                    return cells
        except csv.Error as error:
            fault = Diagnostic(
                slug="csv-syntax",
                message=f"the row that begins here is not CSV: {error}",
                span=self._lines.span(self._lines.start),
            )
            faults.add(fault)
        except DataError as error:
            faults.add_all(len(error.diagnostics), error.diagnostics)
        return None

    def _ragged(self, number: int, cells: Sequence[str]) -> Diagnostic:
        width = len(self._names)
        return Diagnostic(
            slug="ragged-row",
            message=f"row {number} has another number of cells than the header",
            span=self._lines.span(self._lines.start, min(width, len(cells) - 1)),
            expected=str(width),
            got=str(len(cells)),
        )


class Rows:
    """The rows that were kept, and those left out between them.

    Attributes:
        lines: The lines of the file.
        starts: Where each kept row starts in the file.
    """

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.starts = array("q")
        self._left_out = array("q")

    @property
    def count(self) -> int:
        """How many rows have been seen."""
        return len(self.starts) + len(self._left_out)

    def keep(self) -> None:
        """Keep the present row."""
        self.starts.append(self.lines.start)

    def leave_out(self) -> None:
        """Leave the present row out."""
        self._left_out.append(len(self.starts))

    def number(self, at: int) -> int:
        """The number of a kept row in the file, from 1."""
        return at + 1 + bisect_right(self._left_out, at)


class CsvColumn:
    """A column of a CSV file, its cells parsed.

    Attributes:
        name: Its name.
        index: Its place in the header, from 0.
        parse: From a cell to the number that is kept.
        store: The numbers.
    """

    def __init__(self, name: str, index: int, codes: Codes | None, rows: Rows) -> None:
        self.name = name
        self.index = index
        self.parse: Callable[[str], float] = parse_number if codes is None else codes.of_cell
        self.store = array("d" if codes is None else "q")
        self._rows = rows

    @property
    def shape(self) -> tuple[int, ...]:
        """`(B,)`."""
        return (len(self.store),)

    def numbers(self, faults: Faults) -> Any:
        """The numbers, NaN where a cell spells none."""
        return np.asarray(self.store)

    def codes(self, codes: Codes, faults: Faults) -> Any:
        """The indices, -1 where a cell names no value."""
        return np.asarray(self.store)

    def row(self, at: int) -> int:
        """The number of a row; those left out count."""
        return self._rows.number(at)

    def given(self, at: int, feature: int = 0) -> str:
        """The text of a cell."""
        return self._cells(at)[self.index].strip()

    def span(self, at: int) -> Span | None:
        """Where a cell stands."""
        return self._rows.lines.span(self._rows.starts[at], self.index)

    def _cells(self, at: int) -> Sequence[str]:
        return next(csv.reader(self._rows.lines.record(self._rows.starts[at]), strict=True))


def _wrong_separator(header: str, span: Span | None) -> Diagnostic:
    return Diagnostic(
        slug="wrong-separator",
        message="the names of the columns are not separated by commas",
        span=span,
        expected="`,`",
        got=", ".join(repr(mark) for mark in _OTHER_SEPARATORS if mark in header),
    )
