"""What Open Inference Protocol V2's routes are asked and answer, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from flowspec.serve.http.document import (
    ASKED,
    TIMEOUT,
    Known,
    json_answer,
    path_parameters,
    refusals,
)
from flowspec.serve.request_error import UNAVAILABLE, UNKNOWN
from flowspec.serve.tensors import DATATYPES

BINARY = "application/octet-stream"
"""The type of a body with bytes behind its JSON."""

_NAME = {"type": "string"}
_DATATYPE = {"enum": list(DATATYPES.values())}
_SHAPE = {"type": "array", "items": {"type": "integer", "minimum": 0}}
_AXES = {"type": "array", "items": {"type": "integer", "minimum": -1}}
_DATA = {"type": "array", "description": "The numbers in a row, or the rows as lists."}
_FLAG = {"type": "boolean"}
_LENGTH = {
    "name": "Inference-Header-Content-Length", "in": "header", "required": False,
    "description": "How many bytes of the body are JSON; the tensors' bytes stand behind them.",
    "schema": {"type": "integer", "minimum": 0},
}  # fmt: skip


def server_document() -> dict[str, Any]:
    """What the server understands."""
    extensions = {"type": "array", "items": _NAME}
    answer = json_answer(_object(name=_NAME, version=_NAME, extensions=extensions))
    return {"responses": {"200": answer}}


def live_document() -> dict[str, Any]:
    """Whether the server lives."""
    return {"responses": {"200": json_answer(_object(live=_FLAG))}}


def all_ready_document() -> dict[str, Any]:
    """Whether every model is ready: the protocol tells that one is not by a 400."""
    answer = json_answer(_object(ready=_FLAG))
    return {"responses": {"200": answer, "400": answer}}


def model_document(path: str, known: Known) -> dict[str, Any]:
    """What a model takes and returns."""
    tensors = {"type": "array", "items": _object(name=_NAME, datatype=_DATATYPE, shape=_AXES)}
    versions = {"type": "array", "items": _NAME}
    answer = _object(name=_NAME, versions=versions, platform=_NAME, inputs=tensors, outputs=tensors)
    return {
        "parameters": path_parameters(path, known),
        "responses": {"200": json_answer(answer), **refusals(UNKNOWN)},
    }


def ready_document(path: str, known: Known) -> dict[str, Any]:
    """Whether a model answers."""
    answer = json_answer(_object(name=_NAME, ready=_FLAG))
    return {
        "parameters": path_parameters(path, known),
        "responses": {"200": answer, "400": answer, **refusals(UNKNOWN)},
    }


def infer_document(path: str, known: Known) -> dict[str, Any]:
    """What a model is asked, and what it answers: as JSON, or with the tensors as bytes."""
    answer = json_answer(_answer())
    answer["content"][BINARY] = {}
    asked = {"application/json": {"schema": _request()}, BINARY: {}}
    return {
        "parameters": [*path_parameters(path, known), _LENGTH, TIMEOUT],
        "requestBody": {"required": True, "content": asked},
        "responses": {"200": answer, **refusals(UNKNOWN, UNAVAILABLE, *ASKED)},
    }


def _request() -> dict[str, Any]:
    size = {"type": "integer", "minimum": 0}
    tensor = _object(
        name=_NAME, datatype=_DATATYPE, shape=_SHAPE, data=_DATA,
        parameters=_open(binary_data_size=size), optional=("data", "parameters"),
    )  # fmt: skip
    wanted = _open(name=_NAME, parameters=_open(binary_data=_FLAG))
    integer = {"type": "integer"}
    return _open(
        id=_NAME,
        inputs={"type": "array", "items": tensor},
        outputs={"type": "array", "items": {**wanted, "required": ["name"]}},
        parameters=_open(seed=integer, draws={**integer, "minimum": 1}, binary_data_output=_FLAG),
    )


def _answer() -> dict[str, Any]:
    data = {"type": "array", "items": {"type": ["number", "null"]}}
    size = _object(binary_data_size={"type": "integer", "minimum": 0})
    tensor = _object(
        name=_NAME, datatype=_DATATYPE, shape=_SHAPE, data=data, parameters=size,
        optional=("data", "parameters"),
    )  # fmt: skip
    outputs = {"type": "array", "items": tensor}
    return _object(
        id=_NAME, model_name=_NAME, model_version=_NAME, outputs=outputs, optional=("id",)
    )


def _open(**properties: Any) -> dict[str, Any]:
    """An object that may hold other things too."""
    return {"type": "object", "properties": properties}


def _object(*, optional: tuple[str, ...] = (), **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }
