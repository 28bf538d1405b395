"""What happens around every request: its name, who asks, faults, logs, metrics."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from flowspec.serve.admission import admit
from flowspec.serve.faults import internal_error
from flowspec.serve.http.page import FILES
from flowspec.serve.http.trace import attach
from flowspec.serve.http.wire import respond, told
from flowspec.serve.logs import log
from flowspec.serve.request_error import BROKEN, RequestError
from flowspec.serve.service import Service
from flowspec.serve.tally import tally
from flowspec.serve.trace import Trace

OPEN = frozenset({"/livez", "/readyz", "/v2/health/live", "/v2/health/ready", *FILES})
"""What is answered without a token: probes, and a page that holds nothing by itself."""

QUIET = frozenset({"/livez", "/readyz", "/metrics", "/v2/health/live", "/v2/health/ready"})
"""What is asked every few seconds, and logged only when it fails."""


class Guard:
    """An ASGI middleware. Whatever goes wrong inside, the caller gets an answer."""

    def __init__(self, app: Any, service: Service) -> None:
        self._app = app
        self._service = service

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        trace = Trace.of(dict(scope["headers"]).get(b"x-request-id"))
        attach(scope, trace)
        status = 0

        async def named(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message["headers"], (b"x-request-id", trace.id.encode())]
                message = {**message, "headers": headers}
            await send(message)

        try:
            self._admit(scope)
            await self._app(scope, receive, named)
        except RequestError as error:
            await _tell(error, trace, named, is_begun=status != 0)
        except Exception:
            log("failed", logging.ERROR, error=True, id=trace.id, path=_path(scope))
            await _tell(broken(trace), trace, named, is_begun=status != 0)
        self._record(scope, trace, status)

    def _admit(self, scope: Mapping[str, Any]) -> None:
        if scope["path"] not in OPEN:
            admit(self._service, _authorization(scope))

    def _record(self, scope: Mapping[str, Any], trace: Trace, status: int) -> None:
        is_dull = status < 400 and (scope["path"] in QUIET or not self._service.options.access_log)
        tally(
            self._service, trace, status, failed=status >= 500, dull=is_dull,
            method=scope["method"], path=_path(scope),
        )  # fmt: skip


async def _tell(error: RequestError, trace: Trace, send: Any, *, is_begun: bool) -> None:
    """Send what is wrong; nothing can be added to an answer that is on its way."""
    trace.reason = error.diagnostics[0].slug
    if not is_begun:
        body, headers = told(error)
        await respond(send, error.status, body, headers=headers)


def broken(trace: Trace) -> RequestError:
    """The service itself failed; its log has the rest."""
    return RequestError(BROKEN, internal_error(trace.id))


def _authorization(scope: Mapping[str, Any]) -> str:
    return dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")


def _path(scope: Mapping[str, Any]) -> str:
    return scope["path"][:200]
