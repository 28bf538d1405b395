"""What happens around every call: its name, who asks, faults, logs, metrics."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import grpc

from flowspec.serve.admission import admit
from flowspec.serve.faults import internal_error
from flowspec.serve.grpc.codes import OURS, code_of, details_of
from flowspec.serve.grpc.message import parse
from flowspec.serve.logs import log
from flowspec.serve.request_error import BROKEN, RETRY_AFTER, RequestError
from flowspec.serve.service import Service
from flowspec.serve.tally import tally
from flowspec.serve.trace import Trace

PROTOCOL = "grpc"
"""What metrics call the protocol."""

REQUEST_ID = "x-request-id"
"""The metadata under which a caller names a request, and under which the name comes back."""

Work = Callable[[Any, Any, Trace], Awaitable[Any]]
"""What answers a message: it gets the message, the context of the call, and the trace."""


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the protocol.

    Attributes:
        kind: The class of its messages.
        work: What answers.
        is_probe: Whether everybody may ask, again and again: logged only when it fails.
    """

    kind: Any
    work: Work
    is_probe: bool = False


def guarded(service: Service, name: str, method: Method) -> Callable[[bytes, Any], Awaitable[Any]]:
    """A method as gRPC calls it. Whatever goes wrong inside, the caller gets a code and details."""
    is_dull = method.is_probe or not service.options.access_log

    async def answer(body: bytes, context: Any) -> Any:
        metadata = dict(context.invocation_metadata() or ())
        trace = Trace.of(_text(metadata.get(REQUEST_ID)).encode())
        trace.protocol = PROTOCOL
        context.set_trailing_metadata(((REQUEST_ID, trace.id),))
        result, fault, code = None, None, grpc.StatusCode.CANCELLED
        try:
            if not method.is_probe:
                admit(service, _text(metadata.get("authorization")))
            result = await method.work(parse(method.kind, body), context, trace)
            code = grpc.StatusCode.OK
        except RequestError as error:
            fault = error
        except Exception:
            log("failed", logging.ERROR, error=True, id=trace.id, method=name)
            fault = RequestError(BROKEN, internal_error(trace.id))
        finally:
            if fault is not None:
                code, trace.reason = code_of(fault), fault.diagnostics[0].slug
            tally(
                service, trace, code.name, failed=code.name in OURS,
                dull=is_dull and code is grpc.StatusCode.OK, method=name,
            )  # fmt: skip
        return result if fault is None else await _refuse(context, trace, fault)

    return answer


async def _refuse(context: Any, trace: Trace, error: RequestError) -> None:
    metadata = [(REQUEST_ID, trace.id)]
    if error.may_come_again:
        metadata.append(("grpc-retry-pushback-ms", str(1000 * RETRY_AFTER)))
    await context.abort(code_of(error), details_of(error), tuple(metadata))


def _text(value: Any) -> str:
    """What metadata hold under a key; no key of ours holds bytes."""
    return value if isinstance(value, str) else ""
