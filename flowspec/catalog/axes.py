"""What the axes of a variable mean, so that values can follow their meaning into another plan.

A kind says it for the variables that it knows; of the others nothing is known, and only equal
shapes are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

Role: TypeAlias = Literal["input", "unit", "result"]


@dataclass(frozen=True)
class Group:
    """Entries of an axis that belong together.

    Attributes:
        name: What they are; entries of groups of other names are others.
        places: Where each stands among all that there may be, such as the features of the event.
        names: What each is called, where the spec says so; names count more than places.
    """

    name: str
    places: Sequence[int]
    names: tuple[str, ...] | None = None

    @property
    def size(self) -> int:
        """The number of its entries."""
        return len(self.places)

    def chosen(self, entries: Sequence[int]) -> Group:
        """Some of its entries."""
        names = None if self.names is None else tuple(self.names[entry] for entry in entries)
        return replace(self, places=tuple(self.places[entry] for entry in entries), names=names)

    def parameters(self, kind: str, count: int) -> Group:
        """The raw parameters of its entries, `count` to an entry, of a kind of map."""
        places = tuple(place * count + each for place in self.places for each in range(count))
        names = None if self.names is None else tuple(
            f"{name}.{each}" for name in self.names for each in range(count)
        )  # fmt: skip
        return Group(f"{count} of {kind}", places, names)


@dataclass(frozen=True)
class Axis:
    """One axis of a variable.

    Attributes:
        role: What a new entry does. Of an `input`, zeros make that nothing depends on it; a `unit`
            may start as it likes, since what reads it starts at zero; a `result` is an answer of
            its part, so that a new one changes the part.
        groups: What its entries are.
    """

    role: Role
    groups: tuple[Group, ...]

    @property
    def size(self) -> int:
        """The number of entries."""
        return sum(group.size for group in self.groups)

    def as_role(self, role: Role) -> Axis:
        """The same entries in another role."""
        return replace(self, role=role)


Axes: TypeAlias = tuple[Axis, ...]


def units(name: str, count: int) -> Axis:
    """The units of a hidden layer; which is which is told by their place."""
    return Axis("unit", (Group(name, range(count)),))


def statistics_axes(entries: Group) -> dict[str, Axes]:
    """The axes of the mean and scale that `standardize: true` fits."""
    axis = Axis("unit", (entries,))
    return {"mean": (axis,), "scale": (axis,)}


def raw_axes(entries: Group, kind: str, count: int) -> dict[str, Axes]:
    """The axes of raw parameters that are a variable, `(D, P)`, of a kind of map."""
    parameters = Group(f"{count} of {kind}", range(count))
    return {"raw": (Axis("result", (entries,)), Axis("result", (parameters,)))}
