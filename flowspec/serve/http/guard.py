"""What happens around every request: its name, who asks, faults, logs, metrics."""

from __future__ import annotations

import hmac
import logging
import time
from collections.abc import Mapping
from typing import Any

from flowspec.diagnostics import Diagnostic
from flowspec.serve.http.page import FILES
from flowspec.serve.http.trace import Trace, attach
from flowspec.serve.http.wire import respond, told
from flowspec.serve.logs import log
from flowspec.serve.request_error import BROKEN, UNAUTHORIZED, UNAVAILABLE, RequestError
from flowspec.serve.service import Service

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
        if scope["path"] in OPEN:
            return
        if self._service.is_closing:
            raise RequestError(UNAVAILABLE, _closing())
        token = self._service.options.token
        if token is not None and not is_allowed(_authorization(scope), token):
            raise RequestError(UNAUTHORIZED, unauthorized())

    def _record(self, scope: Mapping[str, Any], trace: Trace, status: int) -> None:
        seconds = time.perf_counter() - trace.started
        metrics = self._service.metrics
        metrics.requests.labels(*trace.labels, str(status)).inc()
        metrics.seconds.labels(*trace.labels).observe(seconds)
        if trace.reason is not None:
            metrics.errors.labels(*trace.labels, trace.reason).inc()
        is_dull = status < 400 and (scope["path"] in QUIET or not self._service.options.access_log)
        if is_dull:
            return
        facts = {"rows": trace.rows, "reason": trace.reason}
        log(
            "request", logging.WARNING if status >= 500 else logging.INFO,
            id=trace.id, method=scope["method"], path=_path(scope), status=status,
            ms=round(seconds * 1e3, 2),
            **{name: fact for name, fact in facts.items() if fact is not None},
        )  # fmt: skip


def is_allowed(given: str, token: str) -> bool:
    """Whether what a caller says as `authorization` holds the token."""
    return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())


def unauthorized() -> Diagnostic:
    """A caller without the token."""
    return Diagnostic(
        slug="token-refused",
        message="the request does not carry the right token",
        expected="Authorization: Bearer TOKEN",
    )


async def _tell(error: RequestError, trace: Trace, send: Any, *, is_begun: bool) -> None:
    """Send what is wrong; nothing can be added to an answer that is on its way."""
    trace.reason = error.diagnostics[0].slug
    if not is_begun:
        body, headers = told(error)
        await respond(send, error.status, body, headers=headers)


def broken(trace: Trace) -> RequestError:
    """The service itself failed; its log has the rest."""
    return RequestError(
        BROKEN,
        Diagnostic(
            slug="internal-error",
            message=f"the request could not be answered; the log tells more of {trace.id}",
        ),
    )


def _closing() -> Diagnostic:
    return Diagnostic(slug="shutting-down", message="the service is shutting down")


def _authorization(scope: Mapping[str, Any]) -> str:
    return dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")


def _path(scope: Mapping[str, Any]) -> str:
    return scope["path"][:200]
