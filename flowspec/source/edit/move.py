"""A key of a text taken to another map, with what is said about it."""

from __future__ import annotations

import re
from collections.abc import Container

from flowspec.source.edit.draft import Draft, RewriteError
from flowspec.source.edit.insert import insert, key_quotes
from flowspec.source.edit.pieces import Entry, Piece
from flowspec.source.edit.written import is_plain, written

_INDENT = re.compile(r"(\r\n|\r|\n)([ ]*)(?=[^ \r\n])")


def move(
    draft: Draft, owner: Piece, entry: Entry, target: Piece, key: str, gone: Container[int]
) -> set[int]:
    """Write a key and its value at the end of another map.

    Args:
        draft: The text.
        owner: The map that holds it.
        entry: The entry; the caller takes it out.
        target: The other map.
        key: What it is called there.
        gone: The identities of entries that are taken out.

    Returns:
        The offsets of the comments that go with it.

    Raises:
        RewriteError: A value of several lines cannot stand between the braces of the other map.
    """
    if target.style:
        pair = f"{written(key, key_quotes(target))}: {_one_line(draft, entry.value)}"
        insert(draft, target, pair, gone)
        return set()
    if all(id(one) in gone for one in target.entries):
        raise RewriteError("a map loses all its keys and gets one that is moved")
    start, end = _extent(draft, owner, entry)
    by = draft.column(target.entries[0].start) - draft.column(entry.start)
    pair = _pair(draft, entry, key, start, end)
    insert(draft, target, pair if owner.style else _shifted(pair, by), gone)
    return {offset for offset, _ in draft.layout.comments(start, end)}


def _pair(draft: Draft, entry: Entry, key: str, start: int, end: int) -> str:
    """The text between two offsets with another key."""
    if entry.key is None or draft.text[entry.start : entry.start + 1] == "?":
        raise RewriteError("a key that is moved stands behind a question mark")
    name = written(key, entry.key.style)
    return draft.text[start : entry.start] + name + draft.text[entry.key.end : end]


def _extent(draft: Draft, owner: Piece, entry: Entry) -> tuple[int, int]:
    """From the comments right above an entry to the end of its last line; between braces less."""
    if owner.style:
        return entry.start, entry.end
    start, end = entry.start, draft.line_end(entry.end)
    if entry is owner.entries[0] or not draft.begins_line(start):
        return start, end
    column = draft.column(start)
    while (above := draft.line_start(start) - 1) > 0:
        line = draft.line_start(above)
        comments = draft.layout.comments(line, above)
        if not comments or comments[0][0] != line + column or not draft.begins_line(line + column):
            break
        start = line + column
    return start, end


def _shifted(text: str, by: int) -> str:
    """The text with every line but the first moved to the right, or to the left."""
    return _INDENT.sub(lambda found: found[1] + " " * max(len(found[2]) + by, 0), text)


def _one_line(draft: Draft, value: Piece) -> str:
    text = draft.text[value.start : value.end]
    is_simple = value.shape != "scalar" or bool(value.style) or is_plain(text)
    if value.is_block or not draft.is_one_line(value.start, value.end) or not is_simple:
        raise RewriteError("a value of several lines is to stand between braces")
    return text
