"""What is served, as plain data: for the page, for clients, for whoever asks."""

from __future__ import annotations

from typing import Any

from flowspec.records import ContextRecord, LayerRecord
from flowspec.serve.endpoint import Endpoint
from flowspec.serve.field import Field
from flowspec.serve.served import Served
from flowspec.serve.shelf import Shelf


def describe(shelf: Shelf, served: Served) -> dict[str, Any]:
    """A revision of a flow: what it is, how it is built, what it can be asked."""
    plan, manifest = served.bundle.plan, served.bundle.manifest
    return {
        "name": plan.name,
        "version": plan.version,
        "description": plan.description,
        "revision": served.revision,
        "revisions": list(shelf.flows[plan.name]),
        "labels": dict(shelf.labels[plan.name]),
        "ready": served.is_ready,
        "fingerprint": manifest.fingerprint,
        "fingerprints": manifest.fingerprints.model_dump(),
        "created": manifest.created.isoformat(),
        "dtype": plan.dtype,
        "parameters": sum(variable.size for variable in plan.variables),
        "event": plan.event.model_dump(mode="json"),
        "context": [_context(context) for context in plan.contexts],
        "encoders": [_part(context.layer) for context in plan.contexts],
        "chain": [_part(part) for part in (plan.base, *plan.layers)],
        "outputs": [_output(served, endpoint) for endpoint in served.endpoints.values()],
    }


def describe_all(shelf: Shelf) -> dict[str, Any]:
    """The latest revision of every flow."""
    return {"flows": [describe(shelf, shelf.find(name)) for name in shelf.flows]}


def bounds_of(field: Field) -> dict[str, Any]:
    """The open interval of a field's values: a number, or one for each feature."""
    if field.bounds is None:
        return {}
    lows, highs = zip(*field.bounds, strict=True)
    return {"low": _shared(lows), "high": _shared(highs)}


def _shared(values: tuple[float | None, ...]) -> Any:
    return values[0] if len(set(values)) == 1 else list(values)


def _context(context: ContextRecord) -> dict[str, Any]:
    wanted = {"name", "kind", "shape", "dtype", "fields", "labels", "count"}
    return context.model_dump(mode="json", include=wanted)


def _part(part: LayerRecord) -> dict[str, Any]:
    wanted = {"path", "family", "kind", "features", "mask", "order", "reads"}
    return {
        **part.model_dump(mode="json", include=wanted),
        "transform": _kind_of(part, "transform"),
        "parameters": sum(variable.size for variable in part.variables),
        "networks": [
            {"name": one.name, "kind": one.kind, "outputs": one.outputs} for one in part.networks
        ],
    }


def _kind_of(part: LayerRecord, key: str) -> str | None:
    node = part.node.get(key)
    return node.get("kind") if isinstance(node, dict) else None


def _output(served: Served, endpoint: Endpoint) -> dict[str, Any]:
    record = endpoint.record
    return {
        "name": record.name,
        "model": endpoint.model,
        "inputs": [_field(field) for field in endpoint.fields.values()],
        "returns": [one.model_dump(mode="json", exclude_none=True) for one in record.returns],
        "origin": record.origin,
        "draws": record.draws,
        "temperature": record.temperature,
        "passes": record.cost.passes,
        "exact": record.cost.exact,
        "rows": endpoint.most_rows,
        "example": served.example(record.name),
    }


def _field(field: Field) -> dict[str, Any]:
    facts = {
        "name": field.name,
        "shape": ["B", *field.shape],
        "dtype": field.dtype,
        "optional": field.optional,
        "fields": field.fields,
        "labels": field.labels,
        "count": field.count,
        **bounds_of(field),
    }
    return {name: fact for name, fact in facts.items() if fact is not None}
