"""Training reaches every variable that the plan calls trainable, and no other."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from flowspec.diagnostics import SpecError
from flowspec.plan import plan
from flowspec.spec import load_spec
from tests.laws.cases import CASES, every_case
from tests.laws.flows import compiled, fresh, rows_of, tensors

FREEZING = ("layers.0", "layers.0.conditioner", "layers.1", "base", "context.given.encoder")
"""Places of the spec that may say `trainable: false`; the paths of their variables begin so."""


def frozen_cases():
    """The first case of each kind with variables at a place that can be frozen."""
    found = {}
    for case in CASES:
        for place in FREEZING:
            try:
                planned = plan(load_spec(case.node, [f"{place}.trainable=false"]))
            except SpecError:
                continue
            if any(variable.path.startswith(f"{place}.") for variable in planned.variables):
                key = "-".join([*str(case).split("-")[:2], place])
                found.setdefault(key, (case, place))
    return pytest.mark.parametrize(("case", "place"), found.values(), ids=found.keys())


@every_case
def test_log_prob_has_a_gradient_for_every_planned_trainable_variable(case):
    flow, rows = compiled(case), rows_of(case)
    paths = [record.path for record in flow.plan.variables if record.trainable]
    with tf.GradientTape() as tape:
        mean = tf.reduce_mean(tensors(flow, "log_prob", rows)["log_prob"])
    found = tape.gradient(mean, [flow.variables[path].value for path in paths])
    for path, gradient in zip(paths, found, strict=True):
        assert gradient is not None, path
        numbers = tf.convert_to_tensor(gradient).numpy()
        assert np.isfinite(numbers).all(), path
        assert np.any(numbers != 0), path


@every_case
def test_keras_trains_the_variables_that_are_planned_as_trainable_and_no_others(case):
    flow = compiled(case)
    for record in flow.plan.variables:
        assert flow.variables[record.path].trainable is record.trainable
    trained = {id(variable) for variable in flow.store.trainable_variables}
    planned = {id(flow.variables[r.path]) for r in flow.plan.variables if r.trainable}
    assert trained == planned


@frozen_cases()
def test_a_place_that_says_so_is_frozen_with_all_below_it_and_nothing_else(case, place):
    flow, whole = fresh(case, "float64", f"{place}.trainable=false"), compiled(case)
    for record, before in zip(flow.plan.variables, whole.plan.variables, strict=True):
        wanted = before.trainable and not record.path.startswith(f"{place}.")
        assert record.trainable is wanted
        assert flow.variables[record.path].trainable is wanted
    for model in flow.models.values():
        assert all(variable.trainable for variable in model.trainable_variables)
    trained = {id(variable) for variable in flow.models["log_prob"].trainable_variables}
    planned = {id(flow.variables[r.path]) for r in flow.plan.variables if r.trainable}
    assert trained == planned
