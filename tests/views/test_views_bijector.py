"""`flow.bijector` under the checks that TFP makes of its own bijectors.

TFP's package has no `bijector_test_util`; what its `assert_bijective_and_finite` asserts of
vectors is written out here.
"""

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp
from tensorflow_probability.python.internal import test_util

from tests.views.flows import actions, context, gaussian, make, of_models, plain, points, squashed

from tests.views.flows import SQUASHED, states  # isort: skip

tfb, tfd = tfp.bijectors, tfp.distributions

CHECK = test_util.TestCase()


def bijectors():
    return {
        "plain": (plain().bijector(), points(7)),
        "squashed": (squashed().bijector(**context(7)), points(7)),
        "inverse": (tfb.Invert(squashed().bijector(**context(7))), actions(7)),
    }


@pytest.mark.parametrize("name", ["plain", "squashed", "inverse"])
def test_it_is_bijective_and_finite(name):
    bijector, x = bijectors()[name]
    y = bijector.forward(x)
    CHECK.assertAllFinite(y)
    CHECK.assertAllClose(bijector.inverse(tf.identity(y)), x, rtol=1e-9, atol=1e-9)
    again = bijector.forward(tf.identity(bijector.inverse(tf.identity(y))))
    CHECK.assertAllClose(again, y, rtol=1e-9, atol=1e-9)
    fldj = bijector.forward_log_det_jacobian(x, event_ndims=1)
    ildj = bijector.inverse_log_det_jacobian(tf.identity(y), event_ndims=1)
    CHECK.assertAllFinite(fldj)
    CHECK.assertAllClose(fldj, -ildj, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", ["plain", "squashed", "inverse"])
def test_its_log_det_jacobian_is_that_of_finite_differences(name):
    bijector, x = bijectors()[name]
    # TFP's checks of its scalar bijectors compare with a numerical derivative in the same way.
    jacobians = np.stack(
        [
            (bijector.forward(x + step).numpy() - bijector.forward(x - step).numpy()) / 2e-5
            for step in 1e-5 * np.eye(2)
        ],
        axis=-1,
    )
    wanted = np.log(np.abs(np.linalg.det(jacobians)))
    np.testing.assert_allclose(bijector.forward_log_det_jacobian(x), wanted, atol=1e-6)


def test_event_ndims_adds_up_the_log_det_jacobian():
    bijector, latent = squashed().bijector(**context(4, 3)), tf.constant(points(5, 4, 3))
    each = bijector.forward_log_det_jacobian(latent, event_ndims=1)
    assert each.shape == (5, 4, 3)
    rows = bijector.forward_log_det_jacobian(latent, event_ndims=2)
    np.testing.assert_allclose(rows, tf.reduce_sum(each, -1), rtol=1e-12)
    event = tf.identity(bijector.forward(latent))
    both = bijector.inverse_log_det_jacobian(event, event_ndims=3)
    np.testing.assert_allclose(both, -tf.reduce_sum(each, [-1, -2]), rtol=1e-8)
    with pytest.raises(ValueError, match="event_ndims"):
        bijector.forward_log_det_jacobian(latent, event_ndims=0)


def test_shapes_and_dtypes_pass_unchanged():
    bijector = squashed().bijector(**context(4))
    assert bijector.forward_event_shape((2,)) == bijector.inverse_event_shape((2,)) == (2,)
    assert tuple(bijector.forward_event_shape_tensor((2,))) == (2,)
    assert tuple(bijector.inverse_event_shape_tensor((2,))) == (2,)
    assert bijector.forward_dtype() == bijector.inverse_dtype() == bijector.dtype == tf.float64
    assert bijector.forward_min_event_ndims == bijector.inverse_min_event_ndims == 1
    assert bijector.forward_event_ndims(1) == bijector.inverse_event_ndims(1) == 1
    assert not bijector.is_constant_jacobian
    assert set(type(bijector).parameter_properties()) == {"context"}


@pytest.mark.parametrize(
    ("lead", "event_ndims", "shape"),
    [((4,), 1, (4,)), ((4, 3), 1, (4, 3)), ((4, 3), 2, (4,)), ((), 1, ())],
)
def test_its_batch_shape_is_that_of_the_context(lead, event_ndims, shape):
    bijector = squashed().bijector(**context(*lead))
    assert bijector.experimental_batch_shape(x_event_ndims=event_ndims) == shape
    assert tuple(bijector.experimental_batch_shape_tensor(x_event_ndims=event_ndims)) == shape


def test_a_value_and_its_image_remember_each_other():
    bijector, latent = squashed().bijector(**context(4)), tf.constant(points(4))
    event = bijector.forward(latent)
    assert bijector.inverse(event) is latent
    assert bijector.forward(latent) is event
    given = tf.constant(actions(4))
    assert bijector.forward(bijector.inverse(given)) is given


def test_a_chain_inverts_and_composes_it():
    flow, given, latent = squashed(), context(4), points(4)
    bijector = flow.bijector(**given)
    shift = np.array([0.3, -0.2])
    chain = tfb.Chain([tfb.Exp(), bijector, tfb.Shift(shift)])
    event = flow.forward(latent + shift, **given)
    np.testing.assert_allclose(chain.forward(latent), np.exp(event), rtol=1e-12)
    ldj = bijector.forward_log_det_jacobian(latent + shift) + event.sum(-1)
    np.testing.assert_allclose(chain.forward_log_det_jacobian(latent, 1), ldj, rtol=1e-10)
    np.testing.assert_allclose(chain.inverse(np.exp(event)), latent, rtol=1e-8, atol=1e-10)
    inverted = tfb.Invert(bijector)
    np.testing.assert_allclose(inverted.forward(event), flow.inverse(event, **given), rtol=1e-12)
    np.testing.assert_allclose(
        inverted.inverse_log_det_jacobian(latent, 1),
        bijector.forward_log_det_jacobian(latent, 1), rtol=1e-12,
    )  # fmt: skip


def test_it_transforms_a_distribution_of_the_users_own():
    flow, given, event = gaussian(), states(4), points(5, 4)
    base = tfd.MultivariateNormalDiag(np.zeros(2))
    own = tfd.TransformedDistribution(base, flow.bijector(state=given))
    assert own.batch_shape == (4,)
    wanted = of_models(flow, event, state=given)
    np.testing.assert_allclose(own.log_prob(event), wanted, rtol=1e-10)
    drawn, log_prob = own.experimental_sample_and_log_prob(6, seed=(1, 2))
    assert drawn.shape == (6, 4, 2)
    np.testing.assert_allclose(log_prob, of_models(flow, drawn.numpy(), state=given), rtol=1e-8)


@pytest.mark.parametrize("wrap", [lambda b: b, lambda b: tfb.Chain([b, tfb.Identity()])])
def test_a_density_made_with_it_is_zero_outside_the_support(wrap):
    given, event = context(4), actions(4)
    bijector = wrap(squashed().bijector(**given))
    own = tfd.TransformedDistribution(tfd.MultivariateNormalDiag(np.zeros(2)), bijector)
    event[1, 0], event[2, 1] = 1.5, -3.0
    log_prob = own.log_prob(event).numpy()
    assert np.isneginf(log_prob).tolist() == [False, True, True, False]
    latent = squashed().inverse(event, **given)
    ldj = squashed().bijector(**given).inverse_log_det_jacobian(event).numpy()
    wanted = -0.5 * (latent**2).sum(-1) - np.log(2 * np.pi) + ldj
    np.testing.assert_allclose(log_prob[[0, 3]], wanted[[0, 3]], rtol=1e-10)


def test_the_density_correction_is_the_log_det_jacobian():
    bijector, latent = squashed().bijector(**context(4)), tf.constant(points(4))
    space = tfp.experimental.tangent_spaces.FullSpace()
    correction, after = bijector.experimental_compute_density_correction(
        latent, space, backward_compat=True, event_ndims=1
    )
    np.testing.assert_allclose(correction, bijector.forward_log_det_jacobian(latent), rtol=1e-8)
    assert isinstance(after, tfp.experimental.tangent_spaces.FullSpace)


def test_gradients_pass_through_it_to_variables_latents_and_context():
    flow = make(SQUASHED)
    state, latent = tf.constant(states(4)), tf.constant(points(4))
    with tf.GradientTape() as tape:
        tape.watch([state, latent])
        bijector = flow.bijector(state=state, arm=context(4)["arm"])
        loss = tf.reduce_sum(bijector.forward(latent) ** 2) + tf.reduce_sum(
            bijector.forward_log_det_jacobian(latent)
        )
    found = tape.gradient(loss, [*bijector.trainable_variables, state, latent])
    assert all(gradient is not None for gradient in found)
    assert all(np.abs(gradient).max() > 1e-6 for gradient in found[-2:])
