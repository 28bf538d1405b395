"""Independent logistic distributions with a scale of their own: `x = T b (log u - log(1 - u))`."""

from __future__ import annotations

import math
from typing import Any, ClassVar, Literal

from flowspec.backend import Tensor, tf, tfp
from flowspec.catalog.base import Base
from flowspec.catalog.parts import Parts
from flowspec.catalog.scope import Scope
from flowspec.records import LayerRecord


class Logistic(Base):
    """Independent logistic distributions."""

    kind: Literal["logistic"]
    has_centre: ClassVar[bool] = True
    has_scale: ClassVar[bool] = True
    width: float = 0.5

    def plan(self, scope: Scope) -> LayerRecord:
        """Nothing to learn."""
        return scope.record("bases", self, identity_at_start=True)

    def raw(self, parts: Parts) -> Tensor | None:
        """None."""
        return None

    def uniforms(self, features: int) -> int:
        """One a feature."""
        return features

    def draw(self, uniforms: Tensor, raw: Tensor | None, features: int) -> Tensor:
        """Standard draws."""
        return logit(uniforms)

    def place(self, noise: Tensor, raw: Tensor | None, temperature: float) -> Tensor:
        """Scaled."""
        return temperature * self.width * noise

    def log_prob(self, latent: Tensor, raw: Tensor | None, temperature: float) -> Tensor:
        """The log-density."""
        return log_density(latent, self.width, temperature)

    def distribution(self, raw: Tensor | None, shape: Tensor, dtype: str) -> Any:
        """A `tfd.Independent`."""
        scale = tf.fill(shape, tf.constant(self.width, dtype))
        inner = tfp.distributions.Logistic(tf.zeros_like(scale), scale)
        return tfp.distributions.Independent(inner, 1)


def logit(u: Tensor) -> Tensor:
    """`log u - log(1 - u)`."""
    return tf.math.log(u) - tf.math.log1p(-u)


def log_density(latent: Tensor, width: float, temperature: float) -> Tensor:
    """The sum over features of `-z - 2 log(1 + exp(-z)) - log b`."""
    z = latent / (width * temperature)
    return tf.reduce_sum(-z - 2.0 * tf.math.softplus(-z) - math.log(width * temperature), -1)


EXAMPLES = """
- {kind: logistic}
"""
