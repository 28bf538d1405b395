"""How a request over HTTP is answered once its call is known, whatever the protocol."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flowspec.diagnostics import Diagnostic
from flowspec.serve.call import Arrays, Call
from flowspec.serve.endpoint import Endpoint
from flowspec.serve.faults import too_late
from flowspec.serve.http.route import Handler
from flowspec.serve.http.trace import trace_of
from flowspec.serve.http.wire import LARGE, read_body
from flowspec.serve.request_error import MALFORMED, UNAVAILABLE, UNFIT, RequestError, unfit
from flowspec.serve.service import Service

T = TypeVar("T")


def by_400(handler: Handler, protocol: str) -> Handler:
    """A handler of a protocol whose clients expect 400 where a value does not fit."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        trace_of(scope).protocol = protocol
        try:
            await handler(scope, receive, send)
        except RequestError as error:
            if error.status != UNFIT:
                raise
            raise RequestError(MALFORMED, *error.diagnostics) from None

    return answer


async def made(
    scope: Mapping[str, Any], receive: Any, service: Service, make: Callable[[bytes], T]
) -> T:
    """What a function makes of a request's body; others are answered meanwhile if it is large.

    Large bodies take many times their room as lists, so they are read one after the other.

    Raises:
        RequestError: As `read_body` and the function, or if time ran out.
    """
    with service.bodies.taken() as share:
        body = await read_body(scope, receive, service.options, share)
        if len(body) <= LARGE:
            return make(body)
        await _turn(service)
        try:
            return await asyncio.to_thread(make, body)
        finally:
            service.one_large.release()


async def _turn(service: Service) -> None:
    try:
        async with asyncio.timeout(service.options.deadline):
            await service.one_large.acquire()
    except TimeoutError:
        raise RequestError(UNAVAILABLE, too_late(service.options.deadline)) from None


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
