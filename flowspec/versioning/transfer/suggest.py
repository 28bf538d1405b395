"""Renames under which layers whose place in the list has shifted would find their variables."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher

from flowspec.records import LayerRecord, Plan
from flowspec.versioning.pairs import Renames, pair
from flowspec.versioning.transfer.parts import computed

MOST = 1024
"""The most renames that a spec may have."""


def suggested(old: Plan, new: Plan, renames: Renames) -> dict[str, str]:
    """Renames that line up layers which compute the same; none where they line up already.

    Args:
        old: The old plan.
        new: The new plan.
        renames: Those that there are already.

    Returns:
        Starts of old paths, and of the new ones, to add to those that there are.
    """
    known = pair((p.path for p in old.parts), (p.path for p in new.parts), renames).old
    found: dict[str, str] = {}
    for before, now in _aligned(old, new):
        if known.get(now.path) != before.path:
            start, end = _shortened(before.path, now.path)
            found[start] = end
    distinct = len(set(found.values())) == len(found)
    unused = not (found.keys() & renames.keys() or set(found.values()) & set(renames.values()))
    return found if distinct and unused and len(found) + len(renames) <= MOST else {}


def _aligned(old: Plan, new: Plan) -> Iterator[tuple[LayerRecord, LayerRecord]]:
    """Layers with variables that compute the same, in the order of the chain."""
    before, now = _trained(old), _trained(new)
    first, second = [_shown(part) for part in before], [_shown(part) for part in now]
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    for a, b, count in matcher.get_matching_blocks():
        yield from zip(before[a : a + count], now[b : b + count], strict=True)


def _trained(plan: Plan) -> list[LayerRecord]:
    return [part for part in plan.layers if part.family == "layers" and part.variables]


def _shown(part: LayerRecord) -> tuple[str, tuple[str, ...]]:
    """What a layer computes, and of which variables."""
    names = tuple(variable.path.removeprefix(part.path) for variable in part.variables)
    return computed(part), names


def _shortened(old: str, new: str) -> tuple[str, str]:
    """Two paths without the end that they share.

    Example:
        >>> _shortened("layers.0.2.0", "layers.1.2.0")
        ('layers.0', 'layers.1')
    """
    first, second = old.split("."), new.split(".")
    while len(first) > 1 and len(second) > 1 and first[-1] == second[-1]:
        first, second = first[:-1], second[:-1]
    return ".".join(first), ".".join(second)
