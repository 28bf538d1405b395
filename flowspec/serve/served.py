"""A bundle that is served: a revision of its flow, with an endpoint for each output."""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from flowspec import bundle
from flowspec.bundle import Bundle
from flowspec.bundle.problems import without_saved_model
from flowspec.diagnostics import BundleError, Diagnostic
from flowspec.serve.batcher import Batcher
from flowspec.serve.endpoint import Endpoint, Room
from flowspec.serve.example import example_of
from flowspec.serve.options import ServeOptions
from flowspec.serve.signature import Signature, load_signatures
from flowspec.serve.sources import Source

Mark = tuple[int, int, int] | None
"""Which manifest lies in a folder, as the file system tells it."""


class Served:
    """A bundle that is served.

    Attributes:
        source: Where it was read, and which revision it is.
        bundle: Its manifest and plan.
        endpoints: What each of its outputs answers.
        mark: Which manifest it was read from.
    """

    def __init__(self, source: Source, options: ServeOptions, room: Room) -> None:
        self.source = source
        self.mark = mark_of(source.folder)
        self.bundle = _with_saved_model(source.folder)
        self._options = options
        plan = self.bundle.plan
        self.endpoints = {
            record.name: Endpoint(plan, source.revision, record, options, room)
            for record in plan.outputs
        }

    @property
    def flow(self) -> str:
        """The flow's name."""
        return self.bundle.plan.name

    @property
    def revision(self) -> int:
        """Its revision."""
        return self.source.revision

    @property
    def is_ready(self) -> bool:
        """Whether every output can answer."""
        return all(endpoint.is_ready for endpoint in self.endpoints.values())

    def example(self, output: str) -> dict[str, Any]:
        """A request to an output that is answered."""
        return example_of(self.bundle, self.endpoints[output].fields)

    def load(
        self, executor: Executor, observe: Callable[[Endpoint, int], None], stop: threading.Event
    ) -> None:
        """Load the SavedModel and run every signature once at every batch size.

        Args:
            executor: The threads that will compute batches.
            observe: Told the endpoint and the rows of every batch.
            stop: Set when the rest need not be loaded any more.

        Raises:
            BundleError: If the SavedModel is damaged or does not fit the plan.
        """
        folder = self.bundle.saved_model()
        if folder is None:
            raise without_saved_model(self.source.folder)
        try:
            self._open(load_signatures(folder), executor, observe, stop)
        except KeyError as error:
            raise _damaged(folder, f"it has no signature {error}") from error
        except Exception as error:  # TensorFlow raises anything where a file is damaged
            raise _damaged(folder, str(error).partition("\n")[0][:200]) from error

    def _open(
        self, functions: Mapping[str, Any], executor: Executor,
        observe: Callable[[Endpoint, int], None], stop: threading.Event,
    ) -> None:  # fmt: skip
        for name, endpoint in self.endpoints.items():
            if stop.is_set():
                return
            sizes = tuple(s for s in self._options.batch_sizes if s <= endpoint.batch_rows)
            run = Signature(functions[name], endpoint.record.inputs, sizes, xla=self._options.xla)
            run.warm(endpoint.read(self.example(name)).arrays)
            tell = functools.partial(observe, endpoint)
            endpoint.open(Batcher(run, executor, sizes[-1], tell))


def mark_of(folder: Path) -> Mark:
    """Which manifest lies in a folder; None where there is none."""
    try:
        found = os.stat(folder / "manifest.json")
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


def _with_saved_model(folder: Path) -> Bundle:
    found = bundle.read(folder)
    if found.manifest.saved_model is None:
        raise without_saved_model(folder)
    return found


def _damaged(folder: Path, why: str) -> BundleError:
    message = f"the SavedModel `{folder}` cannot be served: {why}"
    return BundleError(Diagnostic(slug="saved-model-damaged", message=message))
