"""Documented routes whose requests reach their handler as they came.

FastAPI would resolve parameters and validate bodies on the way, which takes longer than all the
rest of a small request; the handlers check what they are given themselves, and name it better.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

Handler = Callable[[Any, Any, Any], Awaitable[None]]
"""Answers an ASGI request: scope, receive, send."""


class RawRoute(APIRoute):
    """A route of FastAPI, in its OpenAPI document, that is answered by an ASGI handler."""

    handler: Handler

    async def handle(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request of the right method."""
        # HEAD is answered as GET is, without being listed: the server drops the body.
        method = "GET" if scope["method"] == "HEAD" else scope["method"]
        if method in (self.methods or ()):
            await self.handler(scope, receive, send)
        else:
            await super().handle(scope, receive, send)


def add_route(
    app: FastAPI,
    method: str,
    path: str,
    handler: Handler,
    *,
    name: str,
    summary: str,
    tags: list[str],
    description: str | None = None,
    document: Mapping[str, Any] | None = None,
    listed: bool = True,
) -> None:
    """Add a route.

    Args:
        app: Where to.
        method: GET or POST.
        path: Its path, with parameters in braces.
        handler: What answers.
        name: Its operation's id.
        summary: What it does, in some words.
        tags: What it belongs to.
        description: What else there is to say.
        document: Parameters, request body and responses in the words of OpenAPI.
        listed: Whether it stands in the OpenAPI document.
    """

    async def documented() -> None:
        """Never called: the handler answers."""

    route = RawRoute(
        path, documented, methods=[method], name=name, operation_id=name, summary=summary,
        tags=list(tags), description=description, openapi_extra=dict(document or {}),
        include_in_schema=listed, response_model=None,
    )  # fmt: skip
    route.handler = handler
    app.router.routes.append(route)
