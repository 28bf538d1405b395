"""A transfer: a bundle, the plan that its weights move to, and the map between both."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from flowspec.bundle import Bundle, Lineage
from flowspec.records import Plan
from flowspec.versioning.transfer.apply import Arrays, Initial, moved
from flowspec.versioning.transfer.mapping import transfer_map
from flowspec.versioning.transfer.moves import TransferMap
from flowspec.versioning.transfer.render import render
from flowspec.versioning.transfer.state import Carried, carried_state, lineage_of


@dataclass(frozen=True)
class Transfer:
    """Weights on their way.

    Attributes:
        parent: The bundle that they come from.
        plan: The plan that they move to.
    """

    parent: Bundle
    plan: Plan

    @functools.cached_property
    def map(self) -> TransferMap:
        """What becomes of each variable."""
        return transfer_map(self.parent.plan, self.plan)

    @functools.cached_property
    def carried(self) -> Carried:
        """The state of the new flow."""
        return carried_state(self.map, self.parent, self.plan)

    @property
    def lineage(self) -> Lineage:
        """Where the weights come from."""
        return lineage_of(self.map, self.parent)

    def weights(self, old: Arrays, initial: Initial) -> dict[str, Any]:
        """The values of the new plan's variables, by path.

        Args:
            old: Those of the parent's.
            initial: The value that compiling gives a variable.
        """
        return moved(self.map, self.plan, old, initial)

    def text(self, *, all_lines: bool = False) -> str:
        """The map as people read it; with `all_lines` a line for each variable."""
        plans = self.parent.plan, self.plan
        return render(self.map, *plans, self.carried.notes, all_lines=all_lines)

    def as_data(self) -> dict[str, Any]:
        """The map as JSON data."""
        found = self.map
        return {
            "parent": {**_named(self.parent.plan), "sha256": self.parent.sha256},
            "flow": _named(self.plan),
            "keeps_log_prob": found.whole,
            "variables": {**found.counts, "left_behind": len(found.drops)},
            "parameters": {
                "carried": found.carried,
                "old": sum(variable.size for variable in self.parent.plan.variables),
                "new": sum(variable.size for variable in self.plan.variables),
            },
            **found.model_dump(mode="json"),
            "state": self.carried.state,
            "notes": list(self.carried.notes),
        }


def _named(plan: Plan) -> dict[str, str]:
    return {"name": plan.name, "version": plan.version}
