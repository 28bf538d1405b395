"""The ASGI application: the FastAPI application of what is on the shelf now."""

from __future__ import annotations

from typing import Any

from flowspec.serve.http.app import build_app
from flowspec.serve.http.flows import output_handlers
from flowspec.serve.http.guard import Guard
from flowspec.serve.http.v2 import infer_handlers
from flowspec.serve.service import Service
from flowspec.serve.shelf import Shelf


class Application:
    """An ASGI application for uvicorn, Ray Serve, or any other server.

    When a bundle was saved anew, another FastAPI application takes the place of the present one;
    requests that are under way are answered by the one that they came to.

    What is asked most, outputs by their own routes and by V2, is found in a table; FastAPI's
    routing and middleware would take longer than all the rest of a small request.

    Attributes:
        service: What it answers from.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self._guard = Guard(self._dispatch, service)
        self._shelf: Shelf | None = None
        self._rebuild()
        service.on_change(self._rebuild)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request, or follow the life of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._guard(scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document of what is served now."""
        return self._app.openapi()

    def _rebuild(self) -> None:
        """Make the routes of what is on the shelf, unless they are there."""
        if self._shelf is self.service.shelf:
            return
        self._shelf = self.service.shelf
        self._app = build_app(self.service)
        self._asked = {**output_handlers(self.service), **infer_handlers(self.service)}

    async def _dispatch(self, scope: Any, receive: Any, send: Any) -> None:
        handler = self._asked.get(scope["path"]) if scope.get("method") == "POST" else None
        await (handler or self._app)(scope, receive, send)

    async def _live(self, receive: Any, send: Any) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.service.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.service.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return
