"""Every layer in its place in a flow: what passes, what depends on what, how volume changes."""

from __future__ import annotations

import functools

import numpy as np
import pytest
import tensorflow as tf

from flowspec.plan import plan
from flowspec.spec import load_spec
from tests.laws.agreement import agree
from tests.laws.cases import CASES
from tests.laws.flows import ROWS, compiled, features, random, rows_of
from tests.laws.jacobian import jacobian, log_volume

LAYERS = [
    (case, layer)
    for case in CASES
    if case.family in ("layers", "transforms", "specs")
    for layer in plan(load_spec(case.node)).layers
    if layer.family == "layers"
]


def every_layer(trait):
    """Every layer that has a trait, with every transform, in both directions."""
    found = {
        f"{case}-{layer.path}-{'inverse' if inverse else 'forward'}": (case, layer, inverse)
        for case, layer in LAYERS
        if trait(layer)
        for inverse in (False, True)
    }
    names = ("case", "record", "inverse")
    return pytest.mark.parametrize(names, found.values(), ids=found.keys())


def run(case, record, inverse):
    """A layer on fixed values: these, the results, the ldj, the Jacobian."""
    return _run(case, record.path, inverse)


@functools.cache
def _run(case, path, inverse):
    flow = compiled(case)
    layer = flow.store.chain[path]
    # Inside the box of every spline: outside of it a feature passes unchanged.
    value = random("value").uniform(-2, 2, size=(ROWS, flow.plan.event.size))
    given = features(flow, layer, rows_of(case))
    result, ldj, matrix = jacobian(lambda point: layer(point, given, inverse=inverse), value)
    return value, result, ldj, matrix


def is_coupling(record):
    return record.mask is not None


def is_elementwise(record):
    return record.kind == "elementwise"


def is_permutation(record):
    return record.order is not None


@every_layer(is_coupling)
def test_features_that_a_coupling_masks_pass_bit_for_bit(case, record, inverse):
    value, result, _, _ = run(case, record, inverse)
    mask = np.array(record.mask)
    assert np.array_equal(result[:, mask], value[:, mask])
    assert not np.any(result[:, ~mask] == value[:, ~mask])


@every_layer(is_coupling)
def test_jacobian_of_a_coupling_is_zero_where_its_mask_says(case, record, inverse):
    _, _, _, matrix = run(case, record, inverse)
    mask = np.array(record.mask)
    identity = np.eye(record.features, dtype=bool)
    allowed = identity | (~mask[:, None] & mask[None, :])
    assert np.all(matrix[:, ~allowed] == 0)
    assert np.all(np.any(matrix != 0, axis=0) == allowed)
    assert np.all(matrix[:, mask] == identity[mask])


@every_layer(is_elementwise)
def test_jacobian_of_an_elementwise_layer_is_diagonal(case, record, inverse):
    _, _, _, matrix = run(case, record, inverse)
    identity = np.eye(record.features, dtype=bool)
    assert np.all((matrix != 0) == identity)


@every_layer(is_permutation)
def test_a_permutation_moves_features_as_planned_and_keeps_volume(case, record, inverse):
    value, result, ldj, _ = run(case, record, inverse)
    order = list(record.order)
    before, after = (result, value) if inverse else (value, result)
    assert np.array_equal(after, before[:, order])
    assert np.array_equal(ldj, np.zeros(ROWS))


@every_layer(lambda record: True)
def test_ldj_of_a_layer_is_that_of_its_jacobian_one_number_a_row(case, record, inverse):
    _, result, ldj, matrix = run(case, record, inverse)
    assert result.shape == (ROWS, record.features)
    assert ldj.shape == (ROWS,)
    agree("jacobian", "float64", ldj, log_volume(matrix))


@every_layer(lambda record: bool(record.moved) and any(record.moved))
def test_features_that_the_plan_calls_moved_are_those_that_change(case, record, inverse):
    value, result, _, _ = run(case, record, inverse)
    assert np.array_equal(np.all(result != value, axis=0), record.moved)


def test_couplings_with_an_alternating_mask_take_turns():
    coupling = {"kind": "coupling", "transform": {"kind": "affine"}}
    permutation = {"kind": "permutation"}
    node = {"flowspec": 1, "name": "law", "event": {"name": "point", "shape": [3]},
            "layers": [coupling, permutation, {"repeat": 3, "layers": [coupling]}]}  # fmt: skip
    masks = [layer.mask for layer in plan(load_spec(node)).layers if layer.mask]
    even, odd = (True, False, True), (False, True, False)
    assert masks == [even, odd, even, odd]


def test_a_row_of_a_layers_result_depends_on_its_own_row_alone():
    """The Jacobians of the laws, taken row by row, rest on it."""
    for case in CASES:
        flow, rows = compiled(case), rows_of(case)
        value = tf.constant(rows["latent"])
        for path, layer in flow.store.chain.items():
            with tf.GradientTape() as tape:
                tape.watch(value)
                result, ldj = layer(value, features(flow, layer, rows))
                first = tf.reduce_sum(result[0]) + tf.reshape(ldj, (-1,))[0]
            gradient = tape.gradient(first, value, unconnected_gradients="zero")
            assert not np.any(gradient[1:]), path
            value = result
