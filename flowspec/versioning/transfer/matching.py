"""Which entries of a variable's axes come from which of another's."""

from __future__ import annotations

from collections.abc import Iterator

from flowspec.catalog.axes import Axes, Axis, Group
from flowspec.versioning.transfer.moves import NEW, AxisMove


def match(old: Axes, new: Axes) -> tuple[AxisMove, ...] | None:
    """What becomes of each axis; None where nothing of the old variable has a place in the new.

    Args:
        old: The axes of the old variable.
        new: The axes of the new one; where they are not as many, no entry has a place.
    """
    if len(old) != len(new):
        return None
    found = tuple(_matched(one, other) for one, other in zip(old, new, strict=True))
    return found if all(axis.kept for axis in found) else None


def is_same(moves: tuple[AxisMove, ...]) -> bool:
    """Whether every entry is where it was: none is new, dropped, or in another order."""
    return not any(axis.new or axis.dropped or axis.moved for axis in moves)


def _matched(old: Axis, new: Axis) -> AxisMove:
    first: dict[str, tuple[int, Group]] = {}
    start = 0
    for group in old.groups:
        first[group.name] = (start, group)
        start += group.size
    sources = tuple(source for group in new.groups for source in _sources(first, group))
    kept = sum(source != NEW for source in sources)
    return AxisMove(
        role=new.role, kept=kept, new=len(sources) - kept, dropped=old.size - kept, sources=sources
    )


def _sources(first: dict[str, tuple[int, Group]], group: Group) -> Iterator[int]:
    """The old place of each entry of a new group: by name where both have names."""
    start, old = first.get(group.name, (0, Group(group.name, ())))
    if old.names is not None and group.names is not None:
        by_name = {name: start + index for index, name in enumerate(old.names)}
        yield from (by_name.get(name, NEW) for name in group.names)
    else:
        by_place = {place: start + index for index, place in enumerate(old.places)}
        yield from (by_place.get(place, NEW) for place in group.places)
