"""A place in a text that people wrote."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of one line of a text.

    Attributes:
        file: The file as the user would name it, or whatever else the text came from.
        line: Line number, from 1.
        column: Column of the first character, from 1, counted in characters.
        text: The whole line, without its line break.
        length: How many characters are meant.
    """

    file: str
    line: int
    column: int
    text: str = ""
    length: int = 1

    def __str__(self) -> str:
        """The place as `file:line:column`."""
        return f"{self.file}:{self.line}:{self.column}"
