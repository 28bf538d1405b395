"""From a parser's events to the values of a text as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import yaml

from flowspec.source.edit.gaps import gap_end
from flowspec.source.edit.pieces import Entry, Piece

_PROPERTY = re.compile(r"&[\w-]+|!<[^>]*>|![^\s,\[\]{}]*")


class Builder:
    """Makes pieces of a parser's events."""

    def __init__(self, text: str, leaves: list[Piece]) -> None:
        """Build for a text; scalars and aliases are put into `leaves`, in order."""
        self._text = text
        self._leaves = leaves
        self._open: list[Piece] = []
        self._keys: list[tuple[int, Piece] | None] = []
        self._anchors: dict[str, Piece] = {}
        self._top: Piece | None = None

    def build(self, events: Iterable[yaml.Event]) -> Piece:
        """The piece at the top."""
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
            end, offset = found.end(), gap_end(self._text, found.end())
        is_empty = isinstance(event, yaml.ScalarEvent) and not event.style and not event.value
        return end if is_empty else offset

    def _entry_start(self, piece: Piece) -> int:
        """Where the entry begins that this piece begins; where the piece does, for a value."""
        if not self._open or self._keys[-1] is not None:
            return piece.start
        owner = self._open[-1]
        if owner.entries:
            offset = gap_end(self._text, owner.entries[-1].end)
            if owner.style and self._text[offset : offset + 1] == ",":
                offset = gap_end(self._text, offset + 1)
        else:
            offset = owner.content
            if owner.style in ("{", "["):
                offset = gap_end(self._text, offset + 1)
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
        offset = gap_end(self._text, key.end)
        return offset + 1 if self._text[offset : offset + 1] == ":" else key.end

    def _place_empty(self, piece: Piece, offset: int) -> None:
        """Put a value without any text right behind the sign it belongs to."""
        if piece.shape == "scalar" and piece.start == piece.end:
            piece.start = piece.content = piece.end = offset
