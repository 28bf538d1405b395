"""Batch, event and sample shapes, and how events broadcast against the batch."""

import numpy as np
import pytest
import tensorflow as tf

from flowspec.diagnostics import UsageError
from tests.views.flows import actions, context, of_models, plain, points, squashed, states

LEADS = [(), (4,), (1,), (2, 3), (2, 1), (0,)]
COUNTS = [((), ()), (5, (5,)), ([2, 3], (2, 3)), (0, (0,))]


@pytest.mark.parametrize("lead", LEADS)
def test_leading_axes_of_the_context_are_the_batch_shape(lead):
    distribution = squashed().distribution(**context(*lead))
    assert distribution.batch_shape == lead
    assert tuple(distribution.batch_shape_tensor()) == lead
    assert distribution.event_shape == (2,)
    assert tuple(distribution.event_shape_tensor()) == (2,)
    assert distribution.distribution.batch_shape == lead


@pytest.mark.parametrize("lead", LEADS)
@pytest.mark.parametrize(("count", "shape"), COUNTS)
def test_draws_have_the_sample_shape_before_the_batch_shape(lead, count, shape):
    distribution = squashed().distribution(**context(*lead))
    event = distribution.sample(count, seed=(1, 2))
    assert event.shape == (*shape, *lead, 2)
    assert distribution.log_prob(event).shape == (*shape, *lead)
    event, log_prob = distribution.experimental_sample_and_log_prob(count, seed=(1, 2))
    assert event.shape == (*shape, *lead, 2)
    assert log_prob.shape == (*shape, *lead)


@pytest.mark.parametrize(("count", "shape"), COUNTS)
def test_a_flow_without_context_has_an_empty_batch_shape(count, shape):
    distribution = plain().distribution()
    assert distribution.batch_shape == ()
    assert distribution.sample(count, seed=(1, 2)).shape == (*shape, 2)


@pytest.mark.parametrize(
    ("event", "batch"),
    [((), (4,)), ((4,), (4,)), ((5, 4), (4,)), ((6, 1), (4,)), ((4,), ()), ((3,), (2, 1)),
     ((2, 3), (1,)), ((3,), (5, 2, 3)), ((0, 3), (3,)), ((1,), (0,))],
)  # fmt: skip
def test_events_broadcast_against_the_batch(event, batch):
    flow, given, value = squashed(), context(*batch), actions(*event)
    log_prob = flow.distribution(**given).log_prob(value)
    assert log_prob.shape == np.broadcast_shapes(event, batch)
    np.testing.assert_allclose(log_prob, of_models(flow, value, **given), rtol=1e-10, atol=1e-10)


def test_context_inputs_broadcast_against_each_other():
    flow, value = squashed(), actions(4, 5)
    given = {"state": states(4, 1), "arm": np.array([0, 1, 2, 0, 1])}
    distribution = flow.distribution(**given)
    assert distribution.batch_shape == (4, 5)
    assert distribution.sample(2, seed=(1, 2)).shape == (2, 4, 5, 2)
    wanted = of_models(flow, value, **given)
    np.testing.assert_allclose(distribution.log_prob(value), wanted, rtol=1e-10)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("compiled", [False, True], ids=["graph", "xla"])
def test_an_open_batch_in_a_graph_changes_nothing(dtype, compiled):
    flow = squashed(dtype)
    given, value = context(4), actions(4).astype(dtype)

    @tf.function(
        jit_compile=compiled,
        input_signature=[
            tf.TensorSpec((None, 3), dtype),
            tf.TensorSpec((None,), tf.int32),
            tf.TensorSpec((None, 2), dtype),
        ],
    )
    def graph(state, arm, event):
        distribution = flow.distribution(state=state, arm=arm)
        assert distribution.batch_shape.as_list() == [None]
        assert distribution.event_shape == (2,)
        drawn, drawn_log_prob = distribution.experimental_sample_and_log_prob(3, seed=(1, 2))
        return distribution.log_prob(event), drawn, drawn_log_prob, distribution.log_prob(drawn)

    log_prob, drawn, drawn_log_prob, again = graph(
        given["state"].astype(dtype), given["arm"], value
    )
    tolerance = {"float32": 2e-4, "float64": 1e-10}[dtype]
    assert log_prob.dtype == dtype
    assert drawn.shape == (3, 4, 2)
    np.testing.assert_allclose(log_prob, flow.log_prob(value, **given), atol=tolerance)
    np.testing.assert_allclose(drawn_log_prob, again, atol=tolerance)
    if not compiled:  # TensorFlow's own generator draws other numbers under XLA.
        eager = flow.distribution(**given).sample(3, seed=(1, 2))
        np.testing.assert_allclose(drawn, eager, atol=tolerance)


def test_an_event_of_unknown_rank_is_taken_in_a_graph():
    flow, given, value = squashed(), context(4), actions(5, 4)
    distribution = flow.distribution(**given)
    graph = tf.function(distribution.log_prob, input_signature=[tf.TensorSpec(None, tf.float64)])
    np.testing.assert_allclose(graph(value), of_models(flow, value, **given), rtol=1e-10)


@pytest.mark.parametrize("shape", [(4, 1), (4, 3), (1,)])
def test_an_event_with_other_features_is_refused(shape):
    distribution = squashed().distribution(**context(4))
    with pytest.raises(UsageError, match=r"expected: \(…, 2\)"):
        distribution.log_prob(np.full(shape, 0.5))
    with pytest.raises(UsageError, match=r"expected: \(…, 2\)"):
        distribution.bijector.forward(np.full(shape, 0.5))


def test_leading_axes_that_do_not_fit_are_refused():
    with pytest.raises(UsageError, match="leading axes"):
        squashed().distribution(**context(4)).log_prob(actions(3))
    with pytest.raises(UsageError, match="leading axes"):
        squashed().distribution(state=states(4), arm=np.zeros(3, np.int32))


def test_a_category_that_does_not_exist_is_refused_or_gives_nan():
    flow, given = squashed(), context(4)
    given["arm"] = np.array([0, 3, 1, 2], np.int32)
    with pytest.raises(UsageError, match="unknown-category"):
        flow.distribution(**given)
    wrapped = tf.function(
        lambda arm: flow.distribution(**{**given, "arm": arm}).log_prob(actions(4))
    )
    assert np.isnan(wrapped(tf.constant(given["arm"]))).tolist() == [False, True, False, False]


def test_the_distribution_without_context_agrees_with_the_models():
    value = points(3, 4)
    log_prob = plain().distribution().log_prob(value)
    np.testing.assert_allclose(log_prob, of_models(plain(), value), rtol=1e-10)
