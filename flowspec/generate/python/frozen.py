"""What training shall not move, told by as few paths as can be."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from flowspec.records import Plan


def frozen_paths(plan: Plan, frozen: Collection[str]) -> list[str]:
    """Paths such that every variable at or below them is frozen.

    Variables that parts own are left out where the plan freezes them: they are made so.

    Args:
        plan: The flow.
        frozen: Variables that were frozen in Python, besides those the plan freezes.
    """
    made = {one.path for part in plan.parts for one in part.own if not one.trainable}
    held = {one.path for one in plan.variables if not one.trainable or one.path in frozen}
    variables = {one.path for one in plan.variables}
    return list(dict.fromkeys(_heads(held - made, variables, held)))


def _heads(paths: Iterable[str], variables: set[str], held: set[str]) -> Iterable[str]:
    for path in sorted(paths):
        segments = path.split(".")
        heads = (".".join(segments[:count]) for count in range(1, len(segments) + 1))
        yield next(head for head in heads if _below(head, variables) <= held)


def _below(head: str, variables: set[str]) -> set[str]:
    return {path for path in variables if f"{path}.".startswith(f"{head}.")}
