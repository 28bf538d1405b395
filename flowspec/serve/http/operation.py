"""What those who run the service ask: whether it lives, whether it is ready, what it counted."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from flowspec.serve.http.document import RETRY, json_answer
from flowspec.serve.http.route import add_route
from flowspec.serve.http.wire import dump_json, respond
from flowspec.serve.request_error import RETRY_AFTER, UNAVAILABLE
from flowspec.serve.service import Service

TAG = "operation"

_TEXT = {
    "responses": {
        "200": {
            "description": "Prometheus' text format.",
            "content": {"text/plain": {"schema": {"type": "string"}}},
        }
    }
}


def add_operation(app: FastAPI, service: Service) -> None:
    """Add the routes of probes and metrics."""

    async def live(scope: Any, receive: Any, send: Any) -> None:
        await respond(send, 200, dump_json({"status": "live"}))

    async def ready(scope: Any, receive: Any, send: Any) -> None:
        good = service.is_ready
        waiting = [f"{one.flow} {one.revision}" for one in service.shelf.served if not one.is_ready]
        word = "ready" if good else "closing" if service.is_closing else "loading"
        body = {"status": word, **({"waiting_for": waiting} if waiting else {})}
        later = [] if good else [(b"retry-after", str(RETRY_AFTER).encode())]
        await respond(send, 200 if good else UNAVAILABLE, dump_json(body), headers=later)

    async def metrics(scope: Any, receive: Any, send: Any) -> None:
        kind = service.metrics.content_type.encode()
        await respond(send, 200, service.metrics.text(), kind)

    add_route(app, "GET", "/livez", live, name="live", tags=[TAG], summary="Whether it runs",
              document={"responses": {"200": _status("live")}})  # fmt: skip
    add_route(app, "GET", "/readyz", ready, name="ready", tags=[TAG], document=_ready_document(),
              summary="Whether every signature was run once")  # fmt: skip
    add_route(app, "GET", "/metrics", metrics, name="metrics", tags=[TAG], document=_TEXT,
              summary="Counters and histograms for Prometheus")  # fmt: skip


def _ready_document() -> dict[str, Any]:
    not_yet = _status("loading", "closing")
    not_yet["headers"] = {"Retry-After": RETRY}
    return {"responses": {"200": _status("ready"), "503": not_yet}}


def _status(*words: str) -> dict[str, Any]:
    waiting = {"type": "array", "items": {"type": "string"}}
    schema = {
        "type": "object",
        "required": ["status"],
        "properties": {"status": {"enum": list(words)}, "waiting_for": waiting},
    }
    return json_answer(schema)
