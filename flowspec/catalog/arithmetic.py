"""Small pure functions that several kinds share."""

from __future__ import annotations

import math
from typing import Any

from flowspec.backend import Tensor, tf


def numpy_dtype(like: Tensor) -> Any:
    """The NumPy dtype of a tensor's elements."""
    return tf.as_dtype(like.dtype).as_numpy_dtype


def bounded(raw: Tensor, bound: float) -> Tensor:
    """A value in (-bound, bound) with slope one at zero: `bound · tanh(raw / bound)`."""
    return bound * tf.math.tanh(raw / bound)


def inverse_softplus(value: float) -> float:
    """The number whose softplus is `value` > 0."""
    return value + math.log(-math.expm1(-value))
