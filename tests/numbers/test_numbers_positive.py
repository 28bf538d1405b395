"""The map onto the positive numbers against TFP, and at the ends of what a dtype can say."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

from flowspec.catalog.supports.positive import Positive

POSITIVE = Positive(kind="positive")
DTYPES = ["float32", "float64"]


def test_both_directions_are_those_of_tfp(agree):
    u = np.linspace(-300, 300, 61).reshape(-1, 1)
    reference = tfp.bijectors.Exp()
    y, ldj = POSITIVE.constrain(tf.constant(u))
    agree(y, reference.forward(u), scale=0.0)
    agree(ldj, reference.forward_log_det_jacobian(u))
    back, inverse_ldj = POSITIVE.unconstrain(y)
    agree(back, u)
    agree(inverse_ldj, reference.inverse_log_det_jacobian(y))


@pytest.mark.parametrize("dtype", DTYPES)
def test_events_stay_positive_and_finite(dtype):
    u = tf.constant([[-1e30], [-1e6], [-1e3], [-80.0], [80.0], [1e3], [1e6], [1e30]], dtype)
    y, ldj = POSITIVE.constrain(u)
    info = np.finfo(dtype)
    assert np.all((np.asarray(y) >= info.tiny) & (np.asarray(y) <= info.max))
    assert np.all(np.isfinite(ldj))


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_ends_of_the_dtype_are_inside(agree, dtype):
    info = np.finfo(dtype)
    y = np.array([[info.tiny], [info.max]])
    u, ldj = POSITIVE.unconstrain(tf.constant(y))
    agree(u, np.log(y.astype(np.float64)), 1e-6 if dtype == "float32" else 1e-15)
    agree(ldj, -np.log(y.astype(np.float64)), 1e-6 if dtype == "float32" else 1e-15)


@pytest.mark.parametrize("dtype", DTYPES)
def test_outside_the_ldj_is_minus_infinity(dtype):
    y = tf.constant([[0.0], [-1.0], [-np.inf], [np.inf]], dtype)
    u, ldj = POSITIVE.unconstrain(y)
    np.testing.assert_array_equal(ldj, np.full((4, 1), -np.inf))
    assert np.all(np.isfinite(u))
