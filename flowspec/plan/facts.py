"""A plan as facts, each under the category that its change touches.

`callers`, `weights` and `numbers` together decide what every output answers; `training` only how
the weights come about. Order and formatting of the file, descriptions and the version are in none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from flowspec.catalog import FAMILIES
from flowspec.plan.options import Options, options
from flowspec.records import (
    Category,
    ContextRecord,
    EventRecord,
    InputRecord,
    LayerRecord,
    OutputRecord,
    Plan,
)

Parts = Sequence[tuple[LayerRecord, Options]]
"""The parts of a plan, each with its options."""


def facts(plan: Plan) -> dict[Category, dict[str, Any]]:
    """The facts of a plan as plain data, by category."""
    parts = [(part, options(part)) for part in plan.parts]
    return {
        "callers": _callers(plan),
        "weights": {v.path: [list(v.shape), v.dtype] for v in plan.variables},
        "numbers": _numbers(plan, parts),
        "training": _training(plan, parts),
    }


def event_range(event: EventRecord) -> list[Any]:
    """The kind of the support and the bounds of each feature, however the spec writes them.

    Where the catalogue no longer has such a support, what the spec says.
    """
    try:
        support = FAMILIES["supports"].make(event.support)
    except (KeyError, ValidationError):
        return [event.support]
    limits = support.limits(event.size)
    return [support.kind, *([] if limits is None else [list(bounds) for bounds in limits])]


def order_of_reads(part: LayerRecord, contexts: Mapping[str, int]) -> list[int | str]:
    """The context inputs that a part reads, in order, by their place in the alphabet.

    So a context input can change its name, which callers see, without a change of the numbers. An
    input that the flow does not have, in a damaged plan, stays a name.
    """
    return [contexts.get(name, name) for name in part.reads]


def _callers(plan: Plan) -> dict[str, Any]:
    event = plan.event
    return {
        "name": plan.name,
        "event": {
            "name": event.name,
            "size": event.size,
            "dtype": event.dtype,
            "range": event_range(event),
            "fields": _listed(event.fields),
        },
        "context": {context.name: _context(context) for context in plan.contexts},
        "outputs": {output.name: _signature(output) for output in plan.outputs},
    }


def _context(context: ContextRecord) -> dict[str, Any]:
    labels, fields = _listed(context.labels), _listed(context.fields)
    return {**_input(context.input), "labels": labels, "fields": fields}


def _signature(output: OutputRecord) -> dict[str, Any]:
    return {
        "inputs": {record.name: _input(record) for record in output.inputs},
        "returns": {record.name: _input(record) for record in output.returns},
        "draws": output.draws,
    }


def _input(record: InputRecord) -> dict[str, Any]:
    return {"shape": list(record.shape), "dtype": record.dtype, "count": record.count}


def _listed(names: tuple[str, ...] | None) -> list[str] | None:
    return None if names is None else list(names)


def _numbers(plan: Plan, parts: Parts) -> dict[str, Any]:
    contexts = {name: place for place, name in enumerate(sorted(c.name for c in plan.contexts))}
    return {
        "parts": [_part(part, found, contexts) for part, found in parts],
        "outputs": {o.name: [o.origin, o.temperature] for o in plan.outputs},
    }


def _part(part: LayerRecord, found: Options, contexts: Mapping[str, int]) -> dict[str, Any]:
    """What a part computes from its variables; where it has none, nothing depends on its path."""
    return {
        "path": part.path if part.variables else None,
        "kind": [part.family, part.kind],
        "mask": part.mask,
        "order": part.order,
        "reads": order_of_reads(part, contexts),
        "options": found.numbers,
    }


def _training(plan: Plan, parts: Parts) -> dict[str, Any]:
    return {
        "training": plan.spec.get("training"),
        "seed": plan.spec.get("seed"),
        "variables": {v.path: [v.initializer, v.trainable] for v in plan.variables},
        "options": {part.path: found.training for part, found in parts if part.variables},
    }
