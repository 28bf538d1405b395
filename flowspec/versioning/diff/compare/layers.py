"""Whether the same variables compute the same: layers added, removed, moved, shifted."""

from __future__ import annotations

from collections.abc import Iterator

from flowspec.records import LayerRecord
from flowspec.versioning.diff.align import increasing
from flowspec.versioning.diff.compare.words import renames_text, summary
from flowspec.versioning.diff.finding import Change, Sign
from flowspec.versioning.diff.pairing import Layers, Pairing


def layer_changes(pairing: Pairing) -> Iterator[Change]:
    """What happened to the list of layers as a whole."""
    layers = pairing.layers
    stayed = {i for i, _ in layers.pairs}, {j for _, j in layers.pairs}
    for i, part in enumerate(layers.old):
        if i not in stayed[0]:
            yield _change("layer-removed", "-", part, None, "the layer {it} is gone", summary(part))
    for j, part in enumerate(layers.new):
        if j not in stayed[1]:
            start = " (the identity at the start)" if part.identity_at_start else ""
            yield _change("layer-added", "+", None, part, "the layer {it} is new",
                          summary(part) + start)  # fmt: skip
    in_order = set(increasing(layers.pairs))
    for i, j in layers.pairs:
        if (i, j) not in in_order:
            yield _change("layer-moved", "~", layers.old[i], layers.new[j],
                          "the layer {it} stands at another place of the chain",
                          f"{_ordinal(i)} → {_ordinal(j)} of {len(layers.new)}")  # fmt: skip
    if layers.shifted:
        yield from _shifted(layers, pairing)


def context_order_changes(pairing: Pairing) -> Iterator[Change]:
    """Context inputs in another order."""
    old = [context.name for context in pairing.old.contexts]
    kept = [pairing.contexts[c.name] for c in pairing.new.contexts if c.name in pairing.contexts]
    if kept != [name for name in old if name in kept]:
        yield Change(rule="context-reordered", section="inputs", sign="~", subject="context",
                     says="the context inputs stand in another order", old=("context",),
                     new=("context",), at_key=True)  # fmt: skip


def _shifted(layers: Layers, pairing: Pairing) -> Iterator[Change]:
    """One change for all layers that are given the weights of others."""
    moved = [
        (layers.old[i], layers.new[j])
        for i, j in layers.pairs
        if layers.new[j].variables
        and pairing.earlier_path(layers.new[j].path) != layers.old[i].path
    ]
    if not moved:
        return
    old, new = moved[0]
    renames = {a.path: b.path for a, b in moved}
    yield Change(
        rule="layers-shifted", section="layers", sign="~", subject=new.path,
        says=f"layers from {{it}} on ({len(moved)} of them) would load the weights of other "
        "layers, because paths count the layers before them",
        detail=f"{old.path} → {new.path}" + (" and so on" if len(moved) > 1 else ""),
        old=old.source, new=new.source,
        help=renames_text("give layers a `name:`, or say in the new spec where they went", renames),
    )  # fmt: skip


def _ordinal(place: int) -> str:
    return f"layer {place + 1}"


def _change(
    rule: str, sign: Sign, old: LayerRecord | None, new: LayerRecord | None, says: str, detail: str
) -> Change:
    part = new or old
    return Change(
        rule=rule, section="layers", sign=sign, subject=part.path if part else "", says=says,
        detail=detail, old=old.source if old else None, new=new.source if new else None,
    )  # fmt: skip
