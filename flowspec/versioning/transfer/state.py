"""What goes along with the variables of a bundle, and what is left behind."""

from __future__ import annotations

from typing import Any, NamedTuple

from flowspec.bundle import Bundle, Lineage
from flowspec.bundle.manifest import MAX_ANCESTORS
from flowspec.records import Plan
from flowspec.versioning.transfer.moves import TransferMap


class Carried(NamedTuple):
    """The state of the new flow, as a snapshot of it has, and sentences about it."""

    state: dict[str, Any]
    notes: tuple[str, ...]


def carried_state(found: TransferMap, parent: Bundle, plan: Plan) -> Carried:
    """The state of the new flow: statistics, frozen variables, dtype policy.

    The state of the optimizer and the record of the training belong to the old flow alone.

    Args:
        found: The map between the plans.
        parent: The old flow's bundle.
        plan: The new plan.
    """
    old = parent.manifest.state
    was_frozen = set(_texts(old.get("frozen")))
    frozen = [move.path for move in found.moves if move.old in was_frozen]
    adapted = bool(old["adapted"]) and found.adapts
    same_dtype = plan.dtype == parent.plan.dtype
    policy = str(old.get("policy", plan.dtype)) if same_dtype else plan.dtype
    notes: list[str] = []
    if old["adapted"] and not adapted:
        notes.append("some statistics are new: the next `fit` or `adapt` fits all of them anew")
    if len(frozen) < len(was_frozen):
        left = len(was_frozen) - len(frozen)
        notes.append(f"{left} of the variables that were frozen in Python are not there any more")
    if not same_dtype:
        notes.append(f"the flow was of {parent.plan.dtype}, and its networks now run in {policy}")
    if "optimizer" in parent.manifest.files:
        notes.append("the state of the optimizer is left behind: training starts it anew")
    if parent.manifest.training is not None:
        notes.append("the record of the last training stays with the old bundle")
    return Carried({"adapted": adapted, "frozen": frozen, "policy": policy}, tuple(notes))


def lineage_of(found: TransferMap, parent: Bundle) -> Lineage:
    """Where the weights of the new flow come from."""
    above = parent.manifest.lineage
    earlier = () if above is None else (above.parent, *above.earlier)
    return Lineage(
        parent=parent.sha256,
        name=parent.plan.name,
        version=parent.plan.version,
        variables=found.counts,
        earlier=earlier[:MAX_ANCESTORS],
    )


def _texts(value: Any) -> list[str]:
    return [str(each) for each in value or ()]
