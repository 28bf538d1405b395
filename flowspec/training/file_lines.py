"""The lines of a file of text, decoded one by one, and the places of cells in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from flowspec.diagnostics import DataError, Diagnostic, Span

MAX_ROW: Final = 1 << 24
"""Bytes of one row, which may span several lines."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class LineError(Exception):
    """A line that cannot be read.

    Attributes:
        fault: What is wrong with it.
    """

    def __init__(self, fault: Diagnostic) -> None:
        super().__init__(fault)
        self.fault = fault


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
            LineError: If it is not UTF-8, or the row too long.
        """
        if self._next >= len(self._data):
            raise StopIteration
        start, end = self._next, self._end(self._next)
        if end - self.start > MAX_ROW:
            raise LineError(self._too_long())
        try:
            line = self._data[start:end].decode("utf-8")
        except UnicodeDecodeError as error:
            raise LineError(self._not_utf8(start, start + error.start)) from None
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

    def span(self, start: int, index: int | None) -> Span:
        """The span of a cell.

        Args:
            start: Where its row starts, in bytes.
            index: The cell's place in the row, from 0; None for the start of the row.
        """
        line = self._data.count(b"\n", 0, start)
        for offset, text in enumerate(self.record(start), line + 1):
            ...
        raise NotImplementedError

    def _end(self, start: int) -> int:
        return self._data.find(b"\n", start) + 1 or len(self._data)
