"""`flow.distribution` and `flow.bijector` are TFP objects that agree with the models."""

from __future__ import annotations

import collections
import functools

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

from tests.laws.agreement import agree, over_one_ulp, unclipped
from tests.laws.cases import each_kind, every_case, every_dtype
from tests.laws.flows import ROWS, answers, call, compiled, only_context, rows_of, tensors

SEED = (3, 4)
"""A pair: TFP makes something new of a single number at every call."""


def reads(function):
    """How often a graph of the function reads each variable, by the variable's identity."""
    graph = tf.function(function, autograph=False).get_concrete_function().graph
    known = {inner.name: id(outer) for outer, inner in graph.captures}
    found = [op.inputs[0].name for op in graph.get_operations() if op.type == "ReadVariableOp"]
    return collections.Counter(known[name] for name in found)


@every_case
@every_dtype
def test_distribution_has_the_log_prob_of_the_models(case, dtype):
    flow, rows = compiled(case, dtype), rows_of(case)
    distribution = flow.distribution(**only_context(case, rows))
    assert isinstance(distribution, tfp.distributions.Distribution)
    assert distribution.dtype == tf.as_dtype(dtype)
    assert distribution.event_shape == flow.plan.event.size
    assert distribution.batch_shape == ((ROWS,) if case.conditional else ())
    event = tf.constant(rows[case.event], dtype)
    agree(
        "outputs", dtype, distribution.log_prob(event), answers(case, "log_prob", dtype)["log_prob"]
    )


@each_kind
def test_distribution_draws_events_with_their_log_prob(case):
    flow, rows = compiled(case), rows_of(case)
    distribution = flow.distribution(**only_context(case, rows))
    lead = () if case.conditional else (ROWS,)
    event, log_prob = distribution.experimental_sample_and_log_prob(lead, seed=SEED)
    again = {**rows, case.event: event.numpy()}
    keep = unclipped(case, event.numpy())
    slack = over_one_ulp(case, "log_prob", again, "float64")["log_prob"]
    given = call(flow, "log_prob", again)["log_prob"]
    agree("outputs", "float64", log_prob.numpy()[keep], given[keep], slack[keep])
    assert np.array_equal(distribution.sample(lead, seed=SEED), event)


@each_kind
def test_bijector_is_the_map_of_the_models_in_both_directions(case):
    flow, rows = compiled(case), rows_of(case)
    bijector = flow.bijector(**only_context(case, rows))
    assert isinstance(bijector, tfp.bijectors.Bijector)
    latent, event = tf.constant(rows["latent"]), tf.constant(rows[case.event])
    forward, inverse = answers(case, "forward"), answers(case, "inverse")
    agree("outputs", "float64", bijector.forward(latent), forward[case.event])
    agree("outputs", "float64", bijector.forward_log_det_jacobian(latent), forward["ldj"])
    agree("outputs", "float64", bijector.inverse(event), inverse["latent"])
    agree("outputs", "float64", bijector.inverse_log_det_jacobian(event), inverse["ldj"])


@pytest.mark.parametrize("lead", [(1,), (2, 3)])
@each_kind
def test_leading_axes_of_the_context_become_the_batch_shape(case, lead):
    flow, rows, count = compiled(case), rows_of(case), int(np.prod(lead))
    spread = {name: value[:count].reshape(*lead, *value.shape[1:]) for name, value in rows.items()}
    distribution = flow.distribution(**only_context(case, spread))
    log_prob = distribution.log_prob(tf.constant(spread[case.event]))
    wanted = answers(case, "log_prob")["log_prob"][:count].reshape(lead)
    agree("outputs", "float64", log_prob, wanted)


@each_kind
def test_every_network_runs_once_whatever_is_asked(case):
    """The graph of an answer reads a variable as often as one run of its network does."""
    flow, rows = compiled(case), rows_of(case)
    context = only_context(case, rows)
    once = collections.Counter()
    for part in flow.store.parts:
        once.update({id(variable.value.handle): 1 for variable in part.own.values()})
        for record in part.record.networks:
            network, example = part.networks[record.name], part.example(record)
            once.update(reads(functools.partial(network, *example)))
    asked = [
        lambda: tensors(flow, "from_event", rows),
        lambda: flow.distribution(**context).experimental_sample_and_log_prob(seed=SEED),
    ]
    for function in asked:
        found = reads(function)
        assert found
        assert all(found[handle] <= once[handle] for handle in found)
