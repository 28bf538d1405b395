"""Sines of a vector: `f(c) = [sin(c), …, sin(n c)]`."""

from __future__ import annotations

from typing import ClassVar, Literal

from flowspec.backend import Tensor, tf
from flowspec.catalog.network import Encoder, KerasLayers


class Waves(Encoder):
    """Sines of a vector."""

    kind: Literal["waves"]
    accepts: ClassVar[frozenset[str]] = frozenset({"vector"})
    count: int = 2

    def features(self, size: int) -> int:
        """Several for each entry."""
        return self.count * size

    def encode(self, layers: KerasLayers, value: Tensor, size: int) -> Tensor:
        """The sines."""
        return tf.concat([tf.sin((index + 1.0) * value) for index in range(self.count)], -1)


EXAMPLES = """
- {kind: waves}
"""
