"""What gRPC calls the reasons for which a request is not answered."""

from __future__ import annotations

import grpc

from flowspec.serve.request_error import (
    BROKEN,
    BUSY,
    UNAUTHORIZED,
    UNAVAILABLE,
    UNKNOWN,
    RequestError,
)

OURS = frozenset({"INTERNAL", "UNAVAILABLE", "DEADLINE_EXCEEDED"})
"""The codes that say that the service failed, not the caller."""

_CODES = {
    UNAUTHORIZED: grpc.StatusCode.UNAUTHENTICATED,
    UNKNOWN: grpc.StatusCode.NOT_FOUND,
    BUSY: grpc.StatusCode.RESOURCE_EXHAUSTED,
    BROKEN: grpc.StatusCode.INTERNAL,
    UNAVAILABLE: grpc.StatusCode.UNAVAILABLE,
}
_LATE = "deadline-exceeded"
_MOST_BYTES = 2000


def code_of(error: RequestError) -> grpc.StatusCode:
    """The code of an error. What a caller has to write otherwise is an invalid argument."""
    if any(diagnostic.slug == _LATE for diagnostic in error.diagnostics):
        return grpc.StatusCode.DEADLINE_EXCEEDED
    return _CODES.get(error.status, grpc.StatusCode.INVALID_ARGUMENT)


def details_of(error: RequestError) -> str:
    """All faults in a line, no longer than clients take: it travels in a header."""
    told = error.sentence.encode("utf-8", "replace")
    if len(told) <= _MOST_BYTES:
        return told.decode()
    return told[:_MOST_BYTES].decode("utf-8", "ignore") + "…"
