"""Many clients in one process: each sends a request as soon as the last was answered.

A client in Python that parsed what it gets would take as long as the server that is measured; this
one compares nothing but the status and reads as many bytes as the header says.
"""

from __future__ import annotations

import selectors
import socket
import time
from typing import Any, NamedTuple
from urllib.parse import urlsplit


class Result(NamedTuple):
    """Requests per second, and seconds that half and nearly all of them took at most."""

    rate: float
    p50: float
    p99: float

    @classmethod
    def of(cls, times: list[float], seconds: float) -> Result:
        """The result of requests that took so long each."""
        ordered = sorted(times)
        return cls(
            len(ordered) / seconds, ordered[len(ordered) // 2], ordered[int(0.99 * len(ordered))]
        )


def load(address: str, way: Any, clients: int, seconds: float) -> Result:
    """What a server does with so many clients."""
    parts = urlsplit(address)
    request = encoded(parts.netloc, way)
    selector = selectors.DefaultSelector()
    sent: dict[socket.socket, float] = {}
    for _ in range(clients):
        connection = socket.create_connection((parts.hostname, parts.port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ, bytearray())
    for key in selector.get_map().values():
        key.fileobj.sendall(request)
        sent[key.fileobj] = time.perf_counter()
    times: list[float] = []
    warm = time.perf_counter() + 0.5
    end = warm + seconds
    while time.perf_counter() < end:
        for key, _ in selector.select(1):
            if is_whole(key.fileobj, key.data):
                now = time.perf_counter()
                if now > warm:
                    times.append(now - sent[key.fileobj])
                key.fileobj.sendall(request)
                sent[key.fileobj] = time.perf_counter()
    for connection in sent:
        connection.close()
    return Result.of(times, seconds)


def encoded(host: str, way: Any) -> bytes:
    """The bytes of a request."""
    headers = {"Host": host, "Content-Length": str(len(way.body)), **way.headers}
    headers.setdefault(
        "Content-Type", "application/json" if way.body[:1] == b"{" else "application/octet-stream"
    )
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST {way.path} HTTP/1.1\r\n{lines}\r\n".encode() + way.body


def is_whole(connection: socket.socket, buffer: bytearray) -> bool:
    """Read what has come; whether the answer is whole, which empties the buffer."""
    buffer += connection.recv(65_536)
    head, found, rest = buffer.partition(b"\r\n\r\n")
    if not found:
        return False
    if not head.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"the server refuses: {bytes(buffer[:500])!r}")
    length = next(
        int(line.partition(b":")[2])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    )
    if len(rest) < length:
        return False
    buffer.clear()
    return True
