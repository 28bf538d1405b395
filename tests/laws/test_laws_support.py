"""Supports: strictly inside, finite, and minus infinity outside."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from flowspec.catalog import SUPPORTS
from tests.laws.agreement import agree
from tests.laws.cases import CASES, every_dtype, examples
from tests.laws.flows import call, compiled, random, rows_of, tensors

NODES = {
    f"{kind}-{i}": n for kind in SUPPORTS.kinds for i, n in enumerate(examples("supports", kind))
}
every_support = pytest.mark.parametrize("node", NODES.values(), ids=NODES.keys())
supported = pytest.mark.parametrize(
    "case", [c for c in CASES if c.family in ("supports", "specs")], ids=str
)


def width(node):
    """The number of features that the options of a support are written for."""
    return max((len(value) for value in node.values() if isinstance(value, list)), default=1)


def reals(node, dtype):
    """Unconstrained values of every size, `(G, D)`, the same in every feature."""
    sizes = np.concatenate([np.logspace(-30, 6, 73), np.linspace(0.1, 110, 200), [708, 745]])
    column = np.concatenate([[0.0], sizes, -sizes])[:, None].astype(dtype)
    return np.tile(column, width(node))


def bounds(node):
    """The lower and the upper limit of each feature, infinite where there is none."""
    limits = SUPPORTS.make(node).limits(width(node)) or ([None], [None])
    for side, missing in zip(limits, (-np.inf, np.inf), strict=True):
        yield np.array([missing if limit is None else limit for limit in side])


def run(function, value):
    """The two results of a map, and the gradients of both."""
    value = tf.constant(value)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(value)
        result, ldj = function(value)
    gradients = [
        tape.gradient(of, value, unconnected_gradients="zero").numpy() for of in (result, ldj)
    ]
    return result.numpy(), ldj.numpy(), *gradients


@every_support
@every_dtype
def test_constrained_values_are_strictly_inside_and_finite_with_their_gradients(node, dtype):
    support = SUPPORTS.make(node)
    y, *others = run(support.constrain, reals(node, dtype))
    low, high = bounds(node)
    assert np.all((y > low) & (y < high))
    assert np.all(support.contains(tf.constant(y)))
    assert all(np.isfinite(array).all() for array in (y, *others))
    assert {array.dtype for array in (y, *others)} == {np.dtype(dtype)}


@every_support
@every_dtype
def test_constrain_never_decreases(node, dtype):
    y, *_ = run(SUPPORTS.make(node).constrain, np.sort(reals(node, dtype), axis=0))
    assert np.all(np.diff(y, axis=0) >= 0)


@every_support
@every_dtype
def test_unconstrained_values_and_gradients_are_finite_up_to_the_last_number_inside(node, dtype):
    support = SUPPORTS.make(node)
    y, *_ = run(support.constrain, reals(node, dtype))
    assert all(np.isfinite(array).all() for array in run(support.unconstrain, y))


@every_support
@every_dtype
def test_outside_the_value_is_that_of_the_nearest_inside_and_its_gradient_finite(node, dtype):
    support = SUPPORTS.make(node)
    for end, side in zip(bounds(node), (-1, 1), strict=True):
        if np.isfinite(end).all():
            steps = np.array([0, 1e-30, 1e-3, 1, 1e6])[:, None]
            beyond = (end + side * steps).astype(dtype)
            nearest = run(support.constrain, np.full_like(beyond, side * 1e30))[0]
            u, ldj, du, _ = run(support.unconstrain, beyond)
            assert not np.any(support.contains(tf.constant(beyond)))
            assert np.all(ldj == -np.inf)
            assert np.array_equal(u, run(support.unconstrain, nearest)[0])
            assert np.isfinite(du).all()


@every_support
@every_dtype
def test_a_support_map_undoes_itself_and_its_ldj_is_the_log_of_its_slope(node, dtype):
    support = SUPPORTS.make(node)
    u = random("support").uniform(-4, 4, size=(50, width(node))).astype(dtype)
    y, ldj, slope, _ = run(support.constrain, u)
    back, ldj_back, slope_back, bend_back = run(support.unconstrain, y)
    ulp = np.spacing(np.abs(y))
    agree("scalar", dtype, back, u, slope_back * ulp)
    agree("scalar", dtype, -ldj_back, ldj, np.abs(bend_back) * ulp)
    agree("slope", dtype, ldj, np.log(slope))


@supported
@every_dtype
def test_log_prob_is_minus_infinity_outside_the_support_and_nowhere_else(case, dtype):
    flow, rows = compiled(case, dtype), rows_of(case)
    support, size = SUPPORTS.make(flow.plan.event.support), flow.plan.event.size
    low, high = support.limits(size) or ([None] * size, [None] * size)
    outside = [-np.inf, np.inf]
    outside += [] if low[-1] is None else [low[-1], low[-1] - 1, low[-1] - 1e6]
    outside += [] if high[-1] is None else [high[-1], high[-1] + 1, high[-1] + 1e6]
    for value in outside:
        event = rows[case.event].copy()
        event[::2, -1] = value
        log_prob = call(flow, "log_prob", {**rows, case.event: event})["log_prob"]
        assert np.array_equal(np.isneginf(log_prob), np.arange(len(event)) % 2 == 0)
        assert not np.isnan(log_prob).any()


@supported
@every_dtype
@pytest.mark.parametrize(
    ("question", "given"), [("from_event", "event"), ("from_latent", "latent")]
)
def test_a_nan_in_a_row_makes_the_log_prob_of_that_row_a_nan(case, dtype, question, given):
    flow, rows = compiled(case, dtype), rows_of(case)
    name = case.event if given == "event" else given
    value = rows[name].copy()
    value[2, -1] = np.nan
    log_prob = call(flow, question, {**rows, name: value})["log_prob"]
    assert np.array_equal(np.isnan(log_prob), np.arange(len(value)) == 2)


@supported
@every_dtype
def test_log_prob_of_an_event_far_away_is_a_number_and_so_are_its_gradients(case, dtype):
    flow, rows = compiled(case, dtype), rows_of(case)
    latent = rows["latent"].copy()
    latent[0], latent[1], latent[2, 0], latent[3, -1] = 1e6, -1e6, 1e6, -1e6
    event = call(flow, "forward", {**rows, "latent": latent})[case.event]
    assert np.isfinite(event).all()
    variables = [variable.value for variable in flow.store.trainable_variables]
    with tf.GradientTape() as tape:
        log_prob = tensors(flow, "log_prob", {**rows, case.event: event})["log_prob"]
    assert np.isfinite(log_prob).all()
    gradients = tape.gradient(log_prob, variables)
    assert all(np.isfinite(gradient).all() for gradient in gradients)
