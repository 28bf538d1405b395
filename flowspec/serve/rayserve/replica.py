"""The application in one of several replicas."""

from __future__ import annotations

import asyncio
from typing import Any

from flowspec.serve.application import Application
from flowspec.serve.service import Service

HEADER = b"x-flowspec-replica"
"""Which replica answered, in every answer."""


class Replica(Application):
    """The application, as one of several that answer under the same address.

    Attributes:
        name: The replica's name, in its answers and its metrics.
    """

    def __init__(self, service: Service, name: str) -> None:
        super().__init__(service)
        self.name = name
        service.metrics.mark(replica=name)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request, and say who did; or follow the life of the replica."""

        async def named(message: Any) -> None:
            if message["type"] == "http.response.start":
                headers = [*message["headers"], (HEADER, self.name.encode())]
                message = {**message, "headers": headers}
            await send(message)

        await super().__call__(scope, receive, named)

    async def check(self) -> None:
        """Wait until everything was loaded and run once.

        Raises:
            RuntimeError: If something cannot be loaded.
        """
        service = self.service
        while not (service.is_ready or service.is_closing or service.failure):
            await asyncio.sleep(0.05)
        if service.failure is not None:
            why = "; ".join(one.message for one in service.failure.diagnostics)
            raise RuntimeError(f"a bundle cannot be served: {why}")
