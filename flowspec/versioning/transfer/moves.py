"""What becomes of each variable when weights move to another architecture, as plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal, TypeAlias

from pydantic import Field

from flowspec.catalog.axes import Role
from flowspec.records import Record

How: TypeAlias = Literal["keep", "rename", "resize", "initialise"]

NEW = -1
"""The source of an entry that was not there."""

WORDS: dict[How, str] = {
    "keep": "kept", "rename": "renamed", "resize": "resized", "initialise": "initialised",
}  # fmt: skip
"""What has become of a variable, as a manifest counts it."""


class AxisMove(Record):
    """Where the entries of one axis come from.

    `kept` entries come from the old axis, `new` ones are not in it, `dropped` are in the old one
    alone. `sources` has the old place of each entry, `NEW` where there is none.
    """

    role: Role
    kept: int
    new: int
    dropped: int
    sources: tuple[int, ...] = Field(repr=False, exclude=True)

    @property
    def moved(self) -> bool:
        """Whether entries stand in another order than they did."""
        old = [source for source in self.sources if source != NEW]
        return old != sorted(old)


class Move(Record):
    """What a variable of the new plan starts with.

    Attributes:
        path: Its path.
        shape: Its shape.
        how: `keep` is the whole of the old variable of that path, `rename` of another path;
            `resize` cuts, pads or reorders it; `initialise` makes it as compiling does.
        old: The path of the old variable; None where it is initialised.
        axes: What becomes of each axis, where it is resized.
        carried: How many of its numbers come from the old variable.
        keeps_log_prob: Whether the densities stay what they were, as far as it lies with this
            variable.
        reason: Why, in one sentence.
    """

    path: str
    shape: tuple[int, ...]
    how: How
    old: str | None = None
    axes: tuple[AxisMove, ...] = ()
    carried: int
    keeps_log_prob: bool
    reason: str


class Drop(Record):
    """A variable of the old plan that nothing becomes of."""

    path: str
    shape: tuple[int, ...]
    size: int
    reason: str


class Change(Record):
    """A part of the flow that computes something else than before, whatever its variables are."""

    path: str
    reason: str


class TransferMap(Record):
    """What becomes of every variable of two plans.

    Attributes:
        moves: One for each variable of the new plan, in its order.
        drops: The variables of the old plan that are left behind, in its order.
        changes: What makes the new flow another function of the same variables.
        renames: Entries of `renames:` under which more would be carried over; a suggestion that
            nothing here makes use of.
        adapts: Whether the statistics of `standardize: true` are those of the old flow, whole.
    """

    moves: tuple[Move, ...]
    drops: tuple[Drop, ...]
    changes: tuple[Change, ...]
    renames: dict[str, str] = Field(default_factory=dict)
    adapts: bool

    @property
    def whole(self) -> bool:
        """Whether nothing is left behind and every log_prob stays what it was."""
        kept = all(move.keeps_log_prob for move in self.moves)
        return kept and not self.drops and not self.changes

    @property
    def counts(self) -> dict[str, int]:
        """How many variables became what."""
        found = Counter(WORDS[move.how] for move in self.moves)
        return {word: found[word] for word in WORDS.values()}

    @property
    def carried(self) -> int:
        """How many numbers of the old flow the new one starts with."""
        return sum(move.carried for move in self.moves)


def listed(names: Sequence[str], most: int = 4) -> str:
    """The first few names, and how many more there are."""
    shown = [f"`{name}`" for name in names[:most]]
    more = len(names) - len(shown)
    return ", ".join([*shown, *([f"{more} more"] if more else [])])
