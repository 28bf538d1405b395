"""What is counted, for Prometheus."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flowspec.serve.packages import package

SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Upper ends of the latency histogram."""

ROWS = (1, 4, 16, 64, 256, 1024, 4096)
"""Upper ends of the histogram of batch sizes."""

LABELS = ("flow", "revision", "output", "protocol")


class Metrics:
    """Counters and histograms of one service, in a registry of their own.

    Raises:
        MissingDependencyError: If prometheus-client is not installed.
    """

    def __init__(self) -> None:
        library = package("prometheus_client")
        self._write = library.generate_latest
        self.content_type: str = library.CONTENT_TYPE_LATEST
        self._registry = registry = library.CollectorRegistry()
        self._marks: dict[str, str] = {}
        self.requests = library.Counter(
            "flowspec_requests", "Requests by their answer's status.", (*LABELS, "status"),
            registry=registry,
        )  # fmt: skip
        self.seconds = library.Histogram(
            "flowspec_request_seconds", "Time from a request to its answer.", LABELS,
            buckets=SECONDS, registry=registry,
        )  # fmt: skip
        self.errors = library.Counter(
            "flowspec_errors", "Requests that were refused or failed, by the slug of the reason.",
            (*LABELS, "reason"), registry=registry,
        )  # fmt: skip
        self.batch_rows = library.Histogram(
            "flowspec_batch_rows", "Rows that were computed at once.",
            ("flow", "revision", "output"), buckets=ROWS, registry=registry,
        )  # fmt: skip
        self.reloads = library.Counter(
            "flowspec_reloads", "Bundles that were loaded anew, by result.", ("flow", "result"),
            registry=registry,
        )  # fmt: skip
        self.ready = library.Gauge(
            "flowspec_ready", "Whether a flow's revision can answer.", ("flow", "revision"),
            registry=registry,
        )  # fmt: skip
        self.waiting = library.Gauge(
            "flowspec_waiting_rows", "Rows that wait for an answer.", registry=registry
        )

    def mark(self, **labels: str) -> None:
        """Give every sample further labels, where several services are asked under one address."""
        self._marks = labels

    def text(self) -> bytes:
        """All of them in Prometheus' text format."""
        return self._write(self)

    def collect(self) -> Iterator[Any]:
        """All of them, as prometheus-client collects."""
        for family in self._registry.collect():
            family.samples = [
                sample._replace(labels={**sample.labels, **self._marks})
                for sample in family.samples
            ]
            yield family
