"""What was frozen in Python: variables that the plan trains and training shall not move."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flowspec.build.part import Part


def frozen_paths(part: Part) -> list[str]:
    """The plan paths of the part's variables that were frozen after it was built."""
    held = part.plan_variables()
    return [
        record.path
        for record in part.record.variables
        if record.trainable and record.path in held and not held[record.path].trainable
    ]


def freeze(part: Part, paths: Collection[str]) -> None:
    """Freeze variables of the part, and every layer inside it that has no others.

    Args:
        part: A built part.
        paths: Plan paths; those of other parts are passed over.
    """
    chosen = [variable for path, variable in part.plan_variables().items() if path in paths]
    for variable in chosen:
        variable.trainable = False
    for layer in _layers(part):
        held = {id(variable) for variable in layer.weights}
        if held & set(map(id, chosen)) and not any(v.trainable for v in layer.weights):
            layer.trainable = False


def _layers(part: Part) -> list[Any]:
    """The part, its networks, and their Keras layers."""
    networks = list(part.networks.values())
    return [part, *networks, *(layer for one in networks for layer in one.inner.values())]
