"""Ports that are taken, or cannot be."""

from __future__ import annotations

import errno
import os
import socket

from flowspec.diagnostics import Diagnostic, UsageError


def bound(host: str, port: int) -> socket.socket:
    """A socket that is bound, and does not listen yet.

    Args:
        host: A name or an address.
        port: The port; 0 takes one that is free.

    Raises:
        UsageError: If there is no such host here, or the port is taken.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, name = found[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(name)
        except BaseException:
            listener.close()
            raise
    except OSError as error:
        raise UsageError(cannot_listen(host, port, error)) from None
    return listener


def cannot_listen(host: str, port: int, error: OSError) -> Diagnostic:
    """A port that cannot be taken."""
    if error.errno == errno.EADDRINUSE:
        return Diagnostic(
            slug="port-in-use", message=f"the port {port} of {host} is taken by another program",
            help="choose another one, or 0 for any that is free",
        )  # fmt: skip
    reason = error.strerror or os.strerror(error.errno or errno.EINVAL)
    return Diagnostic(
        slug="cannot-listen", message=f"nothing can listen at {host}:{port}: {reason.lower()}"
    )
