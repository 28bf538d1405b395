"""What training shall not move: variables that the plan fixes, and those frozen in Python."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowspec.build.part import Part


def is_trainable(layer: Any) -> bool:
    """Whether any variable of a layer is trainable; its own flag where it has none.

    Keras passes over a flag that is set to what it is. Told by the variables, it never says that
    a layer is trainable all of which is frozen, so what was frozen can be thawed at any level.
    """
    weights = layer.weights
    return any(v.trainable for v in weights) if weights else bool(layer._trainable)


def fix(part: Part) -> None:
    """Hold the variables of networks that the plan does not train, whatever is set around them."""
    for network in part.networks.values():
        if network.record.trainable:
            continue
        for layer in network.inner.values():
            # What Keras holds as trainable follows the flag of every layer around it.
            layer._tracker.unlock()
            for variable in layer.weights:
                layer._untrack_variable(variable)
                variable.trainable = False
                layer._track_variable(variable)
            layer._tracker.lock()


def frozen_paths(part: Part) -> list[str]:
    """The plan paths of the part's variables that were frozen after it was built."""
    held = part.plan_variables()
    return [
        record.path
        for record in part.record.variables
        if record.trainable and record.path in held and not held[record.path].trainable
    ]


def freeze(part: Part, paths: Collection[str]) -> None:
    """Freeze variables of the part, and every Keras layer inside it that has no others.

    Args:
        part: A built part.
        paths: Plan paths; those of other parts are passed over.
    """
    chosen = [variable for path, variable in part.plan_variables().items() if path in paths]
    for variable in chosen:
        variable.trainable = False
    inner = [layer for one in part.networks.values() for layer in one.inner.values()]
    for layer in inner:
        held = {id(variable) for variable in layer.weights}
        if held & set(map(id, chosen)) and not any(v.trainable for v in layer.weights):
            layer.trainable = False
