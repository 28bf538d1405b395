"""The ASGI application: the FastAPI application of what is on the shelf now."""

from __future__ import annotations

from typing import Any

from flowspec.serve.http.app import build_app
from flowspec.serve.service import Service


class Application:
    """An ASGI application for uvicorn, Ray Serve, or any other server.

    When a bundle was saved anew, another FastAPI application takes the place of the present one;
    requests that are under way are answered by the one that they came to.

    Attributes:
        service: What it answers from.
    """

    def __init__(self, service: Service) -> None:
        self.service = service
        self._app = build_app(service)
        service.on_change(self._rebuild)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request, or follow the life of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._app(scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document of what is served now."""
        return self._app.openapi()

    def _rebuild(self) -> None:
        self._app = build_app(self.service)

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
