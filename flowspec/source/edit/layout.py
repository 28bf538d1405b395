"""Where everything of a YAML text begins and ends, to the character.

Nodes know one line each, for people; a change of the text needs offsets, anchors and aliases as
they are written, and the comments.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import yaml

from flowspec.source.reader import parse

_COMMENT = re.compile(r"""(?<![^\s"'\]\[{},])#[^\r\n]*""")
_GAP = re.compile(rf"(?:[ \t\r\n]+|{_COMMENT.pattern})*")
_PROPERTY = re.compile(r"&[\w-]+|!<[^>]*>|![^\s,\[\]{}]*")
_HEADER = re.compile(r"[|>][-+0-9]*[ \t]*(#[^\r\n]*)?")

MERGE_KEY = "<<"


@dataclass(slots=True, eq=False)
class Piece:
    """A value as it is written; offsets count characters from the beginning of the text.

    Attributes:
        shape: What it is.
        style: Of a scalar its quotes or block sign, empty where it is plain; of a map or list
            `{` or `[`, empty in block style, `:` for a lone pair that is an item of a list.
        start: Where it begins, anchor and tag included.
        content: Where it begins without them.
        end: Where it ends.
        text: What a scalar says.
        entries: What a map or list holds.
        target: The anchored value that an alias repeats.
    """

    shape: Literal["scalar", "map", "list", "alias"]
    style: str
    start: int
    content: int
    end: int
    text: str = ""
    entries: list[Entry] = field(default_factory=list["Entry"])
    target: Piece | None = None
    _by_key: dict[str, Entry] = field(default_factory=dict[str, "Entry"])

    def entry(self, key: str) -> Entry | None:
        """The entry of a key that is no merge key."""
        if not self._by_key:
            self._by_key = {one.key.text: one for one in self.entries if one.key and not one.merges}
        return self._by_key.get(key)

    @property
    def whole(self) -> Piece:
        """The value itself, where this is an alias of it."""
        return self.target or self

    @property
    def is_block(self) -> bool:
        """Whether it is a map or list in block style, or a scalar in block style."""
        if self.shape in ("map", "list"):
            return not self.style
        return self.style in ("|", ">") and self.shape == "scalar"


@dataclass(slots=True, eq=False)
class Entry:
    """An item of a list, or a key of a map with its value.

    Attributes:
        start: Where it begins, `- ` and `? ` included.
        key: The key; None in a list.
        value: The value.
    """

    start: int
    key: Piece | None
    value: Piece

    @property
    def merges(self) -> bool:
        """Whether its key is the merge key."""
        return self.key is not None and self.key.text == MERGE_KEY and not self.key.style

    @property
    def end(self) -> int:
        """Where it ends."""
        return max(self.value.end, self.key.end if self.key else 0)


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
        self.top = _Builder(text, self._leaves).build(parse(text))
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
        return _gap_end(self.text, offset)

    def _find_comments(self) -> Iterator[tuple[int, str]]:
        offset = 0
        for leaf in self._leaves:
            yield from self._comments_between(offset, leaf.start)
            if leaf.is_block and (header := _HEADER.match(self.text, leaf.content)) and header[1]:
                yield header.start(1), header[1]
            offset = leaf.end
        yield from self._comments_between(offset, len(self.text))

    def _comments_between(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        for found in _COMMENT.finditer(self.text, start, end):
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


def _gap_end(text: str, offset: int) -> int:
    found = _GAP.match(text, offset)
    return found.end() if found else offset


class _Builder:
    """Makes pieces of a parser's events."""

    def __init__(self, text: str, leaves: list[Piece]) -> None:
        self._text = text
        self._leaves = leaves
        self._open: list[Piece] = []
        self._keys: list[tuple[int, Piece] | None] = []
        self._anchors: dict[str, Piece] = {}
        self._top: Piece | None = None

    def build(self, events: Iterable[yaml.Event]) -> Piece:
        for event in events:
            if isinstance(event, yaml.CollectionEndEvent):
                self._end(event)
            elif isinstance(event, yaml.NodeEvent):
                self._node(event)
        return self._top or Piece("scalar", "", 0, 0, 0)

    def _node(self, event: yaml.NodeEvent) -> None:
        piece = self._piece(event)
        if isinstance(event, yaml.AliasEvent):
            piece.target = self._anchors.get(str(event.anchor))
        elif event.anchor is not None:
            self._anchors[str(event.anchor)] = piece
        entry_start = self._entry_start(piece)
        if isinstance(event, yaml.CollectionStartEvent):
            # Its place is kept until it ends; only then is it known how long it is.
            self._open.append(piece)
            self._keys.append(None)
            piece.end = entry_start
        else:
            self._leaves.append(piece)
            self._attach(piece, entry_start)

    def _piece(self, event: Any) -> Piece:
        start, end = event.start_mark.index, event.end_mark.index
        content = self._without_properties(event, start)
        if isinstance(event, yaml.AliasEvent):
            return Piece("alias", "", start, start, end)
        if isinstance(event, yaml.ScalarEvent):
            if event.style in ("|", ">"):
                end = start + len(self._text[start:end].rstrip())
            content = min(content, end)
            return Piece("scalar", event.style or "", start, content, end, event.value)
        shape = "map" if isinstance(event, yaml.MappingStartEvent) else "list"
        sign = self._text[content : content + 1]
        style = (sign if sign in ("{", "[") else ":") if event.flow_style else ""
        return Piece(shape, style, start, content, content)

    def _without_properties(self, event: Any, start: int) -> int:
        offset = end = start
        if isinstance(event, yaml.AliasEvent) or (event.anchor is None and event.tag is None):
            return start
        while found := _PROPERTY.match(self._text, offset):
            end, offset = found.end(), _gap_end(self._text, found.end())
        is_empty = isinstance(event, yaml.ScalarEvent) and not event.style and not event.value
        return end if is_empty else offset

    def _entry_start(self, piece: Piece) -> int:
        """Where the entry begins that this piece begins; where the piece does, for a value."""
        if not self._open or self._keys[-1] is not None:
            return piece.start
        owner = self._open[-1]
        if owner.entries:
            offset = _gap_end(self._text, owner.entries[-1].end)
            if owner.style and self._text[offset : offset + 1] == ",":
                offset = _gap_end(self._text, offset + 1)
        else:
            offset = owner.content
            if owner.style in ("{", "["):
                offset = _gap_end(self._text, offset + 1)
        return min(offset, piece.start) if piece.start != piece.end else offset

    def _end(self, event: yaml.Event) -> None:
        piece = self._open.pop()
        self._keys.pop()
        entry_start, piece.end = piece.end, piece.content
        if piece.style in ("{", "["):
            mark: Any = event.end_mark
            piece.end = mark.index
        elif piece.entries:
            piece.end = piece.entries[-1].end
        self._attach(piece, entry_start)

    def _attach(self, piece: Piece, entry_start: int) -> None:
        if not self._open:
            self._top = piece
            return
        owner, key = self._open[-1], self._keys[-1]
        if owner.shape == "list":
            self._place_empty(piece, entry_start + 1)
            owner.entries.append(Entry(entry_start, None, piece))
        elif key is None:
            self._keys[-1] = (entry_start, piece)
        else:
            self._place_empty(piece, self._after_colon(key[1]))
            owner.entries.append(Entry(key[0], key[1], piece))
            self._keys[-1] = None

    def _after_colon(self, key: Piece) -> int:
        offset = _gap_end(self._text, key.end)
        return offset + 1 if self._text[offset : offset + 1] == ":" else key.end

    def _place_empty(self, piece: Piece, offset: int) -> None:
        """Put a value without any text right behind the sign it belongs to."""
        if piece.shape == "scalar" and piece.start == piece.end:
            piece.start = piece.content = piece.end = offset
