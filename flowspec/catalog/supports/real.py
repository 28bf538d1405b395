"""All real numbers; the map is the identity.

Shapes: `(…, D)`.
"""

from __future__ import annotations

from typing import Literal

from flowspec.backend import Tensor, np, tf
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
        return constrain(u)

    def unconstrain(self, y: Tensor) -> tuple[Tensor, Tensor]:
        """The value itself; for an infinite one zero and the ldj -inf."""
        return unconstrain(y)

    def contains(self, y: Tensor) -> Tensor:
        """Any but the infinite; NaN stays NaN."""
        return contains(y)

    def text(self) -> str:
        """In words."""
        return "the real numbers"


def constrain(u: Tensor) -> tuple[Tensor, Tensor]:
    """The value itself, and zero."""
    return u, tf.zeros_like(u)


def unconstrain(y: Tensor) -> tuple[Tensor, Tensor]:
    """The value itself, and zero; for an infinite one zero, and -inf."""
    inside, zero = contains(y), tf.zeros_like(y)
    return tf.where(inside, y, zero), tf.where(inside, zero, tf.constant(-np.inf, y.dtype))


def contains(y: Tensor) -> Tensor:
    """Whether y is finite or NaN."""
    return tf.logical_not(tf.math.is_inf(y))


EXAMPLES = """
- {kind: real}
"""
