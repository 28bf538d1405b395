"""The chain of a flow as the nodes and edges of a diagram."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from flowspec import shapes
from flowspec.records import LayerRecord, Plan

MAX_LAYERS: Final = 24
"""The most layers that have a node of their own."""


class Node(NamedTuple):
    """A box: its name in the diagram, and the text in it."""

    id: str
    label: str


class Edge(NamedTuple):
    """An arrow between two boxes; `context` where it brings context."""

    start: str
    end: str
    context: bool = False


class Diagram(NamedTuple):
    """Nodes and edges, in the order of the chain."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def diagram(plan: Plan) -> Diagram:
    """The diagram of a plan: base, layers, event, and the context inputs that they read."""
    context = {one.name: Node(f"context{i}", f"{one.name} {shapes.text(one.shape)}, {one.kind}")
               for i, one in enumerate(plan.contexts)}  # fmt: skip
    groups = _groups([part for part in plan.layers if part.family == "layers"])
    chain = [
        Node("base", f"base, {plan.base.kind}"),
        *(Node(f"layer{index}", _label(group)) for index, group in enumerate(groups)),
        Node("event", _event(plan)),
    ]
    edges = [Edge(one.id, other.id) for one, other in pairwise(chain)]
    for node, group in zip(chain, [[plan.base], *groups], strict=False):
        names = dict.fromkeys(name for part in group for name in part.reads)
        edges += [Edge(context[name].id, node.id, context=True) for name in names]
    return Diagram((*context.values(), *chain), tuple(edges))


def _event(plan: Plan) -> str:
    shape = shapes.text(shapes.rows(plan.event.size))
    return f"{plan.event.name} {shape}, {plan.event.support['kind']}"


def _groups(layers: Sequence[LayerRecord]) -> list[Sequence[LayerRecord]]:
    """Each layer alone, or all together where they are many."""
    return [layers] if len(layers) > MAX_LAYERS else [[layer] for layer in layers]


def _label(group: Sequence[LayerRecord]) -> str:
    if len(group) == 1:
        return f"{group[0].path}, {_kind(group[0])}"
    counts = Counter(map(_kind, group))
    return ", ".join(f"{count} × {kind}" for kind, count in counts.items())


def _kind(layer: LayerRecord) -> str:
    transform = layer.node.get("transform")
    return f"{layer.kind} {transform['kind']}" if transform else layer.kind
