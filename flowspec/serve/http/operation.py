"""What those who run the service ask: whether it lives, whether it is ready, what it counted."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from flowspec.serve.http.route import add_route
from flowspec.serve.http.wire import dump_json, respond
from flowspec.serve.service import Service

TAG = "operation"


def add_operation(app: FastAPI, service: Service) -> None:
    """Add the routes of probes and metrics."""

    async def live(scope: Any, receive: Any, send: Any) -> None:
        await respond(send, 200, dump_json({"status": "live"}))

    async def ready(scope: Any, receive: Any, send: Any) -> None:
        good = service.is_ready
        waiting = [f"{one.flow} {one.revision}" for one in service.shelf.served if not one.is_ready]
        word = "ready" if good else "closing" if service.is_closing else "loading"
        body = {"status": word, **({"waiting_for": waiting} if waiting else {})}
        await respond(send, 200 if good else 503, dump_json(body))

    async def metrics(scope: Any, receive: Any, send: Any) -> None:
        kind = service.metrics.content_type.encode()
        await respond(send, 200, service.metrics.text(), kind)

    not_yet = {"responses": {"503": {"description": "Something is still being loaded."}}}
    add_route(app, "GET", "/livez", live, name="live", tags=[TAG], summary="Whether it runs")
    add_route(app, "GET", "/readyz", ready, name="ready", tags=[TAG], document=not_yet,
              summary="Whether every signature was run once")  # fmt: skip
    add_route(app, "GET", "/metrics", metrics, name="metrics", tags=[TAG],
              summary="Counters and histograms for Prometheus")  # fmt: skip
