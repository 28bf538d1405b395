"""Which variable and which layer of the new plan is which of the old one."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from flowspec.plan.options import Options, options
from flowspec.records import LayerRecord, Plan, VariableRecord
from flowspec.versioning.diff.align import Pair, common, increasing
from flowspec.versioning.pairs import pair
from flowspec.versioning.renames import earlier_path, renames_between


@dataclass(frozen=True)
class Layers:
    """The chains of both plans, and which layer is which.

    Attributes:
        old: The old chain.
        new: The new chain.
        pairs: Places of the same layer on both sides, by the old place.
        shifted: Whether layers were told by what they are, because by their paths they would be
            their neighbours.
    """

    old: Sequence[LayerRecord]
    new: Sequence[LayerRecord]
    pairs: tuple[Pair, ...]
    shifted: bool = False


class Pairing:
    """Two plans side by side.

    Attributes:
        old: The old plan.
        new: The new plan.
        renames: Those that happened in between.
    """

    def __init__(self, old: Plan, new: Plan) -> None:
        self.old = old
        self.new = new
        self.renames = renames_between(old.spec, new.spec)
        self._back = {to: start for start, to in self.renames.items()}
        self._options: dict[str, Options] = {}

    def earlier_path(self, path: str) -> str:
        """The path that one of the new plan had, whether there was such a one or not."""
        return earlier_path(path, self._back)

    @cached_property
    def variables(self) -> dict[str, str]:
        """The old path of every variable of the new plan that was there, by its new path."""
        old, new = ((v.path for v in plan.variables) for plan in (self.old, self.new))
        return pair(old, new, self.renames).old

    @cached_property
    def contexts(self) -> dict[str, str]:
        """The old name of every context input of the new plan that was there."""
        old, new = ({c.name: c for c in plan.contexts} for plan in (self.old, self.new))
        found = {name: name for name in new if name in old}
        gone = [name for name in old if name not in new]
        for name in [name for name in new if name not in old]:
            told = self.earlier_path(f"context.{name}")
            same = [other for other in gone if told == f"context.{other}"] or [
                other
                for other in gone
                if old[other].input.model_copy(update={"name": name}) == new[name].input
            ]
            if len(same) == 1:
                found[name] = same[0]
                gone.remove(same[0])
        return found

    @cached_property
    def parts(self) -> list[tuple[LayerRecord, LayerRecord]]:
        """The same parts of both plans: context inputs, base, layers, the event's map."""
        contexts = {context.name: context.layer for context in self.old.contexts}
        given = [
            (contexts[self.contexts[context.name]], context.layer)
            for context in self.new.contexts
            if context.name in self.contexts
        ]
        layers = self.layers
        chain = [(layers.old[i], layers.new[j]) for i, j in layers.pairs]
        return [*given, (self.old.base, self.new.base), *chain, *_tails(self.old, self.new)]

    @cached_property
    def layers(self) -> Layers:
        """The chains, the event's own map left out."""
        old, new = _chain(self.old), _chain(self.new)
        known = {name: name for name in (c.name for c in self.old.contexts)}
        contents = (
            [self._content(part, known) for part in old],
            [self._content(part, self.contexts) for part in new],
        )
        by_path = self._by_path(old, new, *contents)
        equal = sum(contents[0][i] == contents[1][j] for i, j in by_path)
        alike = common(*contents)
        if len(old) != len(new) and len(alike) > equal:
            pairs = _fill(alike, old, new, *contents)
            return Layers(old, new, tuple(sorted(pairs)), shifted=True)
        return Layers(old, new, tuple(sorted(by_path)))

    def options(self, part: LayerRecord) -> Options:
        """The options of a part; those of equal nodes are sorted once."""
        key = json.dumps([part.family, part.node, part.revision, part.revisions], sort_keys=True)
        if key not in self._options:
            self._options[key] = options(part)
        return self._options[key]

    def _content(self, part: LayerRecord, contexts: Mapping[str, str]) -> Hashable:
        """What a layer is, wherever it stands, with the old names of context inputs."""
        reads = tuple(contexts.get(name) for name in part.reads)
        start = len(part.path)
        variables = tuple((v.path[start:], v.shape, v.dtype) for v in part.variables)
        numbers = json.dumps(self.options(part).numbers, sort_keys=True)
        return (part.family, part.kind, part.mask, part.order, reads, variables, numbers)

    def _by_path(
        self, old: Sequence[LayerRecord], new: Sequence[LayerRecord],
        before: Sequence[Hashable], after: Sequence[Hashable],
    ) -> list[Pair]:  # fmt: skip
        """The pairs by the paths of variables; what has none is told by what it is."""
        owner = {v.path: i for i, part in enumerate(old) for v in part.variables}
        place = {part.path: i for i, part in enumerate(old) if part.variables}
        pairs: dict[int, int] = {}
        for j, part in enumerate(new):
            known = [self.variables[v.path] for v in part.variables if v.path in self.variables]
            i = next((owner[path] for path in known if path in owner), None)
            if i is None and part.variables:
                i = place.get(self.earlier_path(part.path))
            if i is not None:
                pairs.setdefault(i, j)
        anchors = increasing(list(pairs.items()))
        moved = [pair for pair in pairs.items() if pair not in set(anchors)]
        return [*_fill(anchors, old, new, before, after, skip=moved), *moved]


def _chain(plan: Plan) -> list[LayerRecord]:
    return [part for part in plan.layers if part.family == "layers"]


def _tails(old: Plan, new: Plan) -> list[tuple[LayerRecord, LayerRecord]]:
    before, after = ([p for p in plan.layers if p.family != "layers"] for plan in (old, new))
    return list(zip(before, after, strict=False))


def _fill(
    anchors: Sequence[Pair], old: Sequence[LayerRecord], new: Sequence[LayerRecord],
    before: Sequence[Hashable], after: Sequence[Hashable], skip: Sequence[Pair] = (),
) -> list[Pair]:  # fmt: skip
    """Anchors, and between them the layers that are alike, then those of one kind."""
    taken = ({i for i, _ in skip}, {j for _, j in skip})
    alike = list(anchors)
    for a, b in _gaps(anchors, len(old), len(new), taken):
        found = common([before[i] for i in a], [after[j] for j in b])
        alike += [(a[x], b[y]) for x, y in found]
    alike.sort()
    filled = list(alike)
    for a, b in _gaps(alike, len(old), len(new), taken):
        filled += _of_one_kind(a, b, old, new)
    return filled


def _of_one_kind(
    a: list[int], b: list[int], old: Sequence[LayerRecord], new: Sequence[LayerRecord]
) -> list[Pair]:
    """Layers of one kind in a gap, in order, where neither or both have variables."""
    kinds = [[(p.kind, bool(p.variables)) for p in side] for side in
             ([old[i] for i in a], [new[j] for j in b])]  # fmt: skip
    return [(a[x], b[y]) for x, y in common(*kinds)]


def _gaps(
    anchors: Sequence[Pair], olds: int, news: int, taken: tuple[set[int], set[int]]
) -> list[tuple[list[int], list[int]]]:
    """The places between anchors on both sides that are not taken."""
    bounds = [(-1, -1), *sorted(anchors), (olds, news)]
    gaps: list[tuple[list[int], list[int]]] = []
    for (i, j), (x, y) in pairwise(bounds):
        left = [place for place in range(i + 1, x) if place not in taken[0]]
        right = [place for place in range(j + 1, y) if place not in taken[1]]
        if left and right:
            gaps.append((left, right))
    return gaps


def unpaired(pairing: Pairing) -> tuple[dict[str, VariableRecord], dict[str, VariableRecord]]:
    """The variables of the old plan that are gone, and those of the new that are added."""
    had = set(pairing.variables.values())
    gone = {v.path: v for v in pairing.old.variables if v.path not in had}
    added = {v.path: v for v in pairing.new.variables if v.path not in pairing.variables}
    return gone, added
