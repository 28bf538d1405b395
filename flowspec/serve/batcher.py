"""Requests that wait for the same output are computed together.

Nobody waits for company: what has come while one batch was computed is the next batch. So one
caller alone is answered at once, and many callers share the cost of a run.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from flowspec.backend import np
from flowspec.serve.call import Arrays

Run = Callable[[Mapping[str, Any]], Arrays]


@dataclass(slots=True)
class _Waiting:
    """Rows that wait, and who waits for them."""

    arrays: Arrays
    rows: int
    answer: asyncio.Future[Arrays]


class Batcher:
    """The queue of one output. It belongs to the event loop on which it is first used.

    Args:
        run: Computes a batch, in a thread of the executor.
        executor: The threads.
        size: The most rows of a batch.
        observe: Told the number of rows of every batch.
    """

    def __init__(
        self, run: Run, executor: Executor, size: int, observe: Callable[[int], None]
    ) -> None:
        self._run = run
        self._executor = executor
        self._size = size
        self._observe = observe
        self._queue: deque[_Waiting] = deque()
        self._runner: asyncio.Task[None] | None = None

    async def __call__(self, arrays: Arrays, rows: int) -> Arrays:
        """The answer to some rows; more than a batch holds go in pieces, others in between."""
        if rows <= self._size:
            return await self._wait(arrays, rows)
        pieces = [
            await self._wait(
                {name: array[at : at + self._size] for name, array in arrays.items()},
                min(self._size, rows - at),
            )
            for at in range(0, rows, self._size)
        ]
        return {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}

    async def _wait(self, arrays: Arrays, rows: int) -> Arrays:
        loop = asyncio.get_running_loop()
        waiting = _Waiting(arrays, rows, loop.create_future())
        self._queue.append(waiting)
        if self._runner is None:
            self._runner = loop.create_task(self._work())
        return await waiting.answer

    async def _work(self) -> None:
        """Compute batches until nobody waits."""
        loop = asyncio.get_running_loop()
        try:
            while batch := self._next():
                self._observe(sum(one.rows for one in batch))
                try:
                    results = await loop.run_in_executor(self._executor, self._together, batch)
                except Exception as error:
                    _fail(batch, error)
                else:
                    _share(batch, results)
        finally:
            self._runner = None

    def _next(self) -> list[_Waiting]:
        """The longest waiting, as many as a batch holds; who went away is left out."""
        batch: list[_Waiting] = []
        room = self._size
        while self._queue and self._queue[0].rows <= room:
            one = self._queue.popleft()
            if not one.answer.done():
                batch.append(one)
                room -= one.rows
        return batch

    def _together(self, batch: list[_Waiting]) -> Arrays:
        if len(batch) == 1:
            return self._run(batch[0].arrays)
        names = batch[0].arrays
        return self._run(
            {name: np.concatenate([one.arrays[name] for one in batch]) for name in names}
        )


def _share(batch: list[_Waiting], results: Arrays) -> None:
    at = 0
    for one in batch:
        rows = slice(at, at + one.rows)
        at += one.rows
        if not one.answer.done():
            one.answer.set_result({name: value[rows] for name, value in results.items()})


def _fail(batch: list[_Waiting], error: Exception) -> None:
    for one in batch:
        if not one.answer.done():
            one.answer.set_exception(error)
