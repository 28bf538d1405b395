"""How a request over HTTP is answered once its call is known, whatever the protocol."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from flowspec.diagnostics import Diagnostic
from flowspec.serve.call import Arrays, Call
from flowspec.serve.endpoint import Endpoint
from flowspec.serve.http.trace import trace_of
from flowspec.serve.request_error import unfit


async def ask(
    scope: Mapping[str, Any], endpoint: Endpoint, call: Call, timeout: float | None = None
) -> Arrays:
    """What an output answers; the trace of the request learns what was asked.

    Raises:
        RequestError: As `Endpoint.answer`.
    """
    trace = trace_of(scope)
    trace.endpoint = endpoint
    trace.rows = call.rows
    return await endpoint.answer(call, timeout=timeout)


def waiting_time(scope: Mapping[str, Any]) -> float | None:
    """The seconds that a caller waits, as `X-Request-Timeout` says; None where it is absent.

    Raises:
        RequestError: If it is no positive number.
    """
    given = dict(scope["headers"]).get(b"x-request-timeout")
    if given is None:
        return None
    try:
        seconds = float(given)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise unfit(
            Diagnostic(
                slug="wrong-timeout", message="the time to wait is no positive number of seconds",
                path="X-Request-Timeout", got=given[:100].decode("ascii", "replace"),
            )
        )  # fmt: skip
    return seconds
