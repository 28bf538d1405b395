"""Scale and shift each feature.

`y = x · exp(s) + t`, `s = bound · tanh(r₁ / bound)`, `t = r₀`, on all reals. The log-scale is
bounded so that a deep flow stays within float32.

Shapes: x `(…, D)`, raw `(…, D, 2)`.

References: Dinh, Sohl-Dickstein, Bengio, "Density estimation using Real NVP", 2017,
https://arxiv.org/abs/1605.08803

Prefer it for speed and for densities close to the base's shape; a spline bends further.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from flowspec.backend import Tensor, tf
from flowspec.catalog.arithmetic import bounded
from flowspec.catalog.transform import Transform


class Affine(Transform):
    """Scale and shift each feature, the log-scale bounded."""

    kind: Literal["affine"]
    log_scale_bound: Annotated[float, Field(gt=0, le=20)] = 3.0
    """The log-scale stays strictly between minus this and this."""

    @property
    def parameters(self) -> int:
        """Shift and log-scale."""
        return 2

    @property
    def log_scale_limit(self) -> float:
        """The bound of the log-scale."""
        return self.log_scale_bound

    def forward(self, x: Tensor, raw: Tensor) -> tuple[Tensor, Tensor]:
        """Latent to event."""
        return forward(x, raw, self.log_scale_bound)

    def inverse(self, y: Tensor, raw: Tensor) -> tuple[Tensor, Tensor]:
        """Event to latent."""
        return inverse(y, raw, self.log_scale_bound)


def forward(x: Tensor, raw: Tensor, bound: float) -> tuple[Tensor, Tensor]:
    """`x · exp(s) + t` and `s`."""
    log_scale = bounded(raw[..., 1], bound)
    y = x * tf.exp(log_scale) + raw[..., 0]
    return y, tf.broadcast_to(log_scale, tf.shape(y))


def inverse(y: Tensor, raw: Tensor, bound: float) -> tuple[Tensor, Tensor]:
    """`(y - t) · exp(-s)` and `-s`."""
    log_scale = bounded(raw[..., 1], bound)
    x = (y - raw[..., 0]) * tf.exp(-log_scale)
    return x, tf.broadcast_to(-log_scale, tf.shape(x))


EXAMPLES = """
- {kind: affine}
- {kind: affine, log_scale_bound: 1.5}
"""
