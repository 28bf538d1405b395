"""Numbers above a bound: `y = low + softplus(u)`."""

from __future__ import annotations

from typing import Literal

from flowspec.backend import Tensor, np, tf
from flowspec.catalog.scope import Scope
from flowspec.catalog.support import Support


class Above(Support):
    """Numbers above a bound."""

    kind: Literal["above"]
    low: float

    @property
    def is_identity(self) -> bool:
        """It bends."""
        return False

    def check(self, scope: Scope) -> None:
        """Nothing can be wrong."""

    def constrain(self, u: Tensor) -> tuple[Tensor, Tensor]:
        """From the reals."""
        return self.low + tf.math.softplus(u), tf.math.log_sigmoid(u)

    def unconstrain(self, y: Tensor) -> tuple[Tensor, Tensor]:
        """To the reals."""
        inside = self.contains(y)
        size = tf.where(inside, y - self.low, tf.ones_like(y))
        u = size + tf.math.log(-tf.math.expm1(-size))
        return u, tf.where(inside, -tf.math.log_sigmoid(u), tf.constant(-np.inf, y.dtype))

    def contains(self, y: Tensor) -> Tensor:
        """Above it."""
        return y > self.low

    def text(self) -> str:
        """In words."""
        return f"the numbers above {self.low:g}"


EXAMPLES = """
- {kind: above, low: 2.0}
"""
