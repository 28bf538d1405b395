"""Several reflections: `y = x - 2 v (v · x) / (v · v)`, one vector after the other."""

from __future__ import annotations

from typing import Literal

from flowspec.backend import Tensor, tf
from flowspec.catalog.layer import Layer
from flowspec.catalog.parts import Parts
from flowspec.catalog.scope import Scope
from flowspec.records import LayerRecord


class Reflections(Layer):
    """Several reflections."""

    kind: Literal["reflections"]
    count: int = 2

    def plan(self, scope: Scope) -> LayerRecord:
        """A vector for each."""
        names = [f"vector_{index}" for index in range(self.count)]
        own = tuple(scope.variable(name, (scope.features,), "ones") for name in names)
        return scope.record("layers", self, moved=(True,) * scope.features, own=own)

    def forward(self, value: Tensor, parts: Parts) -> tuple[Tensor, Tensor]:
        """Latent to event."""
        for index in range(self.count):
            value = reflected(value, parts.variable(f"vector_{index}"))
        return value, tf.zeros_like(value[:, 0])

    def inverse(self, value: Tensor, parts: Parts) -> tuple[Tensor, Tensor]:
        """Event to latent."""
        for index in reversed(range(self.count)):
            value = reflected(value, parts.variable(f"vector_{index}"))
        return value, tf.zeros_like(value[:, 0])


def reflected(value: Tensor, vector: Tensor) -> Tensor:
    """The mirror image."""
    along = tf.reduce_sum(value * vector, -1, keepdims=True) / tf.reduce_sum(vector**2)
    return value - 2.0 * along * vector


EXAMPLES = """
- {kind: reflections}
"""
