"""Where everything of a YAML text begins and ends, to the character.

Nodes know one line each, for people; a change of the text needs offsets, anchors and aliases as
they are written, and the comments.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

from flowspec.source.edit.builder import Builder
from flowspec.source.edit.gaps import COMMENT, gap_end
from flowspec.source.edit.pieces import Entry, Piece
from flowspec.source.reader import parse

_HEADER = re.compile(r"[|>][-+0-9]*[ \t]*(#[^\r\n]*)?")


class Layout:
    """The pieces and comments of a text.

    Attributes:
        text: The text, without a byte order mark.
        top: The value at the top.
    """

    def __init__(self, text: str) -> None:
        """Find everything in a text that was read before, and so is within all limits.

        Args:
            text: The text, without a byte order mark.
        """
        self.text = text
        self._leaves: list[Piece] = []
        self.top = Builder(text, self._leaves).build(parse(text))
        self._comments = list(self._find_comments())
        self._offsets = [offset for offset, _ in self._comments]

    @property
    def ends_in_block(self) -> bool:
        """Whether the last scalar is one in block style whose last line break counts."""
        if not self._leaves or not self._leaves[-1].is_block:
            return False
        header = _HEADER.match(self.text, self._leaves[-1].content)
        return header is None or "-" not in header[0].partition("#")[0]

    @property
    def has_aliases(self) -> bool:
        """Whether anything is repeated by an alias, as what a merge key brings in usually is."""
        return any(leaf.shape == "alias" for leaf in self._leaves)

    def find(self, path: Sequence[str | int]) -> tuple[Piece, Entry] | None:
        """The map or list that holds what a path leads to, and its entry there.

        Aliases and merge keys are followed.
        """
        owner, entry = self.top, None
        for step in path:
            owner = owner.whole if entry is None else entry.value.whole
            found = _step(owner, step)
            if found is None:
                return None
            owner, entry = found
        return None if entry is None else (owner, entry)

    def value(self, path: Sequence[str | int]) -> Piece | None:
        """The value at a path, aliases followed."""
        if not path:
            return self.top.whole
        found = self.find(path)
        return found and found[1].value.whole

    def comments(self, start: int = 0, end: int | None = None) -> list[tuple[int, str]]:
        """The comments that begin between two offsets, each with its offset."""
        last = len(self.text) if end is None else end
        first = bisect_left(self._offsets, start)
        return self._comments[first : bisect_left(self._offsets, last)]

    def gap_end(self, offset: int) -> int:
        """Where white space and comments end that begin at an offset."""
        return gap_end(self.text, offset)

    def _find_comments(self) -> Iterator[tuple[int, str]]:
        offset = 0
        for leaf in self._leaves:
            yield from self._comments_between(offset, leaf.start)
            if leaf.is_block and (header := _HEADER.match(self.text, leaf.content)) and header[1]:
                yield header.start(1), header[1]
            offset = leaf.end
        yield from self._comments_between(offset, len(self.text))

    def _comments_between(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        for found in COMMENT.finditer(self.text, start, end):
            yield found.start(), found[0].rstrip()


def _step(owner: Piece, step: str | int) -> tuple[Piece, Entry] | None:
    if isinstance(step, int):
        fits = owner.shape == "list" and step < len(owner.entries)
        return (owner, owner.entries[step]) if fits else None
    if owner.shape != "map":
        return None
    if entry := owner.entry(step):
        return owner, entry
    for source in _merged(owner):
        if found := _step(source, step):
            return found
    return None


def _merged(owner: Piece) -> Iterator[Piece]:
    """The maps that merge keys bring in."""
    for entry in (one for one in owner.entries if one.merges):
        source = entry.value.whole
        if source.shape == "list":
            yield from (item.value.whole for item in source.entries)
        else:
            yield source
