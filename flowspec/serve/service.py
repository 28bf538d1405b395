"""A running service: what is on the shelf, and what it takes to answer."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from flowspec.diagnostics import FlowspecError
from flowspec.serve.endpoint import Endpoint
from flowspec.serve.logs import log
from flowspec.serve.metrics import Metrics
from flowspec.serve.options import ServeOptions
from flowspec.serve.room import Room
from flowspec.serve.served import Served, mark_of
from flowspec.serve.shelf import Shelf
from flowspec.serve.slot import Slot, served_as, shelf_of
from flowspec.serve.sources import AnySource, Label, Source

THREADS = 2
"""Batches that are computed at the same time; TensorFlow spreads each over the cores itself."""


class Service:
    """What is on the shelf, and what it takes to answer.

    Attributes:
        options: What it was told.
        shelf: What is served now; replaced whole when a bundle was saved anew.
        metrics: What is counted.
        room: How many rows wait.
        bodies: How many bytes of large bodies are held.
        one_large: Held while a large body is read.
        is_closing: Whether it takes no more requests.
        failure: Why something that it was started with cannot be served.
    """

    def __init__(
        self,
        sources: Sequence[AnySource],
        options: ServeOptions | None = None,
        labels: Sequence[Label] = (),
    ) -> None:
        """Read and check the bundles; nothing is loaded yet.

        Raises:
            BundleError: If one of them cannot be served.
            RegistryError: If a registry does not have one, or has a damaged one.
            UsageError: If two are the same revision, or a label has none.
            MissingDependencyError: If prometheus-client is not installed.
        """
        self.options = options or ServeOptions()
        self.room = Room(self.options.max_queue)
        self._labels = tuple(labels)
        self._slots: list[Slot] = []
        for told in sources:
            source = told.now()
            served = served_as(self._slots, source) or self._read(source)
            self._slots.append(Slot.of(told, served))
        self.shelf = shelf_of(self._slots, self._labels)
        self.metrics = Metrics()
        self.metrics.waiting.set_function(lambda: self.room.used)
        self.bodies = Room(self.options.max_bodies, "bytes")
        self.one_large = asyncio.Semaphore(1)
        self.is_closing = False
        self.failure: FlowspecError | None = None
        self._executor = ThreadPoolExecutor(THREADS, "batch")
        self._stop = threading.Event()
        self._changed: list[Callable[[], None]] = []
        self._watcher: asyncio.Task[None] | None = None
        self._look = asyncio.Event()

    @property
    def is_ready(self) -> bool:
        """Whether every output of everything that is served can answer."""
        return not self.is_closing and all(one.is_ready for one in self.shelf.served)

    def on_change(self, told: Callable[[], None]) -> None:
        """Have it told when everything was loaded, or is not, and when another shelf is put up."""
        self._changed.append(told)

    def start(self) -> None:
        """Load what is on the shelf, then look for bundles that are saved anew; do not wait."""
        self._watcher = asyncio.get_running_loop().create_task(self._run())

    def look_now(self) -> None:
        """Look at once whether a bundle was saved anew."""
        self._look.set()

    async def stop(self) -> None:
        """Answer what waits, and take nothing more."""
        self.is_closing = True
        self._stop.set()
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.gather(self._watcher, return_exceptions=True)
        while self.room.used:
            await asyncio.sleep(0.01)
        self._executor.shutdown()

    def _read(self, source: Source) -> Served:
        return Served(source, self.options, self.room)

    async def _run(self) -> None:
        for served in self.shelf.served:
            self.failure = self.failure or await self._load(served)
        self._tell()
        while True:
            try:
                async with asyncio.timeout(self.options.watch or None):
                    await self._look.wait()
            except TimeoutError:
                pass
            self._look.clear()
            for place in range(len(self._slots)):
                await self._look_after(place)

    async def _load(self, served: Served) -> FlowspecError | None:
        """Load a bundle in a thread; why it cannot answer, where it cannot."""
        facts = {"flow": served.flow, "revision": served.revision}
        log("loading", **facts, bundle=served.source.folder)
        started = time.monotonic()
        failure = None
        try:
            await asyncio.to_thread(served.load, self._executor, self._observe, self._stop)
        except FlowspecError as error:
            failure = error
            log("load_failed", logging.ERROR, **facts, why=str(error))
        if served.is_ready:
            log("ready", **facts, seconds=round(time.monotonic() - started, 3))
        self.metrics.ready.labels(served.flow, str(served.revision)).set(served.is_ready)
        return failure

    async def _look_after(self, place: int) -> None:
        """Have a slot serve what it stands for now, where that is something new."""
        slot = self._slots[place]
        try:
            source = await asyncio.to_thread(slot.told.now, slot.served.source)
        except FlowspecError as error:
            self._slots[place] = replace(slot, trouble=str(error))
            if slot.trouble != str(error):
                self._refuse(slot.served.flow, error)
            return
        tried = (source, mark_of(source.folder))
        self._slots[place] = replace(slot, trouble=None)
        if tried[1] is not None and tried != slot.tried:
            # A bundle that cannot be loaded is not tried again.
            self._slots[place] = replace(slot, trouble=None, tried=tried)
            await self._reload(place, source)

    async def _reload(self, place: int, source: Source) -> None:
        flow = self._slots[place].served.flow
        served = served_as(self._slots, source)
        try:
            new = served or await asyncio.to_thread(self._read, source)
            slots = list(self._slots)
            slots[place] = slots[place].serving(new)
            shelf = shelf_of(slots, self._labels)
        except FlowspecError as error:
            self._refuse(flow, error)
            return
        failure = None if served else await self._load(new)
        self.metrics.reloads.labels(flow, "failed" if failure else "loaded").inc()
        if failure is None:
            self._forget(shelf)
            self._slots, self.shelf = slots, shelf
            self._tell()

    def _refuse(self, flow: str, error: FlowspecError) -> None:
        log("reload_failed", logging.ERROR, flow=flow, why=str(error))
        self.metrics.reloads.labels(flow, "failed").inc()

    def _forget(self, shelf: Shelf) -> None:
        """Say no more of a revision that it is ready, where it is served no more."""
        kept = {(one.flow, one.revision) for one in shelf.served}
        for one in self.shelf.served:
            if (one.flow, one.revision) not in kept:
                self.metrics.ready.remove(one.flow, str(one.revision))

    def _tell(self) -> None:
        for told in self._changed:
            told()

    def _observe(self, endpoint: Endpoint, rows: int) -> None:
        labels = (endpoint.flow, str(endpoint.revision), endpoint.name)
        self.metrics.batch_rows.labels(*labels).observe(rows)
