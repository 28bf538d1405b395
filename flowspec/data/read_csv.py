"""A CSV file: a header of column names, then a row of cells per line.

Cells are separated by commas and may stand in double quotes; the text is UTF-8, with or without
a byte order mark. Blank lines are skipped, and so are spaces around names and cells. Cells are
kept as numbers; where a fault is told the text of its row is looked up again.
"""

from __future__ import annotations

import csv
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, BinaryIO

from flowspec.backend import np
from flowspec.data.categories import Codes
from flowspec.data.faults import Faults
from flowspec.data.lines import Lines, TextRows
from flowspec.data.numbers import parse_number
from flowspec.data.source import Cells, Piece, Shape, Wanted
from flowspec.diagnostics import DataError, Diagnostic, Span

_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_CELL = re.compile(r'"[^"]*(?:""[^"]*)*"|[^,\r\n]*')


class CsvFile:
    """The columns of a CSV file."""

    is_table = True

    def __init__(self, file: str, stream: BinaryIO) -> None:
        """Read the header.

        Raises:
            DataError: If the file is no text, or has no header.
        """
        self._lines = Lines(file, stream)
        self._reader = csv.reader(self._lines, strict=True)
        faults = Faults()
        header = self._next(faults)
        faults.raise_any()
        if header is None:
            message = f"`{file}` has no header"
            raise DataError(Diagnostic(slug="empty-file", message=message, span=Span(file, 1, 1)))
        self._names = [name.strip() for name in header]
        self.counts: Mapping[str, int] = Counter(self._names)
        self.span: Span | None = self._lines.span()
        self._header = TextRows(self._lines)
        self._header.hold(0)
        if len(header) == 1 and any(separator in header[0] for separator in _OTHER_SEPARATORS):
            raise DataError(_wrong_separator(header[0], self.span))

    def place(self, name: str) -> Span | None:
        """Its cell of the header, the last one of that name."""
        cell = len(self._names) - 1 - self._names[::-1].index(name)
        return self._header.span(0, partial(_place, cell=cell))

    def may_be_array(self, name: str) -> bool:
        """A cell holds one value."""
        return False

    def shapes(self, names: Sequence[str], faults: Faults) -> Mapping[str, Shape]:
        """`(B,)` each."""
        return dict.fromkeys(names, (None,))

    def pieces(
        self, wanted: Mapping[str, Wanted], kept: Sequence[str], faults: Faults, rows: int
    ) -> Iterator[Piece]:
        """Ragged rows are left out; an error of syntax ends the file."""
        places = {name: place for place, name in enumerate(self._names)}
        number = 0
        cells = self._next(faults)
        while cells is not None:
            held = TextRows(self._lines)
            columns = [CsvColumn(name, places[name], w.codes, held) for name, w in wanted.items()]
            steps = [(column.index, column.parse, column.store.append) for column in columns]
            texts: dict[str, list[str]] = {name: [] for name in kept}
            keep = [(places[name], texts[name].append) for name in kept]
            while cells is not None and len(held) < rows and not held.is_full:
                number += 1
                if len(cells) == len(self._names):
                    held.hold(number)
                    for index, parse, append in steps:
                        append(parse(cells[index]))
                    for index, append in keep:
                        append(cells[index])
                else:
                    faults.add(self._ragged(number, cells))
                cells = self._next(faults)
            yield Piece(
                columns={column.name: column for column in columns},
                kept={name: _cells(texts[name], name, columns) for name in kept},
                count=len(held),
            )

    def close(self) -> None:
        """Whoever opened the stream closes it."""

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
                span=self._lines.span(),
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
            span=self._lines.span(partial(_place, cell=min(width, len(cells) - 1))),
            expected=str(width),
            got=str(len(cells)),
        )


class CsvColumn:
    """A column of a CSV file, its cells parsed.

    Attributes:
        name: Its name.
        index: Its place in the header, from 0.
        parse: From a cell to the number that is kept.
        store: The numbers.
    """

    def __init__(self, name: str, index: int, codes: Codes | None, rows: TextRows) -> None:
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
        return self._rows.numbers[at]

    def given(self, at: int, feature: int = 0) -> str:
        """The text of a cell."""
        return next(csv.reader([self._rows.text(at)], strict=True))[self.index].strip()

    def span(self, at: int) -> Span | None:
        """Where a cell stands."""
        return self._rows.span(at, partial(_place, cell=self.index))


def _cells(texts: Sequence[str], name: str, columns: Sequence[CsvColumn]) -> Cells:
    """A kept column; where it was read as numbers, with these."""
    stores = [column.store for column in columns if column.name == name]
    numbers = np.asarray(stores[0]) if stores and stores[0].typecode == "d" else None
    return Cells(texts=texts, numbers=numbers)


def _place(text: str, cell: int) -> tuple[int, int]:
    """Where a cell of a row starts and ends, without spaces around it."""
    at = 0
    for _ in range(cell):
        at = _end_of_cell(text, at) + 1
    found = text[at : _end_of_cell(text, at)]
    first = at + len(found) - len(found.lstrip())
    return first, max(first + len(found.strip()), first + 1)


def _end_of_cell(text: str, at: int) -> int:
    match = _CELL.match(text, at)
    return match.end() if match else at


def _wrong_separator(header: str, span: Span | None) -> Diagnostic:
    return Diagnostic(
        slug="wrong-separator",
        message="the names of the columns are not separated by commas",
        span=span,
        expected="commas",
        got=", ".join(name for mark, name in _OTHER_SEPARATORS.items() if mark in header),
    )
