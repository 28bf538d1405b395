"""The distribution inside TFP's meta-distributions."""

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp
from scipy import special, stats

from tests.views.flows import (
    actions,
    context,
    gaussian,
    moments,
    of_models,
    plain,
    points,
    squashed,
    states,
)  # fmt: skip

tfd, tfb = tfp.distributions, tfp.bijectors

WEIGHTS = np.array([0.2, 0.5, 0.3])


def components(lead=()):
    """Three exactly normal components a batch member: the view, means and deviations."""
    given = states(*lead, 3, key=4)
    mean, stddev = moments(gaussian(), given.reshape(-1, 3))
    shape = (*lead, 3, 2)
    view = gaussian().distribution(state=given)
    return view, mean.reshape(shape), stddev.reshape(shape)


@pytest.mark.parametrize("lead", [(), (4,)])
def test_independent_moves_batch_axes_into_the_event(lead):
    given, event = context(*lead, 3), actions(5, *lead, 3)
    flow = squashed().distribution(**given)
    joint = tfd.Independent(flow, reinterpreted_batch_ndims=1)
    assert joint.batch_shape == lead
    assert joint.event_shape == (3, 2)
    wanted = of_models(squashed(), event, **given).sum(-1)
    np.testing.assert_allclose(joint.log_prob(event), wanted, rtol=1e-10)
    drawn, log_prob = joint.experimental_sample_and_log_prob(6, seed=(1, 2))
    assert drawn.shape == (6, *lead, 3, 2)
    np.testing.assert_allclose(log_prob, joint.log_prob(drawn), rtol=1e-8)
    part = joint[..., tf.newaxis]
    assert part.batch_shape == (*lead, 1)


@pytest.mark.parametrize("lead", [(), (4,)])
def test_the_last_batch_axis_are_the_components_of_a_mixture(lead):
    view, mean, stddev = components(lead)
    mixture = tfd.MixtureSameFamily(tfd.Categorical(probs=WEIGHTS), view)
    assert mixture.batch_shape == lead
    assert mixture.event_shape == (2,)
    event = points(5, *lead)
    each = stats.norm.logpdf(event[..., None, :], mean, stddev).sum(-1)
    wanted = special.logsumexp(each + np.log(WEIGHTS), axis=-1)
    np.testing.assert_allclose(mixture.log_prob(event), wanted, rtol=1e-10)
    drawn = mixture.sample(5000, seed=(1, 2)).numpy()
    assert drawn.shape == (5000, *lead, 2)
    expected = (WEIGHTS[:, None] * mean).sum(-2)
    deviation = np.sqrt((WEIGHTS[:, None] * (stddev**2 + mean**2)).sum(-2) - expected**2)
    assert (np.abs(drawn.mean(0) - expected) < 5 * deviation / 5000**0.5).all()


def test_a_mixture_of_a_flow_and_another_distribution():
    given, event = states(4), points(5, 4)
    mean, stddev = moments(gaussian(), given)
    other = tfd.MultivariateNormalDiag(np.ones((4, 2)), 2 * np.ones((4, 2)))
    view = gaussian().distribution(state=given)
    mixture = tfd.Mixture(tfd.Categorical(probs=np.tile([0.3, 0.7], (4, 1))), [view, other])
    terms = [
        np.log(0.3) + stats.norm.logpdf(event, mean, stddev).sum(-1),
        np.log(0.7) + stats.norm.logpdf(event, 1, 2).sum(-1),
    ]
    np.testing.assert_allclose(mixture.log_prob(event), np.logaddexp(*terms), rtol=1e-10)
    assert mixture.sample(6, seed=(1, 2)).shape == (6, 4, 2)


def test_a_mixture_of_two_flows():
    event = points(5, 4)
    left, right = (gaussian().distribution(state=states(4, key=key)) for key in (1, 2))
    mixture = tfd.Mixture(tfd.Categorical(probs=np.tile([0.3, 0.7], (4, 1))), [left, right])
    terms = [np.log(0.3) + left.log_prob(event), np.log(0.7) + right.log_prob(event)]
    np.testing.assert_allclose(mixture.log_prob(event), np.logaddexp(*terms), rtol=1e-10)
    assert mixture.sample(6, seed=(1, 2)).shape == (6, 4, 2)


def test_batch_reshape_folds_and_unfolds_the_batch():
    given, event = context(6), actions(5, 6)
    reshaped = tfd.BatchReshape(squashed().distribution(**given), [2, 3])
    assert reshaped.batch_shape == (2, 3)
    wanted = of_models(squashed(), event, **given).reshape(5, 2, 3)
    np.testing.assert_allclose(reshaped.log_prob(event.reshape(5, 2, 3, 2)), wanted, rtol=1e-10)
    assert reshaped.sample(4, seed=(1, 2)).shape == (4, 2, 3, 2)


@pytest.mark.parametrize("conditional", [False, True])
def test_batch_broadcast_repeats_the_batch(conditional):
    flow, lead = (squashed(), (3,)) if conditional else (plain(), ())
    given = context(3) if conditional else {}
    event = actions(4, 3) if conditional else points(4, 3)
    wide = tfd.BatchBroadcast(flow.distribution(**given), [4, 3])
    assert wide.batch_shape == (4, 3)
    np.testing.assert_allclose(wide.log_prob(event), of_models(flow, event, **given), rtol=1e-10)
    drawn = wide.sample(5, seed=(1, 2)).numpy()
    assert drawn.shape == (5, 4, 3, 2)
    assert len(np.unique(drawn[..., 0])) == 5 * 4 * 3
    again = flow.distribution(**given)._broadcast_parameters_with_batch_shape([4, 3])
    assert again.batch_shape == (4, 3)
    assert again.sample(5, seed=(1, 2)).shape == (5, 4, 3, 2)
    assert again[0].batch_shape == (3,)
    assert flow.distribution(**given).batch_shape == lead


def test_sample_adds_independent_draws_to_the_event():
    given, event = context(4), actions(6, 4, 3)
    joint = tfd.Sample(squashed().distribution(**given), 3)
    assert joint.batch_shape == (4,)
    assert joint.event_shape == (3, 2)
    rows = {name: value[:, None] for name, value in given.items()}
    wanted = of_models(squashed(), event, **rows).sum(-1)
    np.testing.assert_allclose(joint.log_prob(event), wanted, rtol=1e-10)
    drawn, log_prob = joint.experimental_sample_and_log_prob(6, seed=(1, 2))
    np.testing.assert_allclose(log_prob, joint.log_prob(drawn), rtol=1e-8)


def test_masked_members_count_nothing():
    given, event = context(4), actions(4)
    masked = tfd.Masked(squashed().distribution(**given), [True, False, True, True])
    wanted = np.where([1, 0, 1, 1], of_models(squashed(), event, **given), 0.0)
    np.testing.assert_allclose(masked.log_prob(event), wanted, rtol=1e-10)


def test_a_bijector_of_tfp_transforms_it_further():
    given = context(4)
    flow = squashed().distribution(**given)
    shift = np.array([1.0, -1.0])
    shifted = tfb.Exp()(tfd.TransformedDistribution(flow, tfb.Shift(shift)))
    event = actions(5, 4)
    outer = np.exp(event + shift)
    wanted = of_models(squashed(), event, **given) - np.log(outer).sum(-1)
    np.testing.assert_allclose(shifted.log_prob(outer), wanted, rtol=1e-10)
    drawn, log_prob = shifted.experimental_sample_and_log_prob(6, seed=(1, 2))
    np.testing.assert_allclose(log_prob, shifted.log_prob(tf.identity(drawn)), rtol=1e-7)
    assert shifted.batch_shape == (4,)


def test_blockwise_puts_it_beside_another_distribution():
    given, event = states(4), points(5, 4)
    beside = tfd.Blockwise([tfd.Normal(np.zeros(4), 1.0), gaussian().distribution(state=given)])
    assert beside.event_shape == (3,)
    first = points(5, 4)[..., :1]
    value = np.concatenate([first, event], -1)
    wanted = stats.norm.logpdf(first[..., 0]) + of_models(gaussian(), event, state=given)
    np.testing.assert_allclose(beside.log_prob(value), wanted, rtol=1e-10)
    assert beside.sample(3, seed=(1, 2)).shape == (3, 4, 3)


def test_the_meta_distributions_see_the_variables_of_the_flow():
    view = gaussian().distribution(state=states(3))
    mixture = tfd.MixtureSameFamily(tfd.Categorical(probs=WEIGHTS), view)
    assert {id(v) for v in view.variables} <= {id(v) for v in mixture.variables}
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(mixture.log_prob(points(5)))
    assert None not in tape.gradient(loss, mixture.trainable_variables)
