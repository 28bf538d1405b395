"""The distribution as a component of joint distributions, given another component."""

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp
from scipy import stats

from tests.views.flows import gaussian, normal, of_models, plain, points, squashed, states

tfd = tfp.distributions

ARM = np.int32(1)


@pytest.fixture(autouse=True)
def flows():
    """Flows are compiled before TFP traces what uses them."""
    return plain(), squashed(), gaussian(), normal()


def prior():
    return tfd.MultivariateNormalDiag(np.zeros(3), 0.5 * np.ones(3))


def given_state(state):
    return squashed().distribution(state=state, arm=tf.fill(tf.shape(state)[:-1], ARM))


@tfd.JointDistributionCoroutine
def coroutine():
    state = yield tfd.JointDistributionCoroutine.Root(prior())
    yield given_state(state)


@tfd.JointDistributionCoroutineAutoBatched
def coroutine_auto():
    state = yield prior()
    yield given_state(state)


INNER = {
    "sequential": tfd.JointDistributionSequential([prior(), given_state]),
    "sequential_auto": tfd.JointDistributionSequentialAutoBatched([prior(), given_state]),
    "named": tfd.JointDistributionNamed({"state": prior(), "action": given_state}),
    "named_auto": tfd.JointDistributionNamedAutoBatched({"state": prior(), "action": given_state}),
    "coroutine": coroutine,
    "coroutine_auto": coroutine_auto,
}


def draw(kind, joint, shape):
    """TFP warns of pairs as seeds where it vectorizes by itself."""
    tf.random.set_seed(3)
    return joint.sample(shape, seed=1 if kind.endswith("auto") else (1, 2))


def parts(drawn):
    """State and action, whatever the structure of the joint draw."""
    if hasattr(drawn, "keys"):
        return drawn["state"], drawn["action"]
    return tuple(drawn)


@pytest.mark.parametrize("kind", INNER)
@pytest.mark.parametrize("lead", [(), (5,), (2, 3)])
def test_a_flow_given_another_component(kind, lead):
    joint = INNER[kind]
    drawn = draw(kind, joint, lead)
    state, action = parts(drawn)
    assert state.shape == (*lead, 3)
    assert action.shape == (*lead, 2)
    wanted = stats.norm.logpdf(state, 0, 0.5).sum(-1) + of_models(
        squashed(), action.numpy(), state=state.numpy(), arm=np.array(ARM)
    )
    np.testing.assert_allclose(joint.log_prob(drawn), wanted, rtol=1e-8, atol=1e-8)
    compiled = tf.function(joint.log_prob)(drawn)
    np.testing.assert_allclose(compiled, wanted, rtol=1e-8, atol=1e-8)


def after(event):
    return tfd.Independent(tfd.Normal(2.0 * event, 0.3), 1)


def rooted():
    event = yield tfd.JointDistributionCoroutine.Root(plain().distribution())
    yield after(event)


ROOT = {
    "sequential": lambda flow: tfd.JointDistributionSequential([flow, after]),
    "sequential_auto": lambda flow: tfd.JointDistributionSequentialAutoBatched([flow, after]),
    "named": lambda flow: tfd.JointDistributionNamed({"x": flow, "y": lambda x: after(x)}),
    "coroutine": lambda _: tfd.JointDistributionCoroutine(rooted),
}


@pytest.mark.parametrize("kind", ROOT)
def test_a_flow_as_the_root(kind):
    joint = ROOT[kind](plain().distribution())
    drawn = draw(kind, joint, 5)
    first, second = (drawn["x"], drawn["y"]) if hasattr(drawn, "keys") else tuple(drawn)
    wanted = of_models(plain(), first.numpy())
    wanted = wanted + stats.norm.logpdf(second, 2 * first.numpy(), 0.3).sum(-1)
    np.testing.assert_allclose(joint.log_prob(drawn), wanted, rtol=1e-8)


def test_a_batch_of_contexts_is_one_event_where_batches_are_automatic():
    given, event = states(4), points(4)
    joint = tfd.JointDistributionSequentialAutoBatched(
        [tfd.Normal(np.float64(0), 1.0), gaussian().distribution(state=given)], batch_ndims=0
    )
    value = [np.float64(0.3), event]
    wanted = stats.norm.logpdf(0.3) + of_models(gaussian(), event, state=given).sum()
    np.testing.assert_allclose(joint.log_prob(value), wanted, rtol=1e-10)


def test_gradients_reach_the_variables_through_a_joint_distribution():
    joint = INNER["sequential"]
    drawn = joint.sample(5, seed=(1, 2))
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(joint.log_prob(drawn))
    variables = squashed().distribution(state=states(1), arm=[ARM]).trainable_variables
    found = tape.gradient(loss, variables)
    assert all(gradient is not None for gradient in found)


def test_a_pinned_joint_distribution_maps_to_the_support():
    pinned = INNER["sequential"].experimental_pin(states())
    to_support = pinned.experimental_default_event_space_bijector()
    (action,) = to_support.forward((points(),))
    assert (np.array([-1, 0]) < action.numpy()).all()
    assert (action.numpy() < np.array([1, 4])).all()
    wanted = of_models(squashed(), action.numpy(), state=states(), arm=np.array(ARM))
    wanted += stats.norm.logpdf(states(), 0, 0.5).sum()
    np.testing.assert_allclose(pinned.log_prob(action), wanted, rtol=1e-8)


def test_a_joint_distribution_of_two_flows():
    joint = tfd.JointDistributionSequential(
        [normal().distribution(), lambda x: gaussian().distribution(
            state=tf.concat([x, x[..., :1]], -1))]
    )  # fmt: skip
    first, second = joint.sample(4, seed=(1, 2))
    state = np.concatenate([first, first[..., :1]], -1)
    wanted = of_models(normal(), first.numpy()) + of_models(gaussian(), second.numpy(), state=state)
    np.testing.assert_allclose(joint.log_prob([first, second]), wanted, rtol=1e-9)
