"""The lines of a file of text, decoded one by one, and the places of cells in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from flowspec.diagnostics import DataError, Diagnostic, Span

MAX_ROW: Final = 1 << 24
"""Bytes of one row, which may span several lines."""

_CELL = re.compile(r'"[^"]*(?:""[^"]*)*"|[^,\r\n]*')
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Lines:
    """The lines of a file, which makes spans.

    Attributes:
        start: Where the present row starts, in bytes.
    """

    def __init__(self, file: str, data: bytes) -> None:
        """Take a file's bytes.

        Args:
            file: The file as the user would name it.
            data: Its bytes.

        Raises:
            DataError: If they are no text.
        """
        if b"\0" in data:
            raise DataError(_binary(file))
        self._file = file
        # Old line ends, which nothing here expects, are of the same length.
        self._data = data if b"\n" in data else data.replace(b"\r", b"\n")
        self._next = len(_BYTE_ORDER_MARK) if data.startswith(_BYTE_ORDER_MARK) else 0
        self.start = self._next

    def __iter__(self) -> Iterator[str]:
        """The lines from the present one on."""
        return self

    def __next__(self) -> str:
        """The next line, with its line end.

        Raises:
            DataError: If it is not UTF-8, or the row too long.
        """
        if self._next >= len(self._data):
            raise StopIteration
        start, end = self._next, self._end(self._next)
        if end - self.start > MAX_ROW:
            raise DataError(self._too_long())
        try:
            line = self._data[start:end].decode("utf-8")
        except UnicodeDecodeError as error:
            raise DataError(self._not_utf8(start + error.start)) from None
        self._next = end
        return line

    def begin(self) -> None:
        """Let a row start with the next line."""
        self.start = self._next

    def record(self, start: int) -> Iterator[str]:
        """The lines from a place on, all of which have been read before."""
        while start < len(self._data):
            end = self._end(start)
            yield self._data[start:end].decode("utf-8")
            start = end

    def span(self, start: int, cell: int | None = None) -> Span:
        """The span of a cell, or of the first character of a row.

        Args:
            start: Where the row starts, in bytes.
            cell: The cell's place in the row, from 0.
        """
        text = self._data[start : start + MAX_ROW].decode("utf-8", "replace")
        first, last = (0, 1) if cell is None else _place(text, cell)
        line_start = text.rfind("\n", 0, first) + 1
        line_end = (text.find("\n", first) + 1 or len(text) + 1) - 1
        number = self._data.count(b"\n", 0, start) + text.count("\n", 0, first) + 1
        line = text[line_start:line_end].rstrip("\r")
        length = max(min(last, line_end) - first, 1)
        return Span(self._file, number, first - line_start + 1, line, length)

    def _end(self, start: int) -> int:
        """Where the line that starts there ends, its line end included."""
        return self._data.find(b"\n", start) + 1 or len(self._data)

    def _not_utf8(self, at: int) -> Diagnostic:
        start = self._data.rfind(b"\n", 0, at) + 1
        start += len(_BYTE_ORDER_MARK) if self._data.startswith(_BYTE_ORDER_MARK, start) else 0
        text = self._data[start : self._end(start)].decode("utf-8", "replace").rstrip("\r\n")
        column = len(self._data[start:at].decode("utf-8")) + 1
        number = self._data.count(b"\n", 0, start) + 1
        return Diagnostic(
            slug="unreadable-file",
            message=f"`{self._file}` is not UTF-8",
            span=Span(self._file, number, column, text),
            got=f"the byte 0x{self._data[at]:02x}",
            help="save it as UTF-8",
        )

    def _too_long(self) -> Diagnostic:
        return Diagnostic(
            slug="too-large",
            message=f"the row that begins here has more than {MAX_ROW} bytes",
            span=self.span(self.start),
            help="a quote that is opened and not closed makes one row of many lines",
        )


def _place(text: str, cell: int) -> tuple[int, int]:
    """Where a cell of the row that a text begins with starts and ends, without spaces around it."""
    at = 0
    for _ in range(cell):
        at = _end_of_cell(text, at) + 1
    found = text[at : _end_of_cell(text, at)]
    first = at + len(found) - len(found.lstrip())
    return first, max(first + len(found.strip()), first + 1)


def _end_of_cell(text: str, at: int) -> int:
    match = _CELL.match(text, at)
    return match.end() if match else at


def _binary(file: str) -> Diagnostic:
    return Diagnostic(
        slug="unreadable-file",
        message=f"`{file}` cannot be read: it is binary",
        span=Span(file, 1, 1),
        expected="text in UTF-8",
    )
