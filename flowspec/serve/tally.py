"""What is counted and logged of a request once it is answered, whatever the protocol."""

from __future__ import annotations

import logging
import time
from typing import Any

from flowspec.serve.logs import log
from flowspec.serve.service import Service
from flowspec.serve.trace import Trace


def tally(
    service: Service, trace: Trace, status: int | str, *, failed: bool, dull: bool, **facts: Any
) -> None:
    """Count a request, and log it.

    Args:
        service: What was asked.
        trace: What is known of the request.
        status: How it was answered, in the words of its protocol.
        failed: Whether that is the service's own fault.
        dull: Whether it is not worth a line.
        **facts: What else the line tells.
    """
    seconds = time.perf_counter() - trace.started
    metrics = service.metrics
    metrics.requests.labels(*trace.labels, str(status)).inc()
    metrics.seconds.labels(*trace.labels).observe(seconds)
    if trace.reason is not None:
        metrics.errors.labels(*trace.labels, trace.reason).inc()
    if dull:
        return
    known = {"rows": trace.rows, "reason": trace.reason}
    log(
        "request", logging.WARNING if failed else logging.INFO,
        id=trace.id, **facts, status=status, ms=round(seconds * 1e3, 2),
        **{name: fact for name, fact in known.items() if fact is not None},
    )  # fmt: skip
