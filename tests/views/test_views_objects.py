"""Views as objects: slices, copies, parameters, variables, pickles, arguments of functions."""

import copy
import pickle

import numpy as np
import pytest
import tensorflow as tf
import tensorflow_probability as tfp

import flowspec
from tests.views.flows import (
    PLAIN,
    SQUASHED,
    actions,
    context,
    make,
    plain,
    points,
    squashed,
    states,
)  # fmt: skip

SLICES = [
    (..., 0), (slice(1, 3),), (1,), (-1, ...), (0, 1), (slice(None), tf.newaxis, 2),
    (slice(None, None, -1), slice(None, None, 2)), (..., tf.newaxis), (tf.constant(1),),
]  # fmt: skip


def raw(variables):
    return {id(variable.value) for variable in variables}


@pytest.mark.parametrize("which", SLICES, ids=str)
def test_a_slice_is_the_distribution_of_that_part_of_the_batch(which):
    distribution, event = squashed().distribution(**context(4, 3)), actions(4, 3)
    numpy = tuple(int(item) if tf.is_tensor(item) else item for item in which)
    wanted = distribution.log_prob(event).numpy()[numpy]
    part = distribution[which]
    # The event's own axis stays, wherever the slice ends.
    index = numpy if Ellipsis in numpy else (*numpy, ...)
    value = event[(*index, slice(None))]
    assert part.batch_shape == wanted.shape
    np.testing.assert_allclose(part.log_prob(value), wanted, rtol=1e-12)
    assert part.sample(2, seed=(1, 2)).shape == (2, *wanted.shape, 2)


def test_a_slice_of_axes_that_broadcast_keeps_its_place():
    distribution = squashed().distribution(state=states(4, 1), arm=np.array([0, 1, 2]))
    wanted = distribution.log_prob(actions(4, 3)).numpy()
    part = distribution[1:3, 2]
    np.testing.assert_allclose(part.log_prob(actions(4, 3)[1:3, 2]), wanted[1:3, 2], rtol=1e-12)


def test_a_new_axis_is_a_batch_axis_without_context_too():
    distribution = plain().distribution()[tf.newaxis, ..., tf.newaxis]
    assert distribution.batch_shape == (1, 1)
    assert distribution.sample(3, seed=(1, 2)).shape == (3, 1, 1, 2)
    assert distribution.log_prob(points()).shape == (1, 1)
    with pytest.raises((tf.errors.InvalidArgumentError, IndexError, ValueError)):
        plain().distribution()[0]


def test_gradients_reach_the_variables_through_a_slice():
    flow = squashed()
    distribution = flow.distribution(**context(4))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(distribution[1:3].log_prob(actions(2)))
    variables = distribution.trainable_variables
    assert all(gradient is not None for gradient in tape.gradient(loss, variables))


def test_a_slice_of_a_bijector_keeps_its_part_of_the_batch():
    bijector, latent = squashed().bijector(**context(4)), points(4)
    np.testing.assert_allclose(
        bijector[1:3].forward(latent[1:3]), bijector.forward(latent).numpy()[1:3], rtol=1e-12
    )


def test_a_copy_is_over_the_same_variables_and_takes_other_parameters():
    flow = squashed()
    distribution = flow.distribution(**context(4))
    same, other = distribution.copy(), distribution.copy(context=squashed_context(), name="other")
    np.testing.assert_array_equal(same.log_prob(actions(4)), distribution.log_prob(actions(4)))
    assert raw_ids(same.variables) == raw_ids(distribution.variables)
    assert other.name == "other"
    assert other.batch_shape == (2,)
    assert not distribution.validate_args
    assert distribution.copy(validate_args=True).validate_args
    bijector = flow.bijector(**context(4))
    copied = bijector.copy(context=squashed_context())
    assert copied.experimental_batch_shape() == (2,)


def squashed_context():
    return {name: tf.constant(value) for name, value in context(2).items()}


def raw_ids(variables):
    return {id(variable) for variable in variables}


def test_parameters_make_the_view_again():
    distribution = squashed().distribution(**context(4))
    assert set(distribution.parameters) == {
        "store", "context", "batch", "validate_args", "allow_nan_stats", "name"
    }  # fmt: skip
    again = type(distribution)(**distribution.parameters)
    np.testing.assert_array_equal(again.log_prob(actions(4)), distribution.log_prob(actions(4)))
    properties = type(distribution).parameter_properties()
    assert set(properties) == {"context", "batch"}


@pytest.mark.parametrize("spec", [PLAIN, SQUASHED], ids=lambda spec: spec["name"])
def test_the_variables_of_a_view_are_those_of_the_flow(spec):
    flow = flowspec.compile(spec)
    given = context(4) if spec is SQUASHED else {}
    distribution, bijector = flow.distribution(**given), flow.bijector(**given)
    store, base = flow.store, flow.store.base
    assert raw_ids(distribution.variables) == raw(store.weights)
    assert raw_ids(distribution.trainable_variables) == raw(store.trainable_weights)
    assert raw_ids(bijector.variables) == raw(store.weights) - raw(base.weights)
    assert raw_ids(bijector.trainable_variables) == raw(store.trainable_weights) - raw(base.weights)
    assert len(distribution.variables) == len(store.weights)


def test_frozen_variables_are_not_trainable_in_a_view():
    frozen = {**PLAIN, "layers": [{**PLAIN["layers"][0], "trainable": False}, *PLAIN["layers"][1:]]}
    flow = flowspec.compile(frozen)
    trainable = flow.distribution().trainable_variables
    assert raw_ids(trainable) == raw(flow.store.trainable_weights)
    assert len(trainable) < len(flow.store.weights)


def test_a_view_follows_what_is_frozen_in_python():
    flow = flowspec.compile(PLAIN)
    distribution, bijector = flow.distribution(), flow.bijector()
    layer = flow.store.chain["layers.0"]
    for value in (False, True):
        layer.trainable = value
        trainable = raw(flow.store.trainable_weights)
        assert (raw(layer.weights) <= trainable) == value
        assert raw_ids(distribution.trainable_variables) == trainable
        assert raw_ids(bijector.trainable_variables) == trainable - raw(flow.store.base.weights)
        assert raw_ids(distribution.variables) == raw(flow.store.weights)


def test_a_variable_as_context_is_read_in_every_call_and_gets_gradients():
    flow, given = squashed(), context(4)
    state = tf.Variable(given["state"])
    distribution = flow.distribution(state=state, arm=given["arm"])
    assert any(variable is state for variable in distribution.trainable_variables)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(distribution.log_prob(actions(4)))
    assert np.abs(tape.gradient(loss, state)).max() > 1e-3
    state.assign(states(4, key=7))
    wanted = flow.log_prob(actions(4), state=states(4, key=7), arm=given["arm"])
    np.testing.assert_allclose(distribution.log_prob(actions(4)), wanted, rtol=1e-10)


@pytest.mark.parametrize("spec", [PLAIN, SQUASHED], ids=lambda spec: spec["name"])
def test_every_variable_gets_a_gradient_and_a_view_made_before_follows_it(spec):
    """Encoders and the base are run in every call, not when the view is made."""
    flow, given = make(spec), context(4) if spec is SQUASHED else {}
    event = actions(4) if spec is SQUASHED else points(4)
    distribution, bijector = flow.distribution(**given), flow.bijector(**given)
    latent = tf.constant(points(4))
    before = bijector.forward(latent)
    with tf.GradientTape() as tape:
        loss = -tf.reduce_mean(distribution.log_prob(event))
    gradients = tape.gradient(loss, distribution.trainable_variables)
    for variable, gradient in zip(distribution.trainable_variables, gradients, strict=True):
        assert gradient is not None, variable.name
        variable.assign_sub(0.05 * tf.convert_to_tensor(gradient))
    now = flow.log_prob(event, **given)
    assert -np.mean(now) < loss
    np.testing.assert_allclose(distribution.log_prob(event), now, rtol=1e-10)
    np.testing.assert_allclose(
        bijector.forward(tf.identity(latent)), flow.forward(points(4), **given), rtol=1e-10
    )
    afresh = flow.bijector(**given).forward(latent)  # the same tensor, and `before` is alive
    np.testing.assert_allclose(afresh, flow.forward(points(4), **given), rtol=1e-10)
    assert np.abs(afresh - before).max() > 1e-3


@pytest.mark.parametrize("way", [copy.deepcopy, lambda view: pickle.loads(pickle.dumps(view))])
def test_a_deep_copy_or_pickle_has_variables_of_its_own(way):
    flow, given, event = squashed(), context(4), actions(4)
    distribution = flow.distribution(**given)
    other = way(distribution)
    np.testing.assert_array_equal(other.log_prob(event), distribution.log_prob(event))
    assert raw_ids(other.variables) == raw(other.store.weights)
    assert not raw_ids(other.variables) & raw_ids(distribution.variables)
    assert [v.shape for v in other.variables] == [v.shape for v in distribution.variables]
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(other.log_prob(event))
    assert None not in tape.gradient(loss, other.trainable_variables)
    bijector = way(flow.bijector(**given))
    latent = flow.inverse(event, **given)
    np.testing.assert_allclose(bijector.forward(latent), event, rtol=1e-9)


def test_a_shallow_copy_shares_the_variables():
    distribution = squashed().distribution(**context(4))
    assert raw_ids(copy.copy(distribution).variables) == raw_ids(distribution.variables)


def test_a_view_is_an_argument_of_a_function_as_a_python_object():
    flow, given, event = make(SQUASHED), context(4), actions(4)
    traced = []

    @tf.function
    def log_prob(distribution, value):
        traced.append(distribution)
        return distribution.log_prob(value)

    first, second = flow.distribution(**given), flow.distribution(**context(3))
    for distribution, value in [(first, event), (first, event), (second, actions(3))]:
        np.testing.assert_allclose(
            log_prob(distribution, value), distribution.log_prob(value), rtol=1e-10
        )
    assert len(traced) == 2  # one trace for each object
    for variable in first.trainable_variables:
        variable.assign(0.9 * variable)
    np.testing.assert_allclose(log_prob(first, event), flow.log_prob(event, **given), rtol=1e-10)


def test_a_view_is_no_composite_tensor():
    """So it cannot be returned from a graph; the call says so."""
    flow = squashed()
    assert not isinstance(flow.distribution(**context(4)), tf.__internal__.CompositeTensor)
    with pytest.raises(TypeError):
        tf.function(lambda: flow.distribution(**context(4)))()


def test_views_are_hashable_and_equal_to_themselves_alone():
    first, second = plain().bijector(), plain().bijector()
    assert first == first
    assert first != second
    assert len({first, second, first}) == 2
    assert isinstance(first, tfp.bijectors.Bijector)
