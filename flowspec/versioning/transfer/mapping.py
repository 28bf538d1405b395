"""The map from an old plan to a new one: what each new variable starts with, and why."""

from __future__ import annotations

from collections.abc import Mapping

from flowspec.records import LayerRecord, Plan, VariableRecord
from flowspec.versioning.pairs import Renames, pair
from flowspec.versioning.renames import renames_between
from flowspec.versioning.transfer.changes import Continued, changes, continued
from flowspec.versioning.transfer.filling import Filling
from flowspec.versioning.transfer.known import known
from flowspec.versioning.transfer.meaning import Meaning
from flowspec.versioning.transfer.moves import Drop, Move, TransferMap
from flowspec.versioning.transfer.suggest import suggested


def transfer_map(old: Plan, new: Plan) -> TransferMap:
    """What becomes of every variable; without TensorFlow, and without NumPy.

    The renames of the new spec count that the old one does not say too. Where more would be
    carried over under others, the map suggests them, and makes no use of them.

    Args:
        old: The plan of the trained flow.
        new: The plan of the flow that its weights move to.
    """
    renames = renames_between(old.spec, new.spec)
    found = map_with(old, new, renames)
    if found.whole:
        return found
    others = suggested(old, new, renames)
    better = map_with(old, new, {**renames, **others}) if others else found
    if better.carried <= found.carried:
        return found
    return found.model_copy(update={"renames": others})


def map_with(old: Plan, new: Plan, renames: Renames) -> TransferMap:
    """The map under the given renames."""
    parts = pair((p.path for p in old.parts), (p.path for p in new.parts), renames)
    variables = pair((v.path for v in old.variables), (v.path for v in new.variables), renames)
    pairs = continued(old, new, parts.old)
    before, now = Meaning(old), Meaning(new, known(old, new, parts, renames))
    filling = Filling(before, now, variables, pairs)
    moves = tuple(filling.move(variable) for variable in new.variables)
    used = {move.old for move in moves}
    rejected = {
        variables.old[m.path]: m for m in moves if m.old is None and m.path in variables.old
    }
    return TransferMap(
        moves=moves,
        drops=tuple(_drop(v, rejected.get(v.path)) for v in old.variables if v.path not in used),
        changes=tuple(changes(before, now, pairs)),
        adapts=_adapts(new, pairs, {move.path: move for move in moves}),
    )


def _drop(variable: VariableRecord, rejected: Move | None) -> Drop:
    if rejected is None:
        reason = "not in the new plan"
    else:
        reason = f"the new one starts anew: {rejected.reason}"
    return Drop(path=variable.path, shape=variable.shape, size=variable.size, reason=reason)


def _adapts(new: Plan, pairs: Mapping[str, Continued], moves: Mapping[str, Move]) -> bool:
    """Whether every statistic comes from an old one."""
    return all(
        move.carried == variable.size
        for part in new.parts
        if _has_statistics(part)
        for variable in part.own
        for move in [moves[variable.path]]
    )


def _has_statistics(part: LayerRecord) -> bool:
    """Whether the own variables of a part are the statistics of `standardize: true`."""
    return part.family in ("contexts", "supports")
