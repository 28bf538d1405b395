"""The trace of a request over HTTP, kept in its scope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowspec.serve.trace import Trace

_KEY = "flowspec.trace"


def attach(scope: dict[str, Any], trace: Trace) -> None:
    """Keep the trace of a request with it."""
    scope[_KEY] = trace


def trace_of(scope: Mapping[str, Any]) -> Trace:
    """The trace of a request."""
    return scope[_KEY]
