"""Small pure functions that several kinds share."""

from __future__ import annotations

import math
from typing import Any

from flowspec.backend import Tensor, tf


def numpy_dtype(like: Tensor) -> Any:
    """The NumPy dtype of a tensor's elements."""
    return tf.as_dtype(like.dtype).as_numpy_dtype


def per_feature(flat: Tensor, parameters: int) -> Tensor:
    """The outputs of a network, P to a feature. Shapes: flat `(N, D·P)`; returns `(N, D, P)`."""
    return tf.reshape(flat, (-1, flat.shape[-1] // parameters, parameters))


def bounded(raw: Tensor, bound: float) -> Tensor:
    """A value in (-bound, bound) with slope one at zero: `bound · tanh(raw / bound)`."""
    return bound * tf.math.tanh(raw / bound)


def inverse_softplus(value: float) -> float:
    """The number whose softplus is `value` > 0."""
    return value + math.log(-math.expm1(-value))
