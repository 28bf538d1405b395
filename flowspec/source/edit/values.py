"""A value of a text replaced by one that is written on one line."""

from __future__ import annotations

from typing import Any

from flowspec.source.edit.draft import STEP, Draft
from flowspec.source.edit.pieces import Entry
from flowspec.source.edit.written import written


def replace_value(draft: Draft, entry: Entry, value: Any) -> None:
    """Replace the value of an entry; comments inside it go below it.

    Args:
        draft: The text.
        entry: The entry.
        value: The new value.
    """
    old = entry.value
    quotes = old.style if old.style in ("'", '"') and isinstance(value, str) else ""
    start, lead = old.content, " " if old.start == old.end else ""
    if old.is_block:
        start, lead = _joined(draft, entry)
    draft.change(start, old.end, lead + written(value, quotes))
    inside = draft.comments(old.content, old.end)
    below(draft, old.end, inside, draft.column(entry.start))


def below(draft: Draft, offset: int, comments: list[str], column: int) -> None:
    """Write comments as lines of their own below the line of an offset."""
    lines = "".join(f"{draft.newline}{' ' * column}{comment}" for comment in comments)
    if lines:
        end = draft.line_end(offset)
        draft.change(end, end, lines)


def _joined(draft: Draft, entry: Entry) -> tuple[int, str]:
    """Where a value in block style has to begin when it is written on one line, and what before."""
    old = entry.value
    last = len(draft.text[: old.content].rstrip())
    before = draft.layout.comments(draft.line_start(last), old.content)
    if not before:
        return last, " "
    missing = draft.column(entry.start) + STEP - draft.column(old.content)
    is_above = draft.begins_line(old.content)
    return old.content, " " * max(missing, 0) if is_above else ""
