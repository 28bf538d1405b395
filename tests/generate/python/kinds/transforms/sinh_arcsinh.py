"""Heavier or lighter tails.

`y = sinh((arsinh(x) + t) · exp(s))`, `t = r₀`, `s = bound · tanh(r₁ / bound)`.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from flowspec.backend import Tensor, tf
from flowspec.catalog.arithmetic import bounded
from flowspec.catalog.transform import Transform

HALF = 0.5


class SinhArcsinh(Transform):
    """Heavier or lighter tails."""

    kind: Literal["sinh_arcsinh"]
    tail_bound: float = 2.0
    shifted: bool = True

    @property
    def parameters(self) -> int:
        """Shift and log-scale."""
        return 2

    def forward(self, x: Tensor, raw: Tensor) -> tuple[Tensor, Tensor]:
        """Latent to event."""
        tail = tail_of(raw, self.tail_bound)
        if not self.shifted:
            tail = tail._replace(shift=tf.zeros_like(tail.shift))
        return forward(x, tail)

    def inverse(self, y: Tensor, raw: Tensor) -> tuple[Tensor, Tensor]:
        """Event to latent."""
        tail = tail_of(raw, self.tail_bound)
        x = tf.sinh(tf.asinh(y) * tf.exp(-tail.log_scale) - tail.shift)
        return x, -forward(x, tail)[1]


class Tail(NamedTuple):
    """What bends a value."""

    shift: Tensor
    log_scale: Tensor


def tail_of(raw: Tensor, bound: float) -> Tail:
    """From raw parameters."""
    return Tail(raw[..., 0], bounded(raw[..., 1], bound))


def forward(x: Tensor, tail: Tail) -> tuple[Tensor, Tensor]:
    """The bent value, and the log of the slope."""
    # The slope of arsinh is 1 / √(1 + x²).
    inner = (tf.asinh(x) + tail.shift) * tf.exp(tail.log_scale)
    return tf.sinh(inner), tail.log_scale + log_cosh(inner) - HALF * tf.math.log1p(x**2)


def log_cosh(x: Tensor) -> Tensor:
    """`log cosh x`, for large x too."""
    return tf.abs(x) + tf.math.softplus(-2.0 * tf.abs(x)) - tf.math.log(2.0 + tf.zeros_like(x))


EXAMPLES = """
- {kind: sinh_arcsinh}
"""
