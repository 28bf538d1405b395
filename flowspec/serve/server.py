"""The process that serves: HTTP by uvicorn and gRPC in one event loop, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from flowspec.serve.application import Application
from flowspec.serve.garbage import leave_out_loaded
from flowspec.serve.http.connection import connection_class
from flowspec.serve.listening import bound
from flowspec.serve.logs import log
from flowspec.serve.packages import package
from flowspec.serve.service import Service

GRACE = 30
"""Seconds that requests under way have to be answered once the service is told to stop."""

BACKLOG = 1024
"""Connections that may wait to be taken."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a service listens.

    Attributes:
        host: A name or an address.
        port: For HTTP; 0 takes one that is free.
        grpc_port: For gRPC; 0 takes one that is free, None serves none.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    grpc_port: int | None = 8001


def run_server(service: Service, address: Address, announce: Callable[[Address], None]) -> None:
    """Serve until SIGINT or SIGTERM; then answer what waits, and return.

    SIGHUP looks at once whether a bundle was saved anew.

    Args:
        service: What is served.
        address: Where.
        announce: Told the ports that were taken, once both are.

    Raises:
        UsageError: If a port cannot be taken.
        BundleError: If a bundle turns out to be damaged when it is loaded.
        MissingDependencyError: If a package of the extra `serve` is not installed.
    """
    uvicorn = package("uvicorn")
    config = uvicorn.Config(
        Application(service), http=connection_class(), lifespan="on", log_config=None,
        access_log=False, server_header=False, proxy_headers=False, ws="none",
        timeout_graceful_shutdown=GRACE, backlog=BACKLOG,
    )  # fmt: skip
    config.load()
    server = _server_class(uvicorn)(config)
    with contextlib.closing(bound(address.host, address.port)) as listener:
        runner = asyncio.Runner(loop_factory=config.get_loop_factory())
        with runner:
            runner.run(_serve(server, service, listener, address, announce))
    if service.failure is not None:
        raise service.failure


async def _serve(
    server: Any, service: Service, listener: socket.socket, address: Address,
    announce: Callable[[Address], None],
) -> None:  # fmt: skip
    grpc_server, grpc_port = None, None
    if address.grpc_port is not None:
        from flowspec.serve.grpc.server import start_grpc

        grpc_server, grpc_port = await start_grpc(service, address.host, address.grpc_port)
    _handle_signals(server, service)
    service.on_change(lambda: _end_or_settle(server, service))
    announce(Address(address.host, listener.getsockname()[1], grpc_port))
    try:
        await server.serve(sockets=[listener])
    finally:
        if grpc_server is not None:
            await grpc_server.stop(GRACE)
    log("stopped")


def _handle_signals(server: Any, service: Service) -> None:
    loop = asyncio.get_running_loop()

    def stop(name: str) -> None:
        if server.should_exit:
            server.force_exit = True
        log("stopping", signal=name)
        service.is_closing = True
        server.should_exit = True

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop, number.name)
    loop.add_signal_handler(signal.SIGHUP, service.look_now)


def _end_or_settle(server: Any, service: Service) -> None:
    """End where a bundle cannot be served; else be quick from now on."""
    if service.failure is not None:
        server.should_exit = True
    else:
        leave_out_loaded()


def _server_class(uvicorn: Any) -> Any:
    class Server(uvicorn.Server):
        """A server that leaves signals to us: uvicorn's would end the process by the signal."""

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    return Server
