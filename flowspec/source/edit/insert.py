"""A key put into a map of a text."""

from __future__ import annotations

from collections.abc import Container

from flowspec.source.edit.draft import Draft, RewriteError
from flowspec.source.edit.pieces import Entry, Piece


def insert(
    draft: Draft, owner: Piece, pair: str, gone: Container[int], *, after: str | None = None,
    first: bool = False,
) -> None:  # fmt: skip
    """Put a pair into a map.

    Args:
        draft: The text.
        owner: The map.
        pair: The key and its value, as they are written where the map's keys stand.
        gone: The identities of entries that are taken out.
        after: The key that it comes behind; else it is the last one.
        first: Whether it comes before all others.

    Raises:
        RewriteError: The map has no braces in a list in brackets.
    """
    if owner.style == ":":
        raise RewriteError("a map in a list stands without its braces")
    before, behind = _neighbours(owner, gone, after, first=first)
    if before is not None:
        _behind(draft, owner, pair, before, gone)
    elif behind is not None:
        gap = ", " if owner.style else draft.newline + " " * draft.column(behind.start)
        draft.change(behind.start, behind.start, pair + gap)
    else:
        _fill(draft, owner, pair)


def _fill(draft: Draft, owner: Piece, pair: str) -> None:
    """Put a pair into a map that is empty, or will be."""
    pairs = draft.filled.setdefault(id(owner), [])
    pairs.append(pair)
    if not owner.entries:
        at = owner.content + 1
        draft.change(at, at, pair if len(pairs) == 1 else f", {pair}")


def _neighbours(
    owner: Piece, gone: Container[int], after: str | None, *, first: bool
) -> tuple[Entry | None, Entry | None]:
    """The entries that stay before and behind the place of a new one."""
    named = (at for at, one in enumerate(owner.entries) if one.key and one.key.text == after)
    cut = 0 if first else next(named, len(owner.entries) - 1) + 1
    before = [entry for entry in owner.entries[:cut] if id(entry) not in gone]
    behind = [entry for entry in owner.entries[cut:] if id(entry) not in gone]
    return before[-1] if before else None, behind[0] if behind else None


def _behind(draft: Draft, owner: Piece, pair: str, before: Entry, gone: Container[int]) -> None:
    if owner.style:
        following = owner.entries[owner.entries.index(before) + 1 :][:1]
        goes = any(id(entry) in gone for entry in following)
        _between_braces(draft, pair, before, same_line=goes)
        return
    end, first = draft.line_end(before.end), owner.entries[0].start
    draft.change(end, end, f"{draft.newline}{' ' * draft.column(first)}{pair}", first)


def _between_braces(draft: Draft, pair: str, before: Entry, *, same_line: bool) -> None:
    """Put a pair between braces: on a line of its own where the one before it has one."""
    comma = draft.layout.gap_end(before.end)
    has_comma = draft.text[comma : comma + 1] == ","
    rest = comma + 1 if has_comma else before.end
    end = draft.line_end(rest)
    alone = draft.begins_line(before.start) and draft.layout.gap_end(rest) >= end
    if same_line or not alone:
        draft.change(before.end, before.end, f", {pair}")
        return
    added = draft.filled.setdefault(id(before), [])
    added.append(pair)
    if not has_comma and len(added) == 1:
        draft.change(before.end, before.end, ",")
    signs = ("", ",") if has_comma else ("," if len(added) > 1 else "", "")
    line = f"{signs[0]}{draft.newline}{' ' * draft.column(before.start)}{pair}{signs[1]}"
    draft.change(end, end, line, before.start)


def key_quotes(owner: Piece) -> str:
    """The quotes that the keys of a map stand in, where the first one does."""
    first = owner.entries[0].key if owner.entries else None
    return first.style if first and first.style in ("'", '"') else ""
