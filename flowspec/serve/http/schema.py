"""The JSON Schemas of what an output is asked and answers, for the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowspec.plan.solver import SEED
from flowspec.records import InputRecord
from flowspec.serve.endpoint import DRAWS, Endpoint
from flowspec.serve.field import Field

ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {"type": "string", "description": "What is wrong, in a line."},
        "diagnostics": {
            "type": "array",
            "description": "Every fault; `path` names the field.",
            "items": {
                "type": "object",
                "required": ["slug", "message", "severity"],
                "properties": {
                    name: {"type": "string"}
                    for name in (
                        "slug", "message", "severity", "path", "expected", "got", "nearest", "help",
                    )
                },
            },
        },
    },
}  # fmt: skip
"""What is said of a request that is not answered."""

_INT64 = {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1}
_LARGEST = {"float32": 3.4028234663852886e38, "float64": 1.7976931348623157e308}


def request_schema(endpoint: Endpoint) -> dict[str, Any]:
    """What an output is asked: its inputs, and how it draws."""
    most = endpoint.most_rows
    properties = {name: _rows(field, most) for name, field in endpoint.fields.items()}
    if endpoint.draws:
        properties[SEED] = _seed(most)
        properties[DRAWS] = {
            "type": "integer", "minimum": 1, "maximum": most,
            "description": "Draws per row, S: results then have shape (B, S, …). Rows times draws "
            f"are at most {most}.",
        }  # fmt: skip
    required = [name for name, field in endpoint.fields.items() if not field.optional]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        **({"required": required} if required else {}),
    }


def answer_schema(endpoint: Endpoint) -> dict[str, Any]:
    """What an output answers: its quantities by name."""
    returns = endpoint.record.returns
    return {
        "type": "object",
        "required": [one.name for one in returns],
        "properties": {one.name: _quantity(one, endpoint.draws) for one in returns},
    }


def documented(endpoint: Endpoint, example: Mapping[str, Any], refusals: Mapping[str, Any]) -> Any:
    """Request body and responses of an output's route."""
    needed = any(not field.optional for field in endpoint.fields.values())
    content = {"application/json": {"schema": request_schema(endpoint), "example": dict(example)}}
    answer = {"application/json": {"schema": answer_schema(endpoint)}}
    return {
        "requestBody": {"required": needed, "content": content},
        "responses": {
            "200": {"description": "The returned quantities by name.", "content": answer},
            **refusals,
        },
    }


def _rows(field: Field, most: int) -> dict[str, Any]:
    schema: dict[str, Any] = _value(field)
    for size in reversed(field.shape):
        schema = {"type": "array", "items": schema, "minItems": size, "maxItems": size}
    return {
        "type": "array", "items": schema, "minItems": 1, "maxItems": most,
        "description": _about(field),
    }  # fmt: skip


def _value(field: Field) -> dict[str, Any]:
    if field.count is not None:
        index = {"type": "integer", "minimum": 0, "maximum": field.count - 1}
        return {"anyOf": [index, {"enum": list(field.labels)}]} if field.labels else index
    if field.is_integer:
        return dict(_INT64)
    largest = _LARGEST[field.dtype]
    return {"type": "number", "minimum": -largest, "maximum": largest, **_shared_bounds(field)}


def _shared_bounds(field: Field) -> dict[str, Any]:
    """The bounds that all features share; others are told in words."""
    lows, highs = zip(*field.bounds or ((None, None),), strict=True)
    bounds = {}
    if lows[0] is not None and len(set(lows)) == 1:
        bounds["exclusiveMinimum"] = lows[0]
    if highs[0] is not None and len(set(highs)) == 1:
        bounds["exclusiveMaximum"] = highs[0]
    return bounds


def _about(field: Field) -> str:
    about = [f"Shape and dtype: {field.text}."]
    if field.fields:
        about.append(f"Features: {', '.join(field.fields)}.")
    if field.bounds and len(set(field.bounds)) > 1 and field.limits is not None:
        ranges = (f"{field.feature(at)} {field.limits.text(at)}" for at in range(len(field.bounds)))
        about.append(f"Ranges: {'; '.join(ranges)}.")
    return " ".join(about)


def _seed(most: int) -> dict[str, Any]:
    return {
        "anyOf": [
            _INT64,
            {"type": "array", "items": _INT64, "minItems": 1, "maxItems": most},
        ],
        "description": "One integer for each row, or one from which they are derived. The same "
        "seed gives the same draws; without one, draws differ from request to request.",
    }


def _quantity(record: InputRecord, draws: bool) -> dict[str, Any]:
    inner: dict[str, Any] = {"type": ["number", "null"]}
    axes = list(record.shape[1:])
    for axis in reversed(axes):
        inner = {"type": "array", "items": inner, "minItems": axis, "maxItems": axis}
    rows = {"type": "array", "items": inner}
    shape = ", ".join(map(str, record.shape))
    also = f"; (B, S{''.join(f', {a}' for a in axes)}) with `draws`" if draws else ""
    about = f"Shape ({shape}){also}. A number that is not finite is null."
    if not draws:
        return {**rows, "description": about}
    return {"anyOf": [rows, {"type": "array", "items": rows}], "description": about}
