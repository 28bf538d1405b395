"""Positive numbers.

`y = exp(u)`, on all reals, kept between the least and the greatest normal number of the dtype;
ldj = u.

Shapes: `(…, D)`.

Prefer it for sizes, prices and durations; with `standardize: true` on the event it is
indifferent to their unit.
"""

from __future__ import annotations

from typing import Any, Literal

from flowspec.backend import Tensor, np, tf
from flowspec.catalog.arithmetic import numpy_dtype
from flowspec.catalog.scope import Scope
from flowspec.catalog.support import Support


class Positive(Support):
    """Numbers above zero."""

    kind: Literal["positive"]

    @property
    def is_identity(self) -> bool:
        """The map is the exponential function."""
        return False

    def check(self, scope: Scope) -> None:
        """Nothing can be wrong."""

    def constrain(self, u: Tensor) -> tuple[Tensor, Tensor]:
        """`exp(u)`."""
        return constrain(u)

    def unconstrain(self, y: Tensor) -> tuple[Tensor, Tensor]:
        """`log(y)`."""
        return unconstrain(y)

    def contains(self, y: Tensor) -> Tensor:
        """Positive and finite."""
        return contains(y)

    def text(self) -> str:
        """In words."""
        return "the positive numbers"

    def limits(self, features: int) -> tuple[list[float | None], list[float | None]]:
        """Zero below, nothing above."""
        return [0.0] * features, [None] * features


def ends(y: Tensor) -> tuple[Any, Any]:
    """The least and the greatest normal number of the dtype."""
    info = np.finfo(numpy_dtype(y))
    return info.tiny, info.max


def constrain(u: Tensor) -> tuple[Tensor, Tensor]:
    """`exp(u)` and u."""
    least, greatest = ends(u)
    # Clipped before the exponential, whose gradient would be infinite beyond.
    clipped = tf.clip_by_value(u, np.log(least), np.log(greatest))
    return tf.clip_by_value(tf.exp(clipped), least, greatest), u


def unconstrain(y: Tensor) -> tuple[Tensor, Tensor]:
    """`log(y)` and its ldj, -inf outside."""
    u = tf.math.log(tf.clip_by_value(y, *ends(y)))
    return u, tf.where(contains(y), -u, tf.constant(-np.inf, y.dtype))


def contains(y: Tensor) -> Tensor:
    """Whether y is positive and finite."""
    return (y > 0) & (y < np.inf)


EXAMPLES = """
- {kind: positive}
"""
