"""The generated module's TFP distribution agrees with its methods."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tests.generate.python.flows import FLOWS
from tests.generate.python.generated import flow_of, model_of
from tests.laws.flows import ROWS, context_of, rows_of


@pytest.fixture(scope="module")
def policy():
    case = FLOWS["policy"]
    return model_of(case).distribution(**context_of(case))


def test_its_log_prob_is_that_of_the_flow(policy):
    case = FLOWS["policy"]
    action = rows_of(case)["action"]
    expected = flow_of(case).distribution(**context_of(case)).log_prob(action)
    np.testing.assert_allclose(policy.log_prob(action), expected, rtol=1e-11)


def test_its_shapes_are_those_of_the_rows_of_context(policy):
    assert policy.batch_shape == (ROWS,)
    assert policy.event_shape == (3,)
    assert policy.sample((2, 4), seed=1).shape == (2, 4, ROWS, 3)


def test_samples_and_their_log_prob_agree_with_the_log_prob_of_given_events(policy):
    events, log_prob = policy.experimental_sample_and_log_prob(5, seed=[1, 2])
    np.testing.assert_allclose(policy.log_prob(events), log_prob, rtol=1e-6)
    np.testing.assert_array_equal(policy.sample(5, seed=[1, 2]), events)


def test_without_context_it_has_no_batch():
    case = FLOWS["density"]
    distribution, size = model_of(case).distribution(), rows_of(case)["size"]
    assert distribution.batch_shape == ()
    assert distribution.sample(6, seed=3).shape == (6, 4)
    expected = flow_of(case).distribution().log_prob(size)
    np.testing.assert_allclose(distribution.log_prob(size), expected, rtol=1e-11)


def test_gradients_reach_the_variables_through_it():
    case = FLOWS["line"]
    model, rows = model_of(case), rows_of(case)
    with tf.GradientTape() as tape:
        log_prob = model.distribution(x=rows["x"]).log_prob(rows["y"])
    gradients = tape.gradient(log_prob, [v.value for v in model.trainable_variables])
    assert all(gradient is not None for gradient in gradients)
