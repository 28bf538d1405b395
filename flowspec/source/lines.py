"""The lines of a text: from the parser's marks to spans."""

from __future__ import annotations

import re
from typing import Protocol

from flowspec.diagnostics import Span

_LINE_BREAK = re.compile(r"\r\n|\r|\n")


class Mark(Protocol):
    """A place as the parser gives it: line and column from 0."""

    line: int
    column: int


class Lines:
    """A text cut into lines, which makes spans.

    Attributes:
        file: The file as the user would name it.
    """

    def __init__(self, text: str, file: str, *, skip: int = 0) -> None:
        """Cut a text into lines.

        Args:
            text: The whole text.
            file: The file as the user would name it.
            skip: How many characters of the first line stand before what the parser sees.
        """
        self.file = file
        self._lines = _LINE_BREAK.split(text)
        filled = (
            number for number in range(len(self._lines), 1, -1) if self._lines[number - 1].strip()
        )
        self._last = next(filled, 1)
        self._skip = skip

    def span(self, start: Mark, end: Mark | None = None) -> Span:
        """The span of what stands between two marks, as far as it stands on one line.

        Args:
            start: Where it begins; beyond the text counts as its end.
            end: Where it ends; None for a single character.

        Returns:
            The span, at least one character long.
        """
        if start.line >= self._last:
            return self.end()
        text = self._lines[start.line]
        column = self._column(start)
        if end is None:
            last = column + 1
        else:
            last = self._column(end) if end.line == start.line else len(text.rstrip())
        return Span(self.file, start.line + 1, column + 1, text, max(last - column, 1))

    def search(self, pattern: re.Pattern[str]) -> Span | None:
        """The first piece of a line that matches.

        Args:
            pattern: What to look for; it cannot match across lines.

        Returns:
            Its span, or None when no line matches.
        """
        for number, line in enumerate(self._lines, start=1):
            if match := pattern.search(line):
                length = max(match.end() - match.start(), 1)
                return Span(self.file, number, match.start() + 1, line, length)
        return None

    def end(self) -> Span:
        """The place after the last character that is not blank."""
        text = self._lines[self._last - 1]
        return Span(self.file, self._last, len(text.rstrip()) + 1, text)

    def _column(self, mark: Mark) -> int:
        return mark.column + (self._skip if mark.line == 0 else 0)
