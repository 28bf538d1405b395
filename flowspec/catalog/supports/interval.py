"""Numbers strictly between two bounds, the same or one pair per feature.

`y = low + (high - low) · sigmoid(2u) = middle + half · tanh(u)`, on all reals, computed from the
nearer bound so that values close to it keep their precision; a value that would round to a
bound becomes the nearest number inside. ldj = log half + 2 (log 2 - |u| - softplus(-2|u|)).

Shapes: `(…, D)`.

References: Haarnoja, Zhou, Abbeel, Levine, "Soft Actor-Critic", 2018, appendix C,
https://arxiv.org/abs/1801.01290
"""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field

from flowspec.backend import Tensor, np, tf
from flowspec.catalog.arithmetic import numpy_dtype
from flowspec.catalog.choice import ScalarOrList
from flowspec.catalog.facet import SEEN
from flowspec.catalog.scope import Scope
from flowspec.catalog.support import Support

Bound = Annotated[float, Field(allow_inf_nan=False)]


class Interval(Support):
    """Numbers strictly between `low` and `high`."""

    kind: Literal["interval"]
    low: Annotated[ScalarOrList[Bound], SEEN]
    """The lower bound, not itself in the support; a list has one for each feature."""
    high: Annotated[ScalarOrList[Bound], SEEN]
    """The upper bound, not itself in the support; a list has one for each feature."""

    @property
    def is_identity(self) -> bool:
        """The map is a scaled hyperbolic tangent."""
        return False

    def check(self, scope: Scope) -> None:
        """The bounds fit the features, are in order, and leave room between them."""
        for key, bound in (("low", self.low), ("high", self.high)):
            if isinstance(bound, tuple) and len(bound) != scope.features:
                scope.problem(
                    "wrong-length",
                    f"`{key}` has {len(bound)} bounds for {scope.features} features", key,
                    expected=f"{scope.features} numbers, or one", got=str(len(bound)),
                )  # fmt: skip
                return
        pairs = zip(*self.limits(scope.features), strict=True)
        for index, (low, high) in enumerate(pairs):
            if not high - low > 64 * EPSILON[scope.dtype] * max(abs(low), abs(high)):
                key = ("high", index) if isinstance(self.high, tuple) else ("high",)
                scope.problem(
                    "empty-interval",
                    f"there is no room between {low:g} and {high:g} in {scope.dtype}",
                    *key, expected=f"a number above {low:g}", got=f"{high:g}",
                )  # fmt: skip
                return

    def constrain(self, u: Tensor) -> tuple[Tensor, Tensor]:
        """From the reals to the interval."""
        return constrain(u, self.low, self.high)

    def unconstrain(self, y: Tensor) -> tuple[Tensor, Tensor]:
        """From the interval to the reals."""
        return unconstrain(y, self.low, self.high)

    def contains(self, y: Tensor) -> Tensor:
        """Strictly between the bounds."""
        return contains(y, self.low, self.high)

    def text(self) -> str:
        """In words."""
        return f"the open interval from {_text(self.low)} to {_text(self.high)}"

    def limits(self, features: int) -> tuple[list[Any], list[Any]]:
        """The bounds of each feature."""
        return _spread(self.low, features), _spread(self.high, features)


EPSILON = {"float32": 2.0**-23, "float64": 2.0**-52}


class Ends(NamedTuple):
    """The bounds, half their distance, and the outermost numbers strictly inside."""

    low: Any
    high: Any
    half: Any
    first: Any
    last: Any


def ends(low: Any, high: Any, like: Tensor) -> Ends:
    """The ends of the interval in the dtype of `like`, as NumPy arrays."""
    dtype = numpy_dtype(like)
    below, above = np.broadcast_arrays(np.asarray(low, dtype), np.asarray(high, dtype))
    half = ((np.asarray(high, np.float64) - np.asarray(low, np.float64)) / 2).astype(dtype)
    # Next to a bound of zero the nearest number is subnormal, which TensorFlow flushes to zero.
    room = np.finfo(dtype).tiny * np.maximum(half, 1)
    first = np.maximum(np.nextafter(below, above), below + room)
    last = np.minimum(np.nextafter(above, below), above - room)
    return Ends(below, above, half, first, last)


def constrain(u: Tensor, low: Any, high: Any) -> tuple[Tensor, Tensor]:
    """`middle + half · tanh(u)` and its ldj."""
    at = ends(low, high, u)
    distance = 2.0 * at.half * tf.math.sigmoid(-2.0 * tf.abs(u))
    y = tf.where(u < 0, at.low + distance, at.high - distance)
    size = tf.abs(u)
    ldj = np.log(at.half) + 2.0 * (math.log(2.0) - size - tf.math.softplus(-2.0 * size))
    return tf.clip_by_value(y, at.first, at.last), ldj


def unconstrain(y: Tensor, low: Any, high: Any) -> tuple[Tensor, Tensor]:
    """`artanh((y - middle) / half)` and its ldj, -inf outside."""
    at = ends(low, high, y)
    inside = tf.clip_by_value(y, at.first, at.last)
    above = tf.math.log((inside - at.low) / at.half)
    below = tf.math.log((at.high - inside) / at.half)
    ldj = -(above + below + np.log(at.half))
    outside = tf.constant(-np.inf, y.dtype)
    return 0.5 * (above - below), tf.where(contains(y, low, high), ldj, outside)


def contains(y: Tensor, low: Any, high: Any) -> Tensor:
    """Whether y is strictly between the bounds."""
    at = ends(low, high, y)
    return (y > at.low) & (y < at.high)


def _spread(bound: float | tuple[float, ...], features: int) -> list[float]:
    return list(bound) if isinstance(bound, tuple) else [bound] * features


def _text(bound: float | tuple[float, ...]) -> str:
    return str(list(bound)) if isinstance(bound, tuple) else f"{bound:g}"


EXAMPLES = """
- {kind: interval, low: -1.0, high: 1.0}
- {kind: interval, low: 0, high: 250}
"""
