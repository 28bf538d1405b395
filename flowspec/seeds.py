"""Seeds of rows, derived from other seeds by splitmix64, with NumPy.

Seed number k derived from the seed s is `mix(mix(s) + (k + 1) · γ)`, with splitmix64's finalizer
`mix` and increment γ, all modulo 2**64. Draws themselves are made in graphs, from the same words.

References: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014,
https://doi.org/10.1145/2714064.2660195
"""

from __future__ import annotations

from typing import Any

from flowspec.backend import np
from flowspec.splitmix import GAMMA, LAST_SHIFT, STEPS


def derived_seeds(seeds: Any, count: int, first: int = 0) -> Any:
    """Seeds derived from seeds: numbers `first` to `first + count` of each.

    Shapes: seeds `(B,)`, int64; returns `(B, count)`, int64.
    """
    start = _mix(np.array(seeds, np.int64, ndmin=1).view(np.uint64))
    steps = np.arange(1 + first, 1 + first + count, dtype=np.uint64) * _word(GAMMA)
    return _mix(start[:, np.newaxis] + steps).view(np.int64)


def row_seeds(seed: int, rows: int, first: int = 0) -> Any:
    """The seeds of rows from one integer: those of some rows without those before them.

    Args:
        seed: Any integer, taken modulo 2**64.
        rows: The number of rows, B.
        first: How many rows come before them.

    Returns:
        A NumPy array `(B,)`, int64.
    """
    key = np.array([int(seed) % 2**64], np.uint64).view(np.int64)
    return derived_seeds(key, rows, first)[0]


def _mix(words: Any) -> Any:
    for shift, factor in STEPS:
        words = (words ^ (words >> _word(shift))) * _word(factor)
    return words ^ (words >> _word(LAST_SHIFT))


def _word(value: int) -> Any:
    """As an array: a lone NumPy number warns where its product wraps."""
    return np.array([value], np.uint64)
