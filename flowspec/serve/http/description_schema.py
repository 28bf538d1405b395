"""What is told of flows, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from flowspec.serve.http.document import Known, json_answer, path_parameters, refusals
from flowspec.serve.request_error import UNKNOWN

_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_OBJECT = {"type": "object"}
_OBJECTS = {"type": "array", "items": _OBJECT}
_FIELDS = {
    "name": _TEXT, "version": _TEXT, "description": {"type": ["string", "null"]},
    "revision": _COUNT, "revisions": {"type": "array", "items": _COUNT},
    "labels": {"type": "object", "additionalProperties": _COUNT}, "ready": {"type": "boolean"},
    "fingerprint": _TEXT, "fingerprints": _OBJECT,
    "created": {"type": "string", "format": "date-time"},
    "dtype": {"enum": ["float32", "float64"]}, "parameters": _COUNT, "event": _OBJECT,
    "context": _OBJECTS, "encoders": _OBJECTS, "chain": _OBJECTS, "outputs": _OBJECTS,
}  # fmt: skip

FLOW = {"type": "object", "required": list(_FIELDS), "properties": _FIELDS}
"""What a revision of a flow is, and what it can be asked."""


def flows_document() -> dict[str, Any]:
    """The latest revision of every flow."""
    properties = {"flows": {"type": "array", "items": FLOW}}
    answer = {"type": "object", "required": ["flows"], "properties": properties}
    return {"responses": {"200": json_answer(answer)}}


def flow_document(path: str, known: Known) -> dict[str, Any]:
    """A revision of a flow, by its number or a label."""
    either = [*known["version"], *known["label"]]
    return {
        "parameters": path_parameters(path, {"name": known["flow"], "revision": either}),
        "responses": {"200": json_answer(FLOW), **refusals(UNKNOWN)},
    }
