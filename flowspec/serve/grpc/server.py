"""The gRPC server, in the event loop that it is started in."""

from __future__ import annotations

import contextlib
import errno
import os
from typing import Any

from flowspec.diagnostics import UsageError
from flowspec.serve.listening import bound, cannot_listen
from flowspec.serve.packages import package
from flowspec.serve.service import Service


async def start_grpc(service: Service, host: str, port: int) -> tuple[Any, int]:
    """Answer over gRPC from now on; `await server.stop(grace)` ends it.

    Args:
        service: What answers; it is started and stopped by whoever made it.
        host: A name or an address.
        port: The port; 0 takes one that is free.

    Returns:
        The `grpc.aio.Server`, and its port.

    Raises:
        UsageError: If there is no such host here, or the port is taken.
        MissingDependencyError: If grpcio or protobuf is not installed.
    """
    grpc = package("grpc")
    package("google.protobuf")
    from flowspec.serve.grpc.servicer import Servicer

    # gRPC says little of why it gets no port, so another asks for it first.
    with contextlib.closing(bound(host, port)):
        pass
    server = grpc.aio.server(options=_options(service.options.max_body))
    server.add_generic_rpc_handlers((Servicer(service).handler(),))
    try:
        taken = server.add_insecure_port(f"[{host}]:{port}" if ":" in host else f"{host}:{port}")
    except RuntimeError:
        taken_since = OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))
        raise UsageError(cannot_listen(host, port, taken_since)) from None
    await server.start()
    return server, taken


def _options(max_body: int) -> list[tuple[str, int]]:
    # Unless told not to, gRPC shares a port with whoever has it.
    return [("grpc.max_receive_message_length", max_body), ("grpc.so_reuseport", 0)]
