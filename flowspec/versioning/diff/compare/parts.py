"""What changed inside one part: its kind, mask, order, options, and what it reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flowspec.plan.facts import order_of_reads
from flowspec.records import LayerRecord, Plan
from flowspec.versioning.diff.compare.words import listed, picture, places, turned
from flowspec.versioning.diff.finding import Change
from flowspec.versioning.diff.pairing import Pairing

_REVISION = "revision"
_KIND = "kind"


def part_changes(pairing: Pairing) -> Iterator[Change]:
    """Changes of what each part computes from its variables."""
    for old, new in pairing.parts:
        # Of events of different sizes neither can be the same.
        same_size = old.features == new.features
        if same_size and old.mask != new.mask:
            yield _change("mask-changed", old, new, "{it} has another mask",
                          f"{picture(old.mask)} → {picture(new.mask)}", "mask")  # fmt: skip
        if same_size and old.order != new.order:
            yield _change("order-changed", old, new, "{it} has another order",
                          f"{places(old.order)} → {places(new.order)}", "order")  # fmt: skip
        if _reads(pairing, old, new):
            yield _change("context-read-changed", old, new, "{it} reads other context inputs",
                          f"{listed(old.reads)} → {listed(new.reads)}")  # fmt: skip
        yield from _options(pairing, old, new)


def _options(pairing: Pairing, old: LayerRecord, new: LayerRecord) -> Iterator[Change]:
    before, after = pairing.options(old).numbers, pairing.options(new).numbers
    replaced = [key for key in (*before, *after) if _is_kind(key) and _replaced(key, before, after)]
    for key in dict.fromkeys(replaced):
        if not _below(key, replaced):
            yield _change("kind-replaced", old, new, f"{_whose(key)} is of another kind",
                          turned(before.get(key), after.get(key)), *key.split("."))  # fmt: skip
    for key in dict.fromkeys((*before, *after)):
        if before.get(key) == after.get(key) or key in replaced or _below(key, replaced):
            continue
        if key.rpartition(".")[2] == _REVISION:
            yield _change("revision-changed", old, new, f"{_whose(key)} has another revision",
                          turned(before.get(key), after.get(key)),
                          *key.split(".")[:-1], _KIND)  # fmt: skip
        else:
            yield _change("option-changed", old, new, "an option of {it} is another",
                          f"{key} {turned(before.get(key), after.get(key))}",
                          *key.split("."))  # fmt: skip


def _reads(pairing: Pairing, old: LayerRecord, new: LayerRecord) -> bool:
    """Whether a part reads others, under whatever names, in the plan's own sense."""
    same = tuple(pairing.contexts.get(name) for name in new.reads) == old.reads
    return not same and order_of_reads(old, _ranks(pairing.old)) != order_of_reads(
        new, _ranks(pairing.new)
    )


def _ranks(plan: Plan) -> dict[str, int]:
    return {name: rank for rank, name in enumerate(sorted(c.name for c in plan.contexts))}


def _is_kind(key: str) -> bool:
    return key.rpartition(".")[2] == _KIND


def _replaced(key: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return before.get(key) != after.get(key)


def _below(key: str, replaced: list[str]) -> bool:
    """Whether a key stands inside a node of another kind."""
    starts = [kind[: -len(_KIND)] for kind in replaced if kind != key]
    return any(key.startswith(start) for start in starts)


def _whose(key: str) -> str:
    """What a key inside a part belongs to: the part, or a node of it."""
    inner = key.rpartition(".")[0]
    return f"the {inner} of {{it}}" if inner else "{it}"


def _change(
    rule: str, old: LayerRecord, new: LayerRecord, says: str, detail: str, *keys: str
) -> Change:
    sections = {"contexts": "inputs", "supports": "event"}
    start = ("support",) if new.family == "supports" else ()
    return Change(
        rule=rule, section=sections.get(new.family, "layers"), sign="~",  # type: ignore[arg-type]
        subject=new.path, says=says, detail=detail, old=(*old.source, *start, *keys),
        new=(*new.source, *start, *keys),
    )  # fmt: skip
