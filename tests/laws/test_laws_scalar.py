"""Transforms stay finite, gradients too, wherever a value or a raw parameter may go."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from flowspec.catalog import TRANSFORMS
from flowspec.laws.budget import KNOT_ULPS
from tests.laws.agreement import agree
from tests.laws.cases import every_dtype, examples
from tests.laws.flows import random

NODES = {
    f"{kind}-{i}": n
    for kind in TRANSFORMS.kinds
    for i, n in enumerate(examples("transforms", kind))
}
every_transform = pytest.mark.parametrize("node", NODES.values(), ids=NODES.keys())
every_direction = pytest.mark.parametrize("direction", ["forward", "inverse"])


def edges(transform, dtype):
    """The ends of its box and the knots between them while raw parameters are zero."""
    bound, bins = getattr(transform, "bound", 1.0), getattr(transform, "bins", 4)
    knots = np.linspace(-bound, bound, bins + 1).astype(dtype)
    return np.concatenate([knots, np.nextafter(knots, 0 * knots), np.nextafter(knots, 2 * knots)])


def values(transform, dtype):
    """Zero, the smallest and the largest sizes, both signs, and the edges, `(G,)`."""
    sizes = np.logspace(-30, 6, 37).astype(dtype)
    inside = random("inside").uniform(-6, 6, 20).astype(dtype)
    return np.concatenate([np.zeros(1, dtype), sizes, -sizes, inside, edges(transform, dtype)])


def raw_parameters(transform, dtype):
    """Zero, each parameter alone at ±30, all together in many signs, and inside, `(R, P)`."""
    count, numbers = transform.parameters, random("raw")
    alone = 30 * np.concatenate([np.eye(count), -np.eye(count)])
    signs = 30 * numbers.choice([-1, 1], size=(20, count))
    inside = numbers.uniform(-30, 30, size=(20, count))
    corners = 30 * np.array([[1] * count, [-1] * count, [(-1) ** k for k in range(count)]])
    return np.concatenate([np.zeros((1, count)), alone, signs, inside, corners]).astype(dtype)


def crossed(x, raw):
    """Every value with every raw parameters: `(R, G)` and `(R, G, P)`."""
    shape = (len(raw), len(x))
    return np.broadcast_to(x, shape), np.broadcast_to(raw[:, None], (*shape, raw.shape[-1]))


def run(transform, direction, x, raw):
    """The two results, and the gradient of each with respect to the value and to the raw."""
    x, raw = tf.constant(x), tf.constant(raw)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, raw])
        y, ldj = getattr(transform, direction)(x, raw)
    gradients = [
        g for of in (y, ldj) for g in tape.gradient(of, [x, raw], unconnected_gradients="zero")
    ]
    return y.numpy(), ldj.numpy(), [gradient.numpy() for gradient in gradients]


def over_ulps(transform, direction, x, raw):
    """How much value and ldj change over some ulps of x, which knots are rounded to as well."""
    ulp = KNOT_ULPS * np.spacing(np.maximum(np.abs(x), getattr(transform, "bound", 1.0)))
    y, ldj, _ = run(transform, direction, x, raw)
    near = [run(transform, direction, x + sign * ulp, raw) for sign in (-1, 1)]
    return tuple(
        np.max([np.abs(other[place] - here) for other in near], axis=0)
        for place, here in enumerate((y, ldj))
    )


@every_transform
@every_direction
@every_dtype
def test_results_and_gradients_of_a_transform_are_finite_everywhere(node, direction, dtype):
    transform = TRANSFORMS.make(node)
    x, raw = crossed(values(transform, dtype), raw_parameters(transform, dtype))
    y, ldj, gradients = run(transform, direction, x, raw)
    assert y.shape == ldj.shape == x.shape
    assert y.dtype == ldj.dtype == np.dtype(dtype)
    for result in (y, ldj, *gradients):
        assert np.isfinite(result).all()


@every_transform
@every_direction
def test_ldj_of_a_transform_is_the_log_of_its_slope(node, direction):
    transform = TRANSFORMS.make(node)
    inside = random("slope").uniform(-6, 6, 40)
    far = np.array([-1e6, -1e3, 1e3, 1e6])
    x, raw = crossed(np.concatenate([inside, far]), raw_parameters(transform, "float64"))
    _, ldj, (slope, *_) = run(transform, direction, x, raw)
    _, slack = over_ulps(transform, direction, x, raw)
    agree("slope", "float64", ldj, np.log(np.abs(slope)), slack)


@every_transform
@every_direction
@every_dtype
def test_a_transform_undoes_itself_at_its_edges_and_far_away(node, direction, dtype):
    transform = TRANSFORMS.make(node)
    other = "inverse" if direction == "forward" else "forward"
    raw = np.concatenate([np.zeros((1, transform.parameters)),
                          2 * random("mild").normal(size=(30, transform.parameters))])  # fmt: skip
    x, raw = crossed(values(transform, dtype), raw.astype(dtype))
    y, ldj, _ = run(transform, direction, x, raw)
    back, ldj_back, _ = run(transform, other, y, raw)
    value_slack, ldj_slack = over_ulps(transform, other, y, raw)
    agree("scalar", dtype, back, x, value_slack)
    agree("scalar", dtype, -ldj_back, ldj, ldj_slack + over_ulps(transform, direction, x, raw)[1])


@every_transform
@every_direction
@every_dtype
def test_a_transform_increases_or_decreases_throughout(node, direction, dtype):
    transform = TRANSFORMS.make(node)
    x, raw = crossed(np.sort(values(transform, dtype)), raw_parameters(transform, dtype))
    y, _, _ = run(transform, direction, x, raw)
    rounding = over_ulps(transform, direction, x, raw)[0] + np.spacing(np.abs(y))
    # Both ends of a step are rounded, in more than one operation each.
    steps, slack = np.diff(y, axis=-1), 4 * np.maximum(rounding[:, 1:], rounding[:, :-1])
    rising = np.all(steps >= -slack, axis=-1)
    falling = np.all(steps <= slack, axis=-1)
    assert np.all(rising | falling)


@every_transform
@every_direction
@every_dtype
def test_a_transform_of_a_nan_is_a_nan(node, direction, dtype):
    transform = TRANSFORMS.make(node)
    x, raw = crossed(np.array([np.nan, 0.5], dtype), raw_parameters(transform, dtype))
    y, _, _ = run(transform, direction, x, raw)
    assert np.array_equal(np.isnan(y), np.isnan(x))


@every_transform
@every_dtype
def test_a_transform_of_zero_parameters_is_the_identity_where_it_says_so(node, dtype):
    transform = TRANSFORMS.make(node)
    x, raw = crossed(values(transform, dtype), np.zeros((1, transform.parameters), dtype))
    if transform.identity_at_zero:
        y, ldj, _ = run(transform, "forward", x, raw)
        agree("identity", dtype, y, x)
        agree("identity", dtype, ldj, np.zeros_like(x))


@every_transform
def test_slopes_stay_within_the_limit_a_transform_promises(node):
    transform = TRANSFORMS.make(node)
    if transform.log_scale_limit is not None:
        x, raw = crossed(values(transform, "float64"), raw_parameters(transform, "float64"))
        for direction in ("forward", "inverse"):
            assert np.all(np.abs(run(transform, direction, x, raw)[1]) <= transform.log_scale_limit)
