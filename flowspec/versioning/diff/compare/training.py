"""How the weights come about, and what is written for people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from flowspec.records import LayerRecord, VariableRecord
from flowspec.versioning.diff.compare.words import several, turned
from flowspec.versioning.diff.finding import Change
from flowspec.versioning.diff.owners import Counterparts, Owner, counterparts
from flowspec.versioning.diff.pairing import Pairing

_OPTIMIZER = "optimizer"


def training_changes(pairing: Pairing) -> Iterator[Change]:
    """Options of training, of all parts and of each, and how their variables start."""
    yield from _sections(pairing)
    seeds = pairing.old.spec.get("seed"), pairing.new.spec.get("seed")
    if seeds[0] != seeds[1]:
        yield _change("seed-changed", "seed", "the seed is another", turned(*seeds), "seed")
    for old, new in pairing.parts:
        yield from _options(pairing, old, new)
    yield from _variables(pairing)


def docs_changes(pairing: Pairing) -> Iterator[Change]:
    """The description and the version."""
    old, new = pairing.old, pairing.new
    if old.description != new.description:
        yield Change(rule="description-changed", section="docs", sign="~", subject="description",
                     says="the description is another", old=("description",),
                     new=("description",))  # fmt: skip
    if old.version != new.version:
        yield Change(rule="version-changed", section="docs", sign="~", subject="version",
                     says="the version is another", detail=f"{old.version} → {new.version}",
                     old=("version",), new=("version",))  # fmt: skip


def _sections(pairing: Pairing) -> Iterator[Change]:
    before, after = (_flat(p.spec.get("training")) for p in (pairing.old, pairing.new))
    kinds = before.get(f"{_OPTIMIZER}.kind"), after.get(f"{_OPTIMIZER}.kind")
    if kinds[0] != kinds[1]:
        yield _change("optimizer-changed", _OPTIMIZER, "the optimizer is another", turned(*kinds),
                      "training", _OPTIMIZER, "kind")  # fmt: skip
    for key in dict.fromkeys((*before, *after)):
        if before.get(key) == after.get(key):
            continue
        of_optimizer = key.startswith(f"{_OPTIMIZER}.")
        if not of_optimizer or kinds[0] == kinds[1]:
            rule = "optimizer-changed" if of_optimizer else "training-option-changed"
            whose = _OPTIMIZER if of_optimizer else "training"
            name = key.removeprefix(f"{_OPTIMIZER}.")
            yield _change(rule, key, f"an option of the {whose} is another",
                          f"{name} {turned(before.get(key), after.get(key))}", "training",
                          *key.split("."))  # fmt: skip


def _options(pairing: Pairing, old: LayerRecord, new: LayerRecord) -> Iterator[Change]:
    before, after = pairing.options(old).training, pairing.options(new).training
    for key in dict.fromkeys((*before, *after)):
        if before.get(key) != after.get(key):
            yield Change(
                rule="training-option-changed", section="training", sign="~", subject=new.path,
                says="an option of {it} that only matters while training is another",
                detail=f"{key} {turned(before.get(key), after.get(key))}",
                old=(*old.source, *key.split(".")), new=(*new.source, *key.split(".")),
            )  # fmt: skip


def _variables(pairing: Pairing) -> Iterator[Change]:
    for owner, pairs in counterparts(pairing):
        starts = [(a, b) for _, a, b in pairs if a.initializer != b.initializer]
        if starts:
            yield _of_variables("initializer-changed", owner, pairs,
                                "variables of {it} start in another way",
                                several([_start(a, b, owner) for a, b in starts]))  # fmt: skip
        frozen = [b for _, a, b in pairs if a.trainable != b.trainable]
        if frozen:
            word = "are now trained" if frozen[0].trainable else "are no longer trained"
            yield _of_variables("trainable-changed", owner, pairs,
                                f"variables of {{it}} {word}")  # fmt: skip


def _start(old: VariableRecord, new: VariableRecord, owner: Owner) -> str:
    return f"{new.path.removeprefix(f'{owner.path}.')} {old.initializer} → {new.initializer}"


def _of_variables(
    rule: str, owner: Owner, pairs: Counterparts, says: str, detail: str = ""
) -> Change:
    return Change(rule=rule, section="training", sign="~", subject=owner.path, says=says,
                  detail=detail, old=pairs[0][0].source, new=owner.source)  # fmt: skip


def _change(rule: str, subject: str, says: str, detail: str, *place: str) -> Change:
    return Change(rule=rule, section="training", sign="~", subject=subject, says=says,
                  detail=detail, old=place, new=place)  # fmt: skip


def _flat(node: Any, start: str = "") -> dict[str, Any]:
    """The values inside maps by dotted key."""
    if not isinstance(node, Mapping):
        return {start: node} if start else {}
    below = cast("Mapping[str, Any]", node).items()
    return {k: v for key, inner in below
            for k, v in _flat(inner, f"{start}.{key}" if start else key).items()}  # fmt: skip
