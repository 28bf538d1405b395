"""The lines of a stream of text, decoded one by one, and the rows that they make up."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final

from flowspec.diagnostics import DataError, Diagnostic, Span

MAX_ROW: Final = 1 << 24
"""Bytes of one row, which may span several lines."""

MAX_TEXT: Final = 1 << 26
"""Characters of the rows that are held at once, but for the last of them."""

_CHUNK = 1 << 16
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

Place = Callable[[str], tuple[int, int]]
"""Where a value stands in the text of its row: its first character and the one after it."""


class Lines:
    """The lines of a stream.

    Attributes:
        file: Its name as the user would tell it.
        line: The number of the line with which the present row begins, from 1.
    """

    def __init__(self, file: str, stream: BinaryIO) -> None:
        """Read the beginning of a stream.

        Raises:
            DataError: If it is no text, or cannot be read.
        """
        self.file = file
        self.line = 1
        self._stream = stream
        self._row: list[str] = []
        self._length = 0
        self._number = 0
        self._ready: Iterator[bytes] = iter(())
        self._translates = False
        self._rest = self._chunk().removeprefix(_BYTE_ORDER_MARK)
        # Old line ends, which nothing here expects, are of the same length.
        if b"\n" not in self._rest:
            self._translates = True
            self._rest = self._rest.replace(b"\r", b"\n")
        self._take(b"")

    def __iter__(self) -> Iterator[str]:
        """The lines from the present one on."""
        return self

    def __next__(self) -> str:
        """The next line, with its line end.

        Raises:
            DataError: If it cannot be read, is not UTF-8, or the row is too long.
        """
        data = next(self._ready, None)
        while data is None:
            chunk = self._chunk()
            if not chunk:
                data, self._rest = self._rest, b""
                if not data:
                    raise StopIteration
            else:
                self._take(chunk)
                self._check_length(len(self._rest))
                data = next(self._ready, None)
        self._check_length(len(data))
        self._length += len(data)
        self._number += 1
        try:
            line = data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise DataError(self._not_utf8(data, error.start)) from None
        self._row.append(line)
        return line

    def begin(self) -> None:
        """Let a row start with the next line."""
        self._row.clear()
        self._length = 0
        self.line = self._number + 1

    @property
    def text(self) -> str:
        """The lines of the present row as far as they have been read."""
        return "".join(self._row)

    def span(self, place: Place | None = None) -> Span:
        """A place in the present row, or its first character."""
        return span(self.file, self.line, self.text, place)

    def _chunk(self) -> bytes:
        try:
            chunk = self._stream.read(_CHUNK)
        except OSError as error:
            raise DataError(_unreadable(self.file, error.strerror or "it breaks off")) from None
        if b"\0" in chunk:
            raise DataError(_binary(self.file))
        return chunk.replace(b"\r", b"\n") if self._translates else chunk

    def _take(self, chunk: bytes) -> None:
        """Split what has been read into lines; the last of them may not be complete."""
        lines = (self._rest + chunk).split(b"\n")
        self._rest = lines.pop()
        self._ready = (line + b"\n" for line in lines)

    def _check_length(self, more: int) -> None:
        if self._length + more > MAX_ROW:
            raise DataError(self._too_long())

    def _not_utf8(self, data: bytes, at: int) -> Diagnostic:
        text = data.decode("utf-8", "replace").rstrip("\r\n")
        column = len(data[:at].decode("utf-8")) + 1
        return Diagnostic(
            slug="unreadable-file",
            message=f"`{self.file}` is not UTF-8",
            span=Span(self.file, self._number, column, text),
            got=f"the byte 0x{data[at]:02x}",
            help="save it as UTF-8",
        )

    def _too_long(self) -> Diagnostic:
        return Diagnostic(
            slug="too-large",
            message=f"the row that begins here has more than {MAX_ROW} bytes",
            span=self.span(),
            help="a quote that is opened and not closed makes one row of many lines",
        )


class TextRows:
    """Rows of a text that are held: what they say, where they begin, and their numbers."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._texts: list[str] = []
        self._starts = array("q")
        self._length = 0
        self.numbers = array("q")

    def __len__(self) -> int:
        """How many they are."""
        return len(self._texts)

    @property
    def is_full(self) -> bool:
        """Whether they take as much memory as they may."""
        return self._length > MAX_TEXT

    def hold(self, number: int) -> None:
        """Hold the present row of the lines, which has this number, from 1."""
        text = self._lines.text
        self._texts.append(text)
        self._starts.append(self._lines.line)
        self.numbers.append(number)
        self._length += len(text)

    def text(self, at: int) -> str:
        """The text of a row."""
        return self._texts[at]

    def span(self, at: int, place: Place) -> Span:
        """Where a value of a row stands."""
        return span(self._lines.file, self._starts[at], self._texts[at], place)


def span(file: str, line: int, text: str, place: Place | None) -> Span:
    """A place in the text of a row that begins with a line."""
    first, last = place(text) if place else (0, 1)
    start = text.rfind("\n", 0, first) + 1
    end = (text.find("\n", first) + 1 or len(text) + 1) - 1
    length = max(min(last, end) - first, 1)
    number = line + text.count("\n", 0, first)
    return Span(file, number, first - start + 1, text[start:end].rstrip("\r"), length)


def _binary(file: str) -> Diagnostic:
    return Diagnostic(
        slug="unreadable-file",
        message=f"`{file}` cannot be read: it is binary",
        span=Span(file, 1, 1),
        expected="text in UTF-8",
    )


def _unreadable(file: str, reason: str) -> Diagnostic:
    return Diagnostic(
        slug="unreadable-file",
        message=f"`{file}` cannot be read: {reason[0].lower()}{reason[1:]}",
        span=Span(file, 1, 1),
    )
