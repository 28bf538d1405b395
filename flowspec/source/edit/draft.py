"""A text that is about to be changed, and the changes so far, by offset."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass
from itertools import pairwise

import yaml

from flowspec.source.edit.layout import Layout

_BREAK = re.compile(r"\r\n|\r|\n")

STEP = 2
"""How many spaces a new level is indented by."""


class RewriteError(Exception):
    """A text cannot be changed as its tree is.

    Attributes:
        reason: Why, in words that go on after "cannot be rewritten: ".
    """

    def __init__(self, reason: str) -> None:
        """Hold the reason.

        Args:
            reason: Why.
        """
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Change:
    """A piece of the text that becomes another; `place` tells whose indentation it shares."""

    start: int
    end: int
    new: str
    place: int


class Draft:
    """A text with its layout, and what is to change in it.

    Attributes:
        text: The text, without a byte order mark.
        layout: Its pieces.
        newline: How its lines end.
        filled: What maps get that are empty, or lose all they have, and what comes behind an entry
            between braces, by the identity of the map or the entry.
    """

    def __init__(self, text: str) -> None:
        """Begin without changes.

        Args:
            text: The text, without a byte order mark.
        """
        self.text = text
        self.layout = Layout(text)
        found = _BREAK.search(text)
        self.newline = found[0] if found else "\n"
        self._starts = [0, *(one.end() for one in _BREAK.finditer(text))]
        self._beginnings = frozenset(self._starts)
        self.filled: dict[int, list[str]] = {}
        self._changes: list[_Change] = []
        self._region_starts: list[int] = []
        self._region_ends: list[int] = []

    def change(self, start: int, end: int, new: str, place: int | None = None) -> None:
        """Put a text into the place of what stands between two offsets.

        Args:
            start: The first.
            end: The second.
            new: The text, indented as if nothing else changed.
            place: Where something stands that the text belongs to, if not at its beginning.
        """
        self._changes.append(_Change(start, end, new, start if place is None else place))

    def indent(self, start: int, end: int) -> None:
        """Move every line that begins between two offsets one level to the right."""
        insort(self._region_starts, start)
        insort(self._region_ends, end)

    def finished(self) -> str:
        """The changed text.

        Raises:
            RewriteError: Two changes want the same characters.
        """
        parts: list[str] = []
        done = 0
        for change in sorted(self._changes, key=_order):
            if change.start < done:
                raise RewriteError("two changes of it touch the same characters")
            parts += [self._kept(done, change.start), self._added(change)]
            done = change.end
        return self._ended("".join([*parts, self._kept(done, len(self.text))]))

    def _ended(self, text: str) -> str:
        """The text with a line break at its end just where the old one has one."""
        if self.text.endswith(("\r", "\n")):
            return text if text.endswith(("\r", "\n")) else text + self.newline
        try:
            ends_in_block = Layout(text).ends_in_block
        except yaml.YAMLError as error:
            raise RewriteError("it could not be read any more") from error
        if ends_in_block:
            # A block that has come to stand at the end means its line break.
            is_last = self.layout.ends_in_block or text.endswith(("\r", "\n"))
            return text if is_last else text + self.newline
        return text.rstrip("\r\n")

    def _kept(self, start: int, end: int) -> str:
        """What stays between two offsets, its lines moved to the right."""
        if not self._region_starts:
            return self.text[start:end]
        first, last = bisect_right(self._starts, start), bisect_left(self._starts, end)
        cuts = [start, *self._starts[first:last], end]
        return "".join(
            self._margin(cut) * (cut in self._beginnings and self._is_filled(cut, after))
            + self.text[cut:after]
            for cut, after in pairwise(cuts)
        )

    def _is_filled(self, start: int, end: int) -> bool:
        return bool(self.text[start:end].strip("\r\n"))

    def _added(self, change: _Change) -> str:
        margin = self._margin(change.place)
        lines = re.sub(r"(\r\n|\r|\n)(?=[^\r\n])", lambda found: found[1] + margin, change.new)
        return margin + lines if lines and change.start in self._beginnings else lines

    def _margin(self, place: int) -> str:
        begun = bisect_right(self._region_starts, place)
        return " " * STEP * (begun - bisect_left(self._region_ends, place))

    def line_start(self, offset: int) -> int:
        """Where the line of an offset begins."""
        return self._starts[bisect_right(self._starts, offset) - 1]

    def line_end(self, offset: int) -> int:
        """Where the line of an offset ends, before its line break."""
        found = _BREAK.search(self.text, offset)
        return found.start() if found else len(self.text)

    def line_end_before(self, offset: int) -> int:
        """Where the line ends before the one that begins at an offset."""
        return offset - (2 if self.text[max(offset - 2, 0) : offset] == "\r\n" else 1)

    def next_line(self, offset: int) -> int:
        """Where the line after that of an offset begins, or the text ends."""
        found = _BREAK.search(self.text, offset)
        return found.end() if found else len(self.text)

    def column(self, offset: int) -> int:
        """How many characters stand before an offset on its line."""
        return offset - self.line_start(offset)

    def begins_line(self, offset: int) -> bool:
        """Whether nothing but white space stands before an offset on its line."""
        return not self.text[self.line_start(offset) : offset].strip(" \t")

    def is_one_line(self, start: int, end: int) -> bool:
        """Whether no line break stands between two offsets."""
        return self.line_start(start) == self.line_start(max(start, end))

    def comments(self, start: int, end: int) -> list[str]:
        """The comments that begin between two offsets."""
        return [text for _, text in self.layout.comments(start, end)]


def _order(change: _Change) -> tuple[int, bool, int]:
    """What is inserted comes before what is replaced there; what belongs further in comes first."""
    return change.start, change.start != change.end, -change.place
