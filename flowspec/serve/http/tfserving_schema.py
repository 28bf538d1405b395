"""What TensorFlow Serving's routes are asked and answer, for the OpenAPI document."""

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

_TEXT = {"type": "string"}
_STATES = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["version", "state", "status"],
        "properties": {
            "version": _TEXT,
            "state": {"enum": ["AVAILABLE", "LOADING"]},
            "status": {
                "type": "object",
                "required": ["error_code", "error_message"],
                "properties": {"error_code": {"const": "OK"}, "error_message": _TEXT},
            },
        },
    },
}


def status_document(path: str, known: Known) -> dict[str, Any]:
    """Which revisions of a flow are served."""
    return _read(path, known, {"model_version_status": _STATES})


def metadata_document(path: str, known: Known) -> dict[str, Any]:
    """The signatures of a flow."""
    return _read(path, known, {"model_spec": {"type": "object"}, "metadata": {"type": "object"}})


def predict_document(path: str, known: Known) -> dict[str, Any]:
    """What a flow is asked, in rows or in columns, and what it answers in the same form."""
    rows = {"type": "array", "description": "A row each: an object with the inputs by name."}
    columns = {"description": "The inputs by name, a list of rows each; or those of the only one."}
    signature = {"enum": list(known["output"]), "description": "The output's name."}
    request = {
        "type": "object",
        "properties": {"signature_name": signature, "instances": rows, "inputs": columns},
        "additionalProperties": False,
        "oneOf": [{"required": ["instances"]}, {"required": ["inputs"]}],
    }
    answer = {
        "type": "object",
        "properties": {"predictions": {"type": "array"}, "outputs": {"type": ["array", "object"]}},
        "additionalProperties": False,
        "oneOf": [{"required": ["predictions"]}, {"required": ["outputs"]}],
    }
    return {
        "parameters": [*path_parameters(path, {**known, "model": known["flow"]}), TIMEOUT],
        "requestBody": {"required": True, "content": {"application/json": {"schema": request}}},
        "responses": {"200": json_answer(answer), **refusals(UNKNOWN, UNAVAILABLE, *ASKED)},
    }


def _read(path: str, known: Known, properties: dict[str, Any]) -> dict[str, Any]:
    answer = {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }
    return {
        "parameters": path_parameters(path, {**known, "model": known["flow"]}),
        "responses": {"200": json_answer(answer), **refusals(UNKNOWN)},
    }
