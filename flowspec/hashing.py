"""Choices made by a written rule: seeds of initializers, random masks and random orders.

The rule is SHA-256 over the parts joined by `/`, so that a plan is the same on every machine and
in every Python version, and needs neither NumPy nor TensorFlow.
"""

from __future__ import annotations

import hashlib


def hash_bits(*parts: object, bits: int = 64) -> int:
    """An integer below 2**bits: the first bits of SHA-256 over `parts` joined by `/`."""
    digest = hashlib.sha256("/".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest, "big") >> (256 - bits)


def shuffled(count: int, *parts: object) -> tuple[int, ...]:
    """The numbers 0 to count - 1, ordered by the hash of `parts` and the number."""
    return tuple(sorted(range(count), key=lambda index: hash_bits(*parts, index)))
