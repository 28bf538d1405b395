"""All real numbers; the map is the identity.

Shapes: `(…, D)`.
"""

from __future__ import annotations

from typing import Literal

from flowspec.backend import Tensor, tf
from flowspec.catalog.scope import Scope
from flowspec.catalog.support import Support


class Real(Support):
    """All real numbers."""

    kind: Literal["real"]

    @property
    def is_identity(self) -> bool:
        """It is."""
        return True

    def check(self, scope: Scope) -> None:
        """Nothing can be wrong."""

    def constrain(self, u: Tensor) -> tuple[Tensor, Tensor]:
        """The value itself."""
        return u, tf.zeros_like(u)

    def unconstrain(self, y: Tensor) -> tuple[Tensor, Tensor]:
        """The value itself."""
        return y, tf.zeros_like(y)

    def contains(self, y: Tensor) -> Tensor:
        """Finite values."""
        return tf.math.is_finite(y)

    def text(self) -> str:
        """In words."""
        return "the real numbers"


EXAMPLES = """
- {kind: real}
"""
