"""The JSON Schemas of what an output is asked and answers, for the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowspec.plan.solver import SEED
from flowspec.records import InputRecord
from flowspec.serve.endpoint import DRAWS, Endpoint
from flowspec.serve.field import Field
from flowspec.serve.http.document import ASKED, TIMEOUT, json_answer, refusals
from flowspec.serve.request_error import UNAVAILABLE, UNFIT

_INT64 = {"type": "integer", "format": "int64", "minimum": -(2**63), "maximum": 2**63 - 1}
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
        "additionalProperties": False,
    }


def output_document(endpoint: Endpoint, example: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters, request body and responses of an output's route."""
    needed = any(not field.optional for field in endpoint.fields.values())
    content = {"application/json": {"schema": request_schema(endpoint), "example": dict(example)}}
    answer = json_answer(answer_schema(endpoint), "The returned quantities by name.")
    return {
        "parameters": [TIMEOUT],
        "requestBody": {"required": needed, "content": content},
        "responses": {"200": answer, **refusals(UNFIT, UNAVAILABLE, *ASKED)},
    }


def _rows(field: Field, most: int) -> dict[str, Any]:
    return {
        "type": "array", "items": _row(field), "minItems": 1, "maxItems": most,
        "description": _about(field),
    }  # fmt: skip


def _row(field: Field) -> dict[str, Any]:
    if field.bounds and len(set(field.bounds)) > 1:
        values = [_number(field, *bounds) for bounds in field.bounds]
        size = len(values)
        return {"type": "array", "prefixItems": values, "minItems": size, "maxItems": size}
    schema: dict[str, Any] = _value(field)
    for size in reversed(field.shape):
        schema = {"type": "array", "items": schema, "minItems": size, "maxItems": size}
    return schema


def _value(field: Field) -> dict[str, Any]:
    if field.count is not None:
        index = {"type": "integer", "minimum": 0, "maximum": field.count - 1}
        return {"anyOf": [index, {"enum": list(field.labels)}]} if field.labels else index
    if field.is_integer:
        return dict(_INT64)
    return _number(field, *(field.bounds or ((None, None),))[0])


def _number(field: Field, low: float | None, high: float | None) -> dict[str, Any]:
    largest = _LARGEST[field.dtype]
    above = {"minimum": -largest} if low is None else {"exclusiveMinimum": low}
    below = {"maximum": largest} if high is None else {"exclusiveMaximum": high}
    return {"type": "number", **above, **below}


def _about(field: Field) -> str:
    about = [f"Shape and dtype: {field.text}."]
    if field.fields:
        about.append(f"Features: {', '.join(field.fields)}.")
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
