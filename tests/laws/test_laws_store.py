"""One store of variables under all models: those of the plan, the same objects everywhere."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from flowspec.catalog import SUPPORTS
from tests.laws.agreement import agree
from tests.laws.cases import each_kind, every_case, every_dtype
from tests.laws.flows import call, compiled, fresh, only_context, rows_of, tensors, untouched


def identities(variables):
    return {id(variable) for variable in variables}


@every_case
@every_dtype
def test_weights_of_the_store_are_the_variables_of_the_plan(case, dtype):
    flow = compiled(case, dtype)
    planned = flow.plan.variables
    assert [record.path for record in planned] == list(flow.variables)
    assert identities(flow.store.weights) == identities(flow.variables.values())
    assert len(flow.store.weights) == len(planned)
    for record in planned:
        variable = flow.variables[record.path]
        assert tuple(variable.shape) == record.shape
        assert variable.dtype == record.dtype == dtype
        assert variable.trainable is record.trainable


@every_case
def test_models_hold_variables_of_the_store_and_together_all_of_them(case):
    flow = compiled(case)
    held = set()
    for model in flow.models.values():
        assert identities(model.weights) <= identities(flow.store.weights)
        held |= identities(model.weights)
    assert held == identities(flow.store.weights)


@each_kind
def test_a_model_holds_every_variable_that_moves_its_answer(case):
    flow, rows = compiled(case), rows_of(case)
    for output in flow.plan.outputs:
        model = flow.models[output.name]
        given = {record.name: rows[record.name] for record in output.inputs}
        with tf.GradientTape() as tape:
            total = tf.add_n([tf.reduce_sum(value) for value in model(given).values()])
        watched = flow.store.trainable_variables
        found = tape.gradient(total, [variable.value for variable in watched])
        moving = [v for v, gradient in zip(watched, found, strict=True) if gradient is not None]
        assert identities(moving) <= identities(model.weights)


@each_kind
def test_no_call_in_any_direction_creates_a_variable(case):
    flow, rows = untouched(case), rows_of(case)
    context = only_context(case, rows)

    def refuse(make, **options):
        raise AssertionError(f"a variable was created: {options.get('name')}")

    before = [id(variable) for variable in flow.store.variables]
    with tf.variable_creator_scope(refuse):
        for question in ("three_draws", "from_latent", "from_event"):
            call(flow, question, rows)
        distribution = flow.distribution(**context)
        distribution.experimental_sample_and_log_prob(seed=1)
        flow.bijector(**context).inverse(tf.constant(rows[case.event]))
        tf.function(lambda: tensors(flow, "log_prob", rows))()
    assert [id(variable) for variable in flow.store.variables] == before


@every_case
def test_a_fresh_flow_is_the_identity_up_to_the_support_where_its_plan_says_so(case):
    flow, rows = untouched(case), rows_of(case)
    if flow.plan.identity_at_start:
        forward = call(flow, "forward", rows)
        support = SUPPORTS.make(flow.plan.event.support)
        event, ldj = support.constrain(tf.constant(rows["latent"]))
        agree("identity", "float64", forward[case.event], event)
        agree("identity", "float64", forward["ldj"], tf.reduce_sum(ldj, -1))


@each_kind
def test_two_compilations_are_equal_bit_for_bit(case):
    first, second = untouched(case), fresh(case)
    assert first.plan == second.plan
    for path, variable in first.variables.items():
        assert variable is not second.variables[path]
        assert np.array_equal(variable, second.variables[path])


@each_kind
def test_another_seed_makes_other_kernels_and_the_same_plan_otherwise(case):
    first, second = untouched(case), fresh(case, "float64", "seed=12345")
    for record, other in zip(first.plan.variables, second.plan.variables, strict=True):
        same = np.array_equal(first.variables[record.path], second.variables[record.path])
        assert (record.path, record.shape) == (other.path, other.shape)
        assert same is (record.seed is None)


@each_kind
def test_kernels_of_one_flow_differ_from_each_other(case):
    flow = untouched(case)
    kernels = [flow.variables[r.path] for r in flow.plan.variables if r.seed is not None]
    for index, kernel in enumerate(kernels):
        for other in kernels[:index]:
            assert kernel.shape != other.shape or not np.array_equal(kernel, other)
