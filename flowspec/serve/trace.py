"""What is known of a request while it is answered, for logs and metrics."""

from __future__ import annotations

import itertools
import re
import secrets
import time
from dataclasses import dataclass, field

from flowspec.serve.endpoint import Endpoint

_ID = re.compile(rb"[A-Za-z0-9._:/+=-]{1,128}")

_OURS = secrets.token_hex(8)
_NUMBERS = itertools.count(1)


@dataclass(slots=True)
class Trace:
    """A request that is being answered.

    Attributes:
        id: What it is called in logs and in the answer's header: the caller's name for it, or ours.
        protocol: How it was asked.
        endpoint: What was asked, once that is known.
        rows: How many rows it has, once that is known.
        reason: The slug of what was wrong with it.
        started: When it came, by a clock that only goes forward.
    """

    id: str
    protocol: str = "http"
    endpoint: Endpoint | None = None
    rows: int | None = None
    reason: str | None = None
    started: float = field(default_factory=time.perf_counter)

    @classmethod
    def of(cls, given: bytes | None) -> Trace:
        """The trace of a request whose caller gave it a name, or none."""
        if given is not None and _ID.fullmatch(given):
            return cls(given.decode())
        return cls(f"{_OURS}-{next(_NUMBERS)}")

    @property
    def labels(self) -> tuple[str, str, str, str]:
        """Flow, revision, output and protocol; nothing that a caller could make up."""
        asked = self.endpoint
        if asked is None:
            return "", "", "", self.protocol
        return asked.flow, str(asked.revision), asked.name, self.protocol
