"""What the axes of every variable of a plan mean, without TensorFlow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pydantic import ValidationError

from flowspec.catalog import FAMILIES
from flowspec.catalog.axes import Axes, Axis, Group
from flowspec.catalog.kind import Kind
from flowspec.catalog.network import Encoder, NetworkKind
from flowspec.records import ContextRecord, LayerRecord, NetworkRecord, Plan
from flowspec.versioning.transfer.known import Known

SAME = Known({}, {})
"""Every name is what it was."""


class Held(NamedTuple):
    """Where a variable belongs: its part, and the network inside, if it is in one."""

    part: LayerRecord
    network: NetworkRecord | None


class Meaning:
    """A plan, read for what its variables mean.

    Features of the event are known by their place in the event, which permutations on the way
    there are followed to, or by their name. Context inputs are known by the name they had.

    Args:
        plan: The plan.
        known: Earlier names of what has another name now.
    """

    def __init__(self, plan: Plan, known: Known = SAME) -> None:
        self.plan = plan
        self._known = known
        self.features = dict(_features(plan, known.names.get("event", plan.event.fields)))
        self.contexts = {context.name: context for context in plan.contexts}
        self.held = {
            variable.path: Held(part, network)
            for part in plan.parts
            for network in (None, *part.networks)
            for variable in (part.own if network is None else network.variables)
        }
        shapes = {variable.path: variable.shape for variable in plan.variables}
        self.axes = {
            path: axes
            for part in plan.parts
            for path, axes in self._part(part)
            if tuple(axis.size for axis in axes) == shapes.get(path)
        }

    def _part(self, part: LayerRecord) -> Iterator[tuple[str, Axes]]:
        """The axes of a part's variables, by path, where anything is known of them."""
        kind = kind_of(part.family, part.node)
        if kind is None:
            return
        for name, axes in kind.own_axes(part, self._entries(part)).items():
            yield f"{part.path}.{name}", axes
        for network in part.networks:
            inner = kind_of(network.family, network.node)
            if not isinstance(inner, NetworkKind):
                continue
            inputs, outputs = self._ends(part, network, inner)
            for name, axes in inner.axes(network, inputs, outputs).items():
                yield f"{part.path}.{network.name}.{name}", axes

    def _entries(self, part: LayerRecord) -> Group:
        """The features of the event at a part, or the entries of a context input."""
        if part.family != "contexts":
            return self.features[part.path]
        return self._input(self.contexts[part.path.partition(".")[2]])

    def _input(self, context: ContextRecord) -> Group:
        """The entries of a context input, or the values of a category."""
        size = context.layer.networks[0].value
        path = context.layer.path
        own = context.fields if context.labels is None else context.labels
        names = self._known.names.get(path, own)
        return Group(f"{self._known.paths.get(path, path)}, {context.kind}", range(size), names)

    def _encoded(self, context: ContextRecord) -> Group:
        """The features that a context input is encoded to."""
        network = context.layer.networks[0]
        encoder = kind_of(network.family, network.node)
        entries = self._input(context)
        names = None if entries.names is None or not isinstance(encoder, Encoder) else (
            encoder.feature_names(entries.names)
        )  # fmt: skip
        return Group(f"{entries.name}, {network.kind}", range(context.features), names)

    def _ends(
        self, part: LayerRecord, network: NetworkRecord, kind: NetworkKind
    ) -> tuple[Axis, Axis]:
        """What a network reads and yields."""
        if isinstance(kind, Encoder):
            context = self.contexts[part.path.partition(".")[2]]
            return Axis("input", (self._input(context),)), Axis("unit", (self._encoded(context),))
        features = self.features[part.path]
        read = [_read(part, network, features)] if network.value else []
        if network.context:
            read += [self._encoded(self.contexts[name]) for name in part.reads]
        return Axis("input", tuple(read)), Axis("result", (_yielded(part, network, features),))


def kind_of(family: str, node: Mapping[str, object]) -> Kind | None:
    """The kind that a node describes; None where the catalogue no longer has it."""
    try:
        return FAMILIES[family].make(node)
    except (KeyError, ValidationError):
        return None


def _features(plan: Plan, fields: tuple[str, ...] | None) -> Iterator[tuple[str, Group]]:
    """The features at the base and at each layer; of a permutation, those that it is given."""
    places = tuple(range(plan.event.size))
    for part in reversed(plan.layers):
        if part.order is not None:
            before = dict(zip(part.order, places, strict=True))
            places = tuple(before[place] for place in range(plan.event.size))
        yield part.path, _group(places, fields)
    yield plan.base.path, _group(places, fields)


def _group(places: Sequence[int], fields: tuple[str, ...] | None) -> Group:
    names = None if fields is None else tuple(fields[place] for place in places)
    return Group("features", places, names)


def _read(part: LayerRecord, network: NetworkRecord, features: Group) -> Group:
    """The features that a network reads: those that pass unchanged, or all."""
    if part.mask is not None and sum(part.mask) == network.value:
        return features.chosen([place for place, passes in enumerate(part.mask) if passes])
    if network.value == features.size:
        return features
    return Group(f"inputs of {part.kind}", range(network.value))


def _yielded(part: LayerRecord, network: NetworkRecord, features: Group) -> Group:
    """What a network yields: raw parameters of each feature that is moved."""
    moved = part.moved if part.moved is not None else (True,) * features.size
    if sum(moved) * part.parameters != network.outputs:
        return Group(f"outputs of {part.kind}", range(network.outputs))
    chosen = features.chosen([place for place, moves in enumerate(moved) if moves])
    return chosen.parameters(map_of(part), part.parameters)


def map_of(part: LayerRecord) -> str:
    """The kind whose raw parameters a part has: its transform, or its own."""
    return str(part.node.get("transform", {}).get("kind", part.kind))
