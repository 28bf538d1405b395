"""The map onto an interval against TFP and against fifty digits, to the bounds and in float32."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

import flowspec
from flowspec.catalog.supports.interval import Interval

INTERVALS = [(-1, 1), (0, 1), (-1, 0), (0, 250), (-3, 1e4), (-1e-3, 5), (-7, 0.5), (2, 2.5)]
each_interval = pytest.mark.parametrize(("low", "high"), INTERVALS)


def interval(low: float, high: float) -> Interval:
    return Interval(kind="interval", low=low, high=high)


def tfp_interval(low: Any, high: Any) -> Any:
    tfb, low, high = tfp.bijectors, np.float64(low), np.float64(high)
    return tfb.Chain([tfb.Shift((high + low) / 2), tfb.Scale((high - low) / 2), tfb.Tanh()])


def exact(number: Any) -> Any:
    """The number that is stored, in fifty digits."""
    return mpmath.mpf(float(number))


def precise_forward(u: Any, low: Any, high: Any) -> tuple[Any, Any, Any]:
    """The event, its distance from the nearer bound, and the ldj."""
    u, low, high = exact(u), exact(low), exact(high)
    half = (high - low) / 2
    event = low + half * (1 + mpmath.tanh(u))
    distance = 2 * half / (1 + mpmath.exp(2 * abs(u)))
    return event, distance, mpmath.log(half) - 2 * mpmath.log(mpmath.cosh(u))


def precise_inverse(y: Any, low: Any, high: Any) -> tuple[Any, Any]:
    y, low, high = exact(y), exact(low), exact(high)
    half = (high - low) / 2
    u = (mpmath.log(y - low) - mpmath.log(high - y)) / 2
    return u, -mpmath.log((y - low) * (high - y) / half)


def columns(pairs: list[tuple[Any, ...]]) -> list[np.ndarray]:
    return [np.array([[float(value)] for value in column]) for column in zip(*pairs, strict=True)]


def near_bounds(low: float, high: float, dtype: type) -> np.ndarray:
    """Numbers from the outermost ones inside to the middle, denser towards the bounds."""
    low, high = dtype(low), dtype(high)
    shares = np.array([0.5, 0.3, 0.1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-8, 1e-12], dtype)
    found = [*(low + shares * (high - low)), *(high - shares * (high - low))]
    for end, other in [(low, high), (high, low)]:
        if end != 0:
            first = np.nextafter(end, other, dtype=dtype)
            found += [first, np.nextafter(first, other, dtype=dtype)]
        else:
            found += [np.copysign(np.finfo(dtype).tiny, other) * dtype(max(abs(other), 1))]
    inside = np.unique(np.array(found, dtype))
    return inside[(inside > low) & (inside < high)]


# --- float64 --------------------------------------------------------------------------------------


@each_interval
def test_both_directions_are_those_of_tfp(agree, low, high):
    u = np.linspace(-5, 5, 31)[:, np.newaxis]
    reference = tfp_interval(low, high)
    y, ldj = interval(low, high).constrain(tf.constant(u))
    agree(y, reference.forward(u), scale=high - low)
    agree(ldj, reference.forward_log_det_jacobian(u))
    back, ldj = interval(low, high).unconstrain(y)
    agree(back, u)
    agree(ldj, reference.inverse_log_det_jacobian(y), 1e-9)


@each_interval
def test_forward_is_right_to_ten_digits_up_to_eighteen(agree, low, high):
    u = np.array([0, 1e-9, 0.1, 0.5, 1, 2, 3.7, 6, 9, 12, 15, 17.9, 18.0])
    u = np.concatenate([-u[:0:-1], u])
    with mpmath.workdps(50):
        expected, _, slopes = columns([precise_forward(value, low, high) for value in u])
    y, ldj = interval(low, high).constrain(tf.constant(u[:, np.newaxis]))
    agree(y, expected, 1e-15, scale=max(abs(low), abs(high)))
    agree(ldj, slopes)


@each_interval
def test_next_to_a_bound_of_zero_every_digit_is_kept(agree, low, high):
    sides = [sign for sign, bound in [(-1, low), (1, high)] if bound == 0]
    u = np.array([sign * size for sign in sides for size in (1.0, 5.0, 18.0, 40.0, 200.0)])
    with mpmath.workdps(50):
        pairs = [precise_forward(value, low, high) for value in u]
    y, _ = interval(low, high).constrain(tf.constant(u[:, np.newaxis]))
    agree(np.abs(y).ravel(), np.array([float(distance) for _, distance, _ in pairs]), scale=0.0)


@each_interval
def test_inverse_and_its_ldj_are_right_to_ten_digits_at_the_bounds(agree, low, high):
    y = near_bounds(low, high, np.float64)
    with mpmath.workdps(50):
        expected, slopes = columns([precise_inverse(value, low, high) for value in y])
    u, ldj = interval(low, high).unconstrain(tf.constant(y[:, np.newaxis]))
    agree(u, expected)
    agree(ldj, slopes)


def test_every_feature_has_its_own_bounds(agree):
    low, high = (-1.0, 0.0, -3.0, 2.0), (1.0, 250.0, 1e4, 2.5)
    u = np.random.default_rng(1).normal(0, 2, (20, 4))
    support, reference = Interval(kind="interval", low=low, high=high), tfp_interval(low, high)
    y, ldj = support.constrain(tf.constant(u))
    agree(y, reference.forward(u), scale=1e4)
    agree(ldj, reference.forward_log_det_jacobian(u))
    back, inverse_ldj = support.unconstrain(y)
    agree(back, u)
    agree(inverse_ldj, -reference.forward_log_det_jacobian(u))


def test_one_bound_may_be_shared_and_the_other_a_list(agree):
    u = np.random.default_rng(1).normal(0, 2, (20, 3))
    y, _ = Interval(kind="interval", low=-1.0, high=(1.0, 2.0, 3.0)).constrain(tf.constant(u))
    agree(y, tfp_interval(-1.0, (1.0, 2.0, 3.0)).forward(u))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@each_interval
def test_events_stay_strictly_inside_and_the_ldj_finite(low, high, dtype):
    u = np.array([0.0, 1, 8, 20, 50, 90, 400, 1e6, 1e30])
    u = tf.constant(np.concatenate([-u, u])[:, np.newaxis], dtype)
    y, ldj = interval(low, high).constrain(u)
    stored = np.asarray(y).astype(np.float64)
    assert np.all((stored > np.array(low, dtype)) & (stored < np.array(high, dtype)))
    back, inverse_ldj = interval(low, high).unconstrain(y)
    assert np.all(np.isfinite(ldj))
    assert np.all(np.isfinite(back))
    assert np.all(np.isfinite(inverse_ldj))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@each_interval
def test_at_and_outside_the_bounds_the_ldj_is_minus_infinity(low, high, dtype):
    kind = np.dtype(dtype).type
    y = np.array([kind(low), kind(high), low - 1.0, high + 1.0, -np.inf, np.inf], dtype)
    u, ldj = interval(low, high).unconstrain(tf.constant(y[:, np.newaxis]))
    np.testing.assert_array_equal(ldj, np.full((6, 1), -np.inf))
    assert np.all(np.isfinite(u))


# --- float32, as actions are stored ---------------------------------------------------------------


@each_interval
def test_in_float32_the_inverse_is_right_for_the_stored_number(agree, low, high):
    y = near_bounds(low, high, np.float32)
    with mpmath.workdps(50):
        ends = np.float32(low), np.float32(high)
        expected, slopes = columns([precise_inverse(value, *ends) for value in y])
    u, ldj = interval(low, high).unconstrain(tf.constant(y[:, np.newaxis]))
    agree(u, expected, 1e-6)
    agree(ldj, slopes, 1e-6)


@pytest.mark.parametrize("xla", [False, True])
@each_interval
def test_in_float32_the_forward_is_right_next_to_zero(agree, low, high, xla):
    sides = [sign for sign, bound in [(-1, low), (1, high)] if bound == 0]
    u = np.array([s * size for s in sides for size in (0.1, 3, 8, 9.5, 12, 20, 40)], np.float32)
    with mpmath.workdps(50):
        pairs = [precise_forward(value, low, high) for value in u]
    run = tf.function(interval(low, high).constrain, jit_compile=xla)
    y, _ = run(tf.constant(u[:, np.newaxis]))
    agree(np.abs(y).ravel(), np.array([float(pair[1]) for pair in pairs]), 1e-6, scale=0.0)


def shifted_normal(low: float, high: float) -> Any:
    """A normal of the unconstrained event, moved so that it is not symmetric, in float32."""
    flow = flowspec.compile(
        {
            "flowspec": 1,
            "name": "shifted",
            "event": {"shape": [1], "support": {"kind": "interval", "low": low, "high": high}},
            "layers": [{"kind": "elementwise", "transform": {"kind": "affine"}}],
        }
    )
    flow.variables["layers.0.raw"].assign([[0.5, 0.8]])
    return flow


def latents(before: np.ndarray) -> np.ndarray:
    """The latents of a shifted normal that become these numbers before they are squashed."""
    return ((before - 0.5) / np.exp(3 * np.tanh(0.8 / 3)))[:, np.newaxis]


def precise_log_prob(y: Any, low: float, high: float) -> tuple[Any, Any]:
    """The log_prob, and the size of its greatest term, to which the precision is relative."""
    u, ldj = precise_inverse(y, np.float32(low), np.float32(high))
    log_scale = 3 * mpmath.tanh(exact(np.float32(0.8)) / 3)
    z = (u - mpmath.mpf(0.5)) * mpmath.exp(-log_scale)
    base = -(z**2) / 2 - mpmath.log(2 * mpmath.pi) / 2 - log_scale
    return base + ldj, 1 + max(abs(base), abs(ldj))


@each_interval
def test_the_log_prob_of_stored_events_is_that_of_the_stored_number(agree, low, high):
    flow = shifted_normal(low, high)
    drawn = flow.forward(latents(np.arange(-20, 20.5, 0.5))).ravel()
    y = np.concatenate([drawn, near_bounds(low, high, np.float32)])
    with mpmath.workdps(50):
        expected, scale = columns([precise_log_prob(value, low, high) for value in y])
    found = flow.log_prob(y[:, np.newaxis])
    assert found.dtype == np.float32
    assert np.all(np.isfinite(found))
    agree(found, expected.ravel(), 1e-6, scale=scale.ravel())


def test_the_saturated_events_are_next_to_the_bounds():
    flow = shifted_normal(-1, 1)
    distance = 1 - np.abs(flow.forward(latents(np.array([-20, -9.0, 9.0, 20]))))
    np.testing.assert_array_equal(distance, np.full((4, 1), np.spacing(np.float32(0.5))))
