"""What makes the new flow another function, whatever its variables are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from flowspec.catalog.axes import Group
from flowspec.plan.facts import event_range
from flowspec.records import LayerRecord, Plan
from flowspec.versioning.transfer.meaning import Meaning
from flowspec.versioning.transfer.moves import Change
from flowspec.versioning.transfer.parts import called, computed, differences, same_kind


class Continued(NamedTuple):
    """A part of the new plan and the old one that it continues: of the same kind, in its place."""

    old: LayerRecord
    new: LayerRecord


def continued(old: Plan, new: Plan, pairs: Mapping[str, str]) -> dict[str, Continued]:
    """The parts that continue others, by their path.

    Args:
        old: The old plan.
        new: The new plan.
        pairs: Old paths of parts by new ones.
    """
    before = {part.path: part for part in old.parts}
    found = (Continued(before[pairs[part.path]], part) for part in new.parts if part.path in pairs)
    return {pair.new.path: pair for pair in found if same_kind(*pair)}


def changes(before: Meaning, now: Meaning, pairs: Mapping[str, Continued]) -> Iterator[Change]:
    """What has changed: the event, parts, and the order of the chain."""
    old, new = before.plan, now.plan
    yield from _event(old, new)
    for pair in pairs.values():
        # A layer without variables is told from others by what it computes, wherever it stands.
        if pair.old.family != "layers" or pair.old.variables:
            for difference in (*differences(*pair), *_features(before, now, pair)):
                reason = f"it computes something else: {difference}"
                yield Change(path=pair.new.path, reason=reason)
    if not same_kind(old.base, new.base):
        reason = f"the base was `{old.base.kind}` and is `{new.base.kind}`"
        yield Change(path=new.base.path, reason=reason)
    yield from _chain(old, new, pairs)


def _event(old: Plan, new: Plan) -> Iterator[Change]:
    sizes = old.event.size, new.event.size
    if sizes[0] != sizes[1]:
        yield Change(path="event", reason=f"it had {sizes[0]} features and has {sizes[1]}")
    elif event_range(old.event) != event_range(new.event):
        yield Change(path="event", reason="its support is another")


def _features(before: Meaning, now: Meaning, pair: Continued) -> Iterator[str]:
    """Whether a layer passes other features, or has them in an order it may depend on."""
    if pair.new.family != "layers" or pair.old.features != pair.new.features:
        return
    old, new = _known(before.features[pair.old.path], now.features[pair.new.path])
    if pair.old.mask is not None and pair.new.mask is not None:
        passing = {name for name, passes in zip(old, pair.old.mask, strict=True) if passes}
        if passing != {name for name, passes in zip(new, pair.new.mask, strict=True) if passes}:
            yield "its mask is another"
    if old != new and not all(v.path in now.axes for v in pair.new.variables):
        yield "the features of the event are in another order"


def _known(old: Group, new: Group) -> tuple[Sequence[object], Sequence[object]]:
    """The features by name where both plans name them, else by place."""
    if old.names is not None and new.names is not None:
        return old.names, new.names
    return tuple(old.places), tuple(new.places)


def _chain(old: Plan, new: Plan, pairs: Mapping[str, Continued]) -> Iterator[Change]:
    """Layers that came, went, or stand elsewhere; those that change nothing do not count."""
    before = [part for part in _layers(old) if part.variables or not part.identity_at_start]
    now = [part for part in _layers(new) if _counts(part, pairs)]
    first = [_key(part, part.path) for part in before]
    second = [_key(part, pairs[part.path].old.path if part.path in pairs else "") for part in now]
    for word, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if word != "equal":
            yield from (_gone(part) for part in before[a:b] if not part.variables)
            yield from (_come(part, pairs) for part in now[c:d])


def _layers(plan: Plan) -> Iterator[LayerRecord]:
    return (part for part in plan.layers if part.family == "layers")


def _counts(part: LayerRecord, pairs: Mapping[str, Continued]) -> bool:
    trained = part.path in pairs and bool(part.variables)
    return trained or not part.identity_at_start


def _key(part: LayerRecord, known: str) -> tuple[str, str]:
    """What tells a layer from others: where its variables were, or what it computes."""
    return ("path", known) if part.variables else ("computes", computed(part))


def _gone(part: LayerRecord) -> Change:
    return Change(path=part.path, reason=f"{called(part)} is no longer there")


def _come(part: LayerRecord, pairs: Mapping[str, Continued]) -> Change:
    if part.variables and part.path in pairs:
        return Change(path=part.path, reason=f"{called(part)} stands elsewhere among the layers")
    return Change(path=part.path, reason=f"{called(part)} is new, and not the identity")
