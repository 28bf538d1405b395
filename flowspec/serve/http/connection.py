"""A connection over HTTP that does not wait for its client for ever.

uvicorn closes what is idle between two requests; it waits without end for the head of a request,
of any size, for the rest of a body that was refused, and for a client that reads no answer; and
it keeps any number of requests that were sent before the first was answered.
"""

from __future__ import annotations

from typing import Any

from flowspec.serve.packages import package

PATIENCE = 20.0
"""Seconds in which a client that is waited for must do something."""

MAX_HEAD = 64 * 1024
"""The most bytes of a request's head, give or take what comes at once."""

MOST_WAITING = 100
"""The most requests that may wait behind the one that is answered."""


def connection_class(patience: float = PATIENCE) -> Any:
    """A protocol of uvicorn for a connection, which ends one whose client does nothing.

    Args:
        patience: Seconds after which a look is taken at what the client does; where nothing has
            happened by the next look, the connection is ended.

    Raises:
        MissingDependencyError: If uvicorn or httptools is not installed.
    """
    base = package("uvicorn.protocols.http.httptools_impl").HttpToolsProtocol

    class Connection(base):
        _messages = 0
        _head = 0
        _is_in_head = True

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._timer = self.loop.call_later(patience, self._look, None)

        def connection_lost(self, exc: Exception | None) -> None:
            self._timer.cancel()
            super().connection_lost(exc)

        def data_received(self, data: bytes) -> None:
            messages = self._messages
            super().data_received(data)
            if self._is_in_head and messages == self._messages:
                self._head += len(data)
                if self._head > MAX_HEAD and not self.transport.is_closing():
                    self.send_400_response("The head of the request is too large.")

        def on_message_begin(self) -> None:
            if len(self.pipeline) >= MOST_WAITING:
                raise ValueError("too many requests wait")  # the parser makes it a 400
            self._messages += 1
            self._head = 0
            self._is_in_head = True
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            self._is_in_head = False
            super().on_headers_complete()

        def _look(self, before: Any) -> None:
            now = (self._messages, self._owed(), self.transport.get_write_buffer_size())
            if now[1] is not None and now == before:
                self.transport.abort()
                return
            self._timer = self.loop.call_later(patience, self._look, now)

        def _owed(self) -> str | None:
            """What the client is waited for."""
            if self.transport.get_write_buffer_size():
                return "reading"
            if self._is_in_head:
                return "head"
            asked = self.cycle
            is_refused = asked is not None and asked.response_complete and asked.more_body
            return "body" if is_refused else None

    return Connection
