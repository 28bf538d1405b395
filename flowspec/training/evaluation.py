"""How well a flow describes rows: its mean negative log-likelihood on them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flowspec.backend import np
from flowspec.training.adapt import Moments


@dataclass(frozen=True, kw_only=True)
class Score:
    """The mean negative log-likelihood of rows.

    Attributes:
        rows: How many rows there were.
        negative_log_likelihood: The mean over the rows, in nats.
        standard_error: Its standard error, in nats; None for a single row.
        bits_per_dimension: The mean in bits, divided by the number of the event's features.
    """

    rows: int
    negative_log_likelihood: float
    standard_error: float | None
    bits_per_dimension: float


def score(log_probs: Iterable[Any], size: int) -> Score:
    """The score of rows.

    Args:
        log_probs: The log-densities of rows in nats, in batches `(B,)`; at least one row.
        size: The number of the event's features, D.
    """
    moments = Moments()
    for batch in log_probs:
        moments.add(-np.asarray(batch, np.float64)[:, np.newaxis])
    mean, rows = float(moments.mean[0]), moments.count
    variance = float(moments.squares[0]) / (rows - 1) if rows > 1 else None
    return Score(
        rows=rows,
        negative_log_likelihood=mean,
        standard_error=None if variance is None else math.sqrt(variance / rows),
        bits_per_dimension=mean / (size * math.log(2)),
    )
