"""What routes have in common, for the OpenAPI document: refusals, headers, the token."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flowspec.serve.request_error import (
    BUSY,
    MALFORMED,
    SLOW,
    TOO_LARGE,
    UNAUTHORIZED,
    UNAVAILABLE,
    UNFIT,
    UNKNOWN,
)

ERROR = {
    "type": "object",
    "description": "Why a request is not answered.",
    "required": ["error", "diagnostics"],
    "additionalProperties": False,
    "properties": {
        "error": {"type": "string", "description": "Every fault, in a line."},
        "diagnostics": {
            "type": "array",
            "description": "Every fault; `path` names the field.",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["slug", "message", "severity"],
                "additionalProperties": False,
                "properties": {
                    **{
                        name: {"type": "string"}
                        for name in (
                            "slug", "message", "path", "expected", "got", "nearest", "help",
                        )
                    },
                    "severity": {"enum": ["error", "warning"]},
                },
            },
        },
    },
}  # fmt: skip
"""What is said of a request that is not answered."""

Known = Mapping[str, list[str]]
"""What parameters of paths can be."""

ASKED = (MALFORMED, SLOW, TOO_LARGE, BUSY)
"""How a request with a body may be refused, beside what is particular to a protocol."""

_WHY = {
    MALFORMED: "The body is not as it should be, or a value does not fit.",
    UNAUTHORIZED: "The token is missing or wrong.",
    UNKNOWN: "There is none of that name.",
    SLOW: "The body did not arrive in time.",
    TOO_LARGE: "The body, or the number of rows, is over the limit.",
    UNFIT: "A value does not fit; `diagnostics` names the field.",
    BUSY: "Too many rows wait: come again later.",
    UNAVAILABLE: "Being loaded, shutting down, or out of time: come again later.",
}
RETRY = {
    "description": "Seconds after which the request may be answered.",
    "schema": {"type": "integer", "minimum": 1},
}
"""The header by which the server says when to come again."""

_ID = {
    "description": "The request's name in the log: the caller's name for it, or ours.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9._:/+=-]{1,128}$"},
}
_NAMED = {"X-Request-Id": {"$ref": "#/components/headers/RequestId"}}
_ID_PARAMETER = {
    "name": "X-Request-Id", "in": "header", "required": False,
    "description": "A name for the request, which the log and the answer repeat.",
    "schema": {"type": "string"},
}  # fmt: skip
_TIMEOUT = {
    "name": "X-Request-Timeout", "in": "header", "required": False,
    "description": "Seconds after which the caller does not wait any more.",
    "schema": {"type": "number", "exclusiveMinimum": 0},
}  # fmt: skip

TIMEOUT = {"$ref": "#/components/parameters/Timeout"}
"""The header by which a caller says how long it waits."""


def refusals(*statuses: int) -> dict[str, Any]:
    """Some statuses and what each means, as an operation's responses."""
    return {str(status): {"$ref": f"#/components/responses/{status}"} for status in statuses}


def json_answer(schema: Mapping[str, Any], description: str = "The answer.") -> dict[str, Any]:
    """A response whose body is JSON."""
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def path_parameters(path: str, known: Known) -> list[dict[str, Any]]:
    """The parameters that a path has in braces.

    Args:
        path: The path.
        known: What each can be.
    """
    names = [part[1 : part.index("}")] for part in path.split("/") if part.startswith("{")]
    return [
        {"name": name, "in": "path", "required": True, "schema": _one_of(known[name])}
        for name in names
    ]


def _one_of(words: list[str]) -> dict[str, Any]:
    return {"type": "string", "enum": words} if words else {"type": "string"}


def complete(document: dict[str, Any], *, token: bool, is_open: Callable[[str], bool]) -> None:
    """Add to a document what all operations have in common.

    Args:
        document: The OpenAPI document; changed.
        token: Whether callers must say one.
        is_open: Whether a path is answered without it, and while the service shuts down.
    """
    document["components"] = {
        "schemas": {"Error": ERROR},
        "headers": {"RequestId": _ID},
        "parameters": {"RequestId": _ID_PARAMETER, "Timeout": _TIMEOUT},
        "responses": {str(status): _response(status) for status in _WHY},
        **({"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}} if token else {}),
    }
    if token:
        document["security"] = [{"token": []}]
    for path, operations in document["paths"].items():
        for operation in operations.values():
            _complete(operation, token=token, is_open=is_open(path))


def _complete(operation: dict[str, Any], *, token: bool, is_open: bool) -> None:
    named = {"$ref": "#/components/parameters/RequestId"}
    operation["parameters"] = [*operation.get("parameters", []), named]
    responses = operation["responses"]
    if is_open and token:
        operation["security"] = []
    if not is_open:
        added = refusals(*([UNAUTHORIZED] if token else []), UNAVAILABLE)
        responses.update({status: one for status, one in added.items() if status not in responses})
    for response in responses.values():
        if "$ref" not in response:
            headers = response.get("headers", {})
            response["headers"] = {**headers, **_NAMED}


def _response(status: int) -> dict[str, Any]:
    headers: dict[str, Any] = dict(_NAMED)
    if status in (BUSY, UNAVAILABLE):
        headers["Retry-After"] = RETRY
    if status == UNAUTHORIZED:
        headers["WWW-Authenticate"] = {"schema": {"const": "Bearer"}}
    schema = {"$ref": "#/components/schemas/Error"}
    content = {"application/json": {"schema": schema}}
    return {"description": _WHY[status], "headers": headers, "content": content}
