"""A key put into a map of a text."""

from __future__ import annotations

from collections.abc import Container

from flowspec.source.edit.draft import Draft, RewriteError
from flowspec.source.edit.layout import Entry, Piece


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
        _behind(draft, owner, pair, before)
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


def _behind(draft: Draft, owner: Piece, pair: str, before: Entry) -> None:
    if owner.style:
        draft.change(before.end, before.end, f", {pair}")
        return
    end, first = draft.line_end(before.end), owner.entries[0].start
    draft.change(end, end, f"{draft.newline}{' ' * draft.column(first)}{pair}", first)
