"""Entries taken out of a map or list of a text; their comments stay."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import groupby
from typing import NamedTuple

from flowspec.source.edit.draft import STEP, Draft
from flowspec.source.edit.pieces import Entry, Piece
from flowspec.source.edit.values import below


def remove(
    draft: Draft, owner: Piece, entries: Collection[Entry], carried: Collection[int]
) -> None:
    """Take entries out.

    Args:
        draft: The text.
        owner: The map or list.
        entries: Some of its entries.
        carried: The offsets of comments that are written elsewhere.
    """
    if len(entries) == len(owner.entries):
        _empty(draft, owner, carried)
        return
    for run in _runs(owner, entries):
        if owner.style:
            _from_flow(draft, run, carried)
        elif draft.begins_line(run.first.start) or not run.after:
            _lines(draft, run, carried)
        else:
            _first_of_line(draft, run, run.after, carried)


class _Run(NamedTuple):
    """Entries beside one another, and those on both sides that stay."""

    before: Entry | None
    first: Entry
    last: Entry
    after: Entry | None


def _runs(owner: Piece, entries: Collection[Entry]) -> Iterator[_Run]:
    """The entries that are taken out, those beside one another together."""
    gone = set(map(id, entries))
    groups = [list(group) for _, group in groupby(owner.entries, lambda one: id(one) in gone)]
    for before, run, after in zip([[], *groups], groups, [*groups[1:], []], strict=False):
        if id(run[0]) in gone:
            sides = before[-1] if before else None, after[0] if after else None
            yield _Run(sides[0], run[0], run[-1], sides[1])


def _left(draft: Draft, start: int, end: int, carried: Collection[int]) -> list[str]:
    """The comments between two offsets that are not written elsewhere."""
    found = draft.layout.comments(start, end)
    return [text for offset, text in found if offset not in carried]


def _lines(draft: Draft, run: _Run, carried: Collection[int]) -> None:
    """Take out whole lines, each with the line break before it."""
    start, end = draft.line_start(run.first.start), draft.line_end(run.last.end)
    while (above := _comment_above(draft, start)) in carried:
        start = draft.line_start(above)
    left = _left(draft, start, end, carried)
    lines = [" " * draft.column(run.first.start) + comment for comment in left]
    if start:
        draft.change(draft.line_end_before(start), end, "".join(map(draft.newline.__add__, lines)))
    else:
        end = end if lines else draft.next_line(end)
        draft.change(start, end, draft.newline.join(lines))


def _comment_above(draft: Draft, start: int) -> int:
    """Where the comment begins that stands alone on the line before; -1 where there is none."""
    if not start:
        return -1
    line = draft.line_start(start - 1)
    comments = draft.layout.comments(line, start)
    alone = len(comments) == 1 and draft.begins_line(comments[0][0])
    return comments[0][0] if alone else -1


def _first_of_line(draft: Draft, run: _Run, after: Entry, carried: Collection[int]) -> None:
    """Take out what follows a dash on its line; what comes next moves up to the dash."""
    left = _left(draft, run.first.start, after.start, carried)
    indent = " " * draft.column(after.start)
    lines = "".join(f"{comment}{draft.newline}{indent}" for comment in left)
    draft.change(run.first.start, after.start, lines)


def _from_flow(draft: Draft, run: _Run, carried: Collection[int]) -> None:
    """Take out of brackets or braces, with a comma."""
    start, end, lead = run.first.start, run.last.end, ""
    if run.after:
        end = run.after.start
    elif run.before:
        start, lead = run.before.end, "  "
    left = _left(draft, start, end, carried)
    indent = " " * _margin(draft, end)
    lines = "".join(f"{comment}{draft.newline}{indent}" for comment in left)
    draft.change(start, end, lead + lines if lines else "")


def _margin(draft: Draft, offset: int) -> int:
    """How far the line of an offset is indented."""
    line = draft.text[draft.line_start(offset) : offset]
    return len(line) - len(line.lstrip(" \t"))


def _empty(draft: Draft, owner: Piece, carried: Collection[int]) -> None:
    """Leave an empty map or list."""
    end = owner.end
    left = _left(draft, owner.content, end, carried)
    sign = f"{{{', '.join(draft.filled.get(id(owner), []))}}}" if owner.shape == "map" else "[]"
    start = owner.content
    if not owner.style:
        last = len(draft.text[:start].rstrip())
        if last and not draft.layout.comments(draft.line_start(last), start):
            start, sign = last, f" {sign}"
        elif owner.shape == "list" and draft.begins_line(start):
            sign = " " * STEP + sign  # it may stand no further in than its key
    column = draft.column(owner.entries[0].start)
    last = draft.line_end(end)
    tail = draft.layout.comments(end, last)
    gone = last if tail and tail[0][0] in carried else end
    draft.change(start, gone, sign)
    below(draft, end, left, column)
