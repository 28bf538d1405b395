"""One step of training through any model moves every variable that the model depends on."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.laws.cases import EACH_KIND, each_kind
from tests.laws.flows import call, fresh, perturb, rows_of


def values(flow):
    """Every variable as it is now, by path."""
    return {path: variable.numpy().copy() for path, variable in flow.variables.items()}


def moved(flow, before):
    """The paths of the variables that are no longer what they were."""
    return {
        path
        for path, old in before.items()
        if not np.array_equal(old, flow.variables[path].numpy())
    }


def trainable(flow):
    return {record.path for record in flow.plan.variables if record.trainable}


@each_kind
def test_a_step_of_fit_through_log_prob_moves_every_trainable_variable_and_no_other(case):
    flow, rows = perturb(fresh(case, "float32")), rows_of(case)
    model = flow.models["log_prob"]
    given = {record.name: rows[record.name] for record in model.output_record.inputs}
    before, drawn = values(flow), call(flow, "sample", rows)[case.event]
    model.compile(keras.optimizers.SGD(0.1), run_eagerly=True)
    model.fit(given, batch_size=len(rows["seed"]), epochs=1, verbose=0)
    assert moved(flow, before) == trainable(flow)
    assert np.all(np.any(call(flow, "sample", rows)[case.event] != drawn, axis=-1))


@each_kind
def test_a_step_by_hand_through_drawn_events_moves_what_they_depend_on(case):
    flow, rows = perturb(fresh(case)), rows_of(case)
    sampler = flow.models["sample"]
    given = {record.name: rows[record.name] for record in sampler.output_record.inputs}
    before, log_prob = values(flow), call(flow, "log_prob", rows)["log_prob"]
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(sampler(given)[case.event] ** 2)
    variables = sampler.trainable_variables
    gradients = tape.gradient(loss, variables)
    keras.optimizers.Adam(0.01).apply(gradients, variables)
    assert moved(flow, before) == trainable(flow)
    assert np.all(call(flow, "log_prob", rows)["log_prob"] != log_prob)


@pytest.mark.parametrize("jit", [False, True], ids=["graph", "xla"])
def test_a_compiled_step_is_the_eager_step(jit):
    case = next(case for case in EACH_KIND if case.family == "specs" and case.conditional)
    stepped = []
    for options in ({"run_eagerly": True}, {"jit_compile": jit}):
        flow, rows = perturb(fresh(case)), rows_of(case)
        model = flow.models["log_prob"]
        given = {record.name: rows[record.name] for record in model.output_record.inputs}
        model.compile(keras.optimizers.SGD(0.1), **options)
        model.fit(given, batch_size=len(rows["seed"]), epochs=1, verbose=0)
        stepped.append(values(flow))
    for path, eager in stepped[0].items():
        np.testing.assert_allclose(stepped[1][path], eager, rtol=1e-12, atol=1e-12)
