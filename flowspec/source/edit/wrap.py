"""A value of a text put into a map of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowspec.source.edit.draft import STEP, Draft
from flowspec.source.edit.insert import key_quotes
from flowspec.source.edit.pieces import Entry, Piece
from flowspec.source.edit.written import is_plain, written


def wrap(draft: Draft, owner: Piece, entry: Entry, key: str, beside: Mapping[str, Any]) -> None:
    """Wrap the value of an entry.

    Args:
        draft: The text.
        owner: The map or list of the entry.
        entry: The entry.
        key: The key that the value gets.
        beside: The keys that come before it, with their values.
    """
    value = entry.value
    pairs = [f"{written(name)}: {written(one)}" for name, one in beside.items()]
    if owner.style or _fits_braces(draft, value):
        lead = " " if value.start == value.end else ""
        inner = f"{written(key, key_quotes(owner) if owner.style else '')}: "
        draft.change(value.start, value.start, f"{lead}{{{', '.join([*pairs, inner])}")
        draft.change(value.end, value.end, "}")
    elif value.shape in ("map", "list") and not value.style:
        _block(draft, entry, [*pairs, f"{key}:"])
    else:
        _scalar(draft, entry, [*pairs, f"{key}: "])


def _fits_braces(draft: Draft, value: Piece) -> bool:
    """Whether a value in block style can stand between braces as it is."""
    if value.is_block or not draft.is_one_line(value.start, value.end):
        return False
    if value.shape == "scalar" and not value.style:
        return value.start == value.end or is_plain(draft.text[value.content : value.end])
    return True


def _block(draft: Draft, entry: Entry, lines: list[str]) -> None:
    """Wrap a map or list in block style: what is around it comes above it."""
    value = entry.value
    column, content = draft.column(value.content), value.content
    properties = draft.text[value.start : value.content].rstrip()
    if value.content > value.start:
        # Anchor and tag belong to the value, which now begins behind its new key.
        properties = draft.text[value.start : value.content].split("#")[0].strip()
        start = len(draft.text[: value.start].rstrip(" \t"))
        draft.change(start, value.start + len(properties), "")
        lines = [*lines[:-1], f"{lines[-1]} {properties}"]
    if draft.begins_line(content):
        base = max(column, draft.column(entry.start) + STEP) if entry.key else column
        above = "".join(f"{' ' * base}{line}{draft.newline}" for line in lines)
        start = draft.line_start(content)
        draft.change(start, start, above, entry.start)
        draft.indent(start, value.end)
    else:
        gap = draft.newline + " " * column
        draft.change(content, content, gap.join(lines) + gap + " " * STEP, entry.start)
        draft.indent(content, value.end)


def _scalar(draft: Draft, entry: Entry, lines: list[str]) -> None:
    """Wrap a scalar of several lines, or braces of several lines, that stand on no own line."""
    value = entry.value
    start = value.start
    if entry.key is None or draft.begins_line(start):
        gap = draft.newline + " " * draft.column(start)
        draft.change(start, start, gap.join(lines), entry.start)
    else:
        gap = draft.newline + " " * (draft.column(entry.start) + STEP)
        before = len(draft.text[:start].rstrip(" \t"))
        draft.change(before, start, gap + gap.join(lines), entry.start)
    draft.indent(start, value.end)
