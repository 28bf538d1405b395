"""The application in one of several replicas."""

from __future__ import annotations

from typing import Any

from flowspec.diagnostics import FlowspecError
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
        await self.service.loaded.wait()
        if self.service.faults and not self.service.is_ready:
            why = "; ".join(map(_one_line, self.service.faults))
            raise RuntimeError(f"a bundle cannot be loaded: {why}")


def _one_line(error: Exception) -> str:
    if isinstance(error, FlowspecError):
        return ", ".join(one.message for one in error.diagnostics)
    return repr(error).partition("\n")[0]
