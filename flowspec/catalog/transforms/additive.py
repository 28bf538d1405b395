"""Shift each feature.

`y = x + t`, `t = r₀`, on all reals; volume is preserved, ldj = 0.

Shapes: x `(…, D)`, raw `(…, D, 1)`.

References: Dinh, Krueger, Bengio, "NICE: Non-linear Independent Components Estimation", 2015,
https://arxiv.org/abs/1410.8516

Prefer it where volume must be preserved; add an affine layer to learn scales.
"""

from __future__ import annotations

from typing import Literal

from flowspec.backend import Tensor, tf
from flowspec.catalog.transform import Transform


class Additive(Transform):
    """Shift each feature."""

    kind: Literal["additive"]

    @property
    def parameters(self) -> int:
        """The shift."""
        return 1

    @property
    def log_scale_limit(self) -> float:
        """The slope is one."""
        return 0.0

    def forward(self, x: Tensor, raw: Tensor) -> tuple[Tensor, Tensor]:
        """Latent to event."""
        return shift(x, raw[..., 0])

    def inverse(self, y: Tensor, raw: Tensor) -> tuple[Tensor, Tensor]:
        """Event to latent."""
        return shift(y, -raw[..., 0])


def shift(x: Tensor, amount: Tensor) -> tuple[Tensor, Tensor]:
    """`x + amount` and zero."""
    shifted = x + amount
    return shifted, tf.zeros_like(shifted)


EXAMPLES = """
- {kind: additive}
"""
