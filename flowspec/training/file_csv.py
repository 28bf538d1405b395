"""A CSV file: a header of column names, then a row of cells per line.

Cells are separated by commas and may stand in double quotes; the text is UTF-8, with or without
a byte order mark. Blank lines are skipped, and so are spaces around names and cells. Only the
columns that are asked for are kept, as numbers; where a fault is told its text is looked up again.
"""

from __future__ import annotations

import csv
from array import array
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flowspec.backend import np
from flowspec.diagnostics import DataError, Diagnostic, Span
from flowspec.training.data_categories import Codes
from flowspec.training.data_column import Column
from flowspec.training.data_faults import Faults
from flowspec.training.data_numbers import parse_number
from flowspec.training.file_lines import LineError, Lines


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
        self.span: Span | None = self._lines.span(self._lines.start, None)

    def read(self, wanted: Mapping[str, Codes | None], faults: Faults) -> Mapping[str, Column]:
        """The columns that are asked for, in one pass over the file.

        Args:
            wanted: Their names, each with the category it belongs to.
            faults: Where ragged rows and errors of syntax are filed; such rows are left out.
        """
        rows = Rows(self._lines)
        columns = {
            name: CsvColumn(name, self._names.index(name), codes, rows)
            for name, codes in wanted.items()
        }
        if not columns:
            return columns
        steps = [(column.index, column.parse, column.store.append) for column in columns.values()]
        width, ragged, number = len(self._names), array("q"), 0
        while (cells := self._next(faults)) is not None:
            number += 1
            if len(cells) != width:
                ragged.extend((number, len(cells), self._lines.start))
                continue
            rows.add(number, self._lines.start)
            for index, parse, append in steps:
                append(parse(cells[index]))
        faults.add_all(
            len(ragged) // 3,
            (self._ragged(*ragged[at : at + 3]) for at in range(0, len(ragged), 3)),
        )
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
                span=self._lines.span(self._lines.start, None),
            )
            faults.add(fault)
        except LineError as error:
            faults.add(error.fault)
        return None

    def _ragged(self, number: int, cells: int, start: int) -> Diagnostic:
        width = len(self._names)
        return Diagnostic(
            slug="ragged-row",
            message=f"row {number} has another number of cells than the header",
            span=self._lines.span(start, min(cells, width) - 1),
            expected=str(width),
            got=str(cells),
        )


class Rows:
    """The rows that were kept: their numbers from 1, and where each starts in the file."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.numbers = array("q")
        self.starts = array("q")

    def add(self, number: int, start: int) -> None:
        """Keep a row."""
        self.numbers.append(number)
        self.starts.append(start)


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
        return np.frombuffer(self.store, np.float64)

    def codes(self, codes: Codes, faults: Faults) -> Any:
        """The indices, -1 where a cell names no value."""
        return np.frombuffer(self.store, np.int64)

    def row(self, at: int) -> int:
        """The number of a row; those left out count."""
        return self._rows.numbers[at]

    def given(self, at: int, feature: int = 0) -> str:
        """The text of a cell."""
        return self._cells(at)[self.index].strip()

    def span(self, at: int) -> Span | None:
        """Where a cell stands."""
        return self._rows.lines.span(self._rows.starts[at], self.index)

    def _cells(self, at: int) -> Sequence[str]:
        return next(csv.reader(self._rows.lines.record(self._rows.starts[at]), strict=True))
