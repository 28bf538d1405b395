"""A transfer as people read it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from flowspec import shapes
from flowspec.records import Plan
from flowspec.versioning.transfer.grouped import common, grouped
from flowspec.versioning.transfer.moves import Change, Drop, Move, TransferMap

Row = tuple[str, ...]
T = TypeVar("T", Move, Drop, Change)


def render(
    found: TransferMap, old: Plan, new: Plan, notes: Iterable[str] = (), *, all_lines: bool = False
) -> str:
    """The map as aligned text.

    Args:
        found: The map.
        old: The plan that weights come from.
        new: The plan that they move to.
        notes: What is to be said beside the map.
        all_lines: Whether each variable has a line of its own; else those of a repeat share one.
    """
    sections = [
        f"{old.name} {old.version} -> {new.name} {new.version}",
        _section("variables", [_move(group) for group in _split(found.moves, all_lines)]),
        _section("left behind", [_drop(group) for group in _split(found.drops, all_lines)]),
        _section("computed otherwise", [_change(g) for g in _split(found.changes, all_lines)]),
        _section("also", [(note,) for note in notes]),
        _summary(found, old, new),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def renames_text(renames: dict[str, str]) -> str:
    """Renames as they stand in a spec."""
    return "renames: {" + ", ".join(f"{old}: {new}" for old, new in renames.items()) + "}"


def _split(items: Sequence[T], all_lines: bool) -> list[list[T]]:
    return [[item] for item in items] if all_lines else grouped(items, _alike)


def _alike(item: Move | Drop | Change) -> str:
    """Everything about an item that a line of text says of it, but its own path."""
    return repr(item.model_dump(exclude={"path", "old"}))


def _move(group: list[Move]) -> Row:
    first = group[0]
    mark = " " if first.keeps_log_prob else "!"
    source = common(move.old for move in group if move.old) if first.old else ""
    path = common(move.path for move in group)
    reason = f"from {source}: {first.reason}" if source not in ("", path) else first.reason
    return (f"{mark} {first.how}", path, _times(group), shapes.text(first.shape), reason)


def _drop(group: list[Drop]) -> Row:
    first = group[0]
    path = common(drop.path for drop in group)
    return ("!", path, _times(group), shapes.text(first.shape), first.reason)


def _change(group: list[Change]) -> Row:
    return ("!", common(change.path for change in group), _times(group), group[0].reason)


def _times(group: Sequence[object]) -> str:
    return f"{len(group)} ×" if len(group) > 1 else ""


def _summary(found: TransferMap, old: Plan, new: Plan) -> str:
    counts = [f"{count} {word}" for word, count in found.counts.items() if count]
    counts += [f"{len(found.drops)} left behind"] if found.drops else []
    trained, now = (sum(v.size for v in plan.variables) for plan in (old, new))
    whole = "every log_prob stays what it was" if found.whole else "log_prob changes, see `!`"
    lines = [
        f"variables: {', '.join(counts) or 'none'}",
        f"parameters: {found.carried:,} of {trained:,} carried over, {now:,} now",
        whole,
    ]
    if found.renames:
        lines.append(f"more is carried over with {renames_text(found.renames)}")
    return "\n".join(lines)


def _section(title: str, rows: Sequence[Row]) -> str:
    if not rows:
        return ""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True) if w) for row in rows)
    return "\n".join([title, *(f"  {line}".rstrip() for line in lines)])
