"""What a service may be told: how much it takes at once, how long it waits, who may ask."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """The options of a service.

    Attributes:
        max_body: The most bytes of a request's body, also once it is decompressed.
        max_bodies: The most bytes that bodies may have together while they are read, those of
            small requests aside.
        max_rows: The most rows of a request, each counted once for each of its draws.
        max_values: The most numbers that a request may hold, and an answer.
        max_queue: The most rows that may wait, of all requests together.
        max_batch: The most rows that are computed at once.
        deadline: Seconds after which a request that was not answered is given up.
        token: What callers say as `Authorization: Bearer TOKEN`; None lets everybody ask.
        watch: Seconds between looks for a bundle that was saved anew; 0 never looks.
        xla: Whether signatures are compiled with XLA, for each of the batch sizes.
        access_log: Whether requests that went well are logged.
    """

    max_body: int = 32 * 1024 * 1024
    max_bodies: int = 256 * 1024 * 1024
    max_rows: int = 65_536
    max_values: int = 4 * 1024 * 1024
    max_queue: int = 262_144
    max_batch: int = 1024
    deadline: float = 30.0
    token: str | None = None
    watch: float = 2.0
    xla: bool = False
    access_log: bool = True

    @property
    def batch_sizes(self) -> tuple[int, ...]:
        """The numbers of rows that are computed at once: fewer are padded to the next."""
        sizes = [1]
        while sizes[-1] < self.max_batch:
            sizes.append(min(4 * sizes[-1], self.max_batch))
        return tuple(sizes)
