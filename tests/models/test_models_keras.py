"""A compiled flow's models are ordinary Keras models."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import flowspec
from tests.models.policy import (
    FROM_LATENT,
    GIVEN,
    SEEDED,
    SPEC,
    STATES,
    identities,
    perturbed,
)

INPUTS = {
    "sample": SEEDED,
    "sample_and_log_prob": SEEDED,
    "forward": FROM_LATENT,
    "inverse": GIVEN,
    "log_prob": GIVEN,
}


def test_models_are_functional_keras_models(flow):
    for name, model in flow.models.items():
        assert isinstance(model, keras.Model)
        assert isinstance(model, keras.src.models.functional.Functional)
        assert model.name == f"policy.{name}"
        assert set(model.output) == {
            r.name for o in flow.plan.outputs if o.name == name for r in o.returns
        }


def test_all_models_hold_the_stores_own_variables(flow):
    own = {id(variable) for variable in flow.store.weights}
    for model in flow.models.values():
        assert {id(variable) for variable in model.weights} == own
        assert {id(variable) for variable in model.trainable_variables} == own


def test_random_seeds_of_keras_make_unseeded_draws_repeatable():
    draws = []
    for _ in range(2):
        keras.utils.set_random_seed(3)
        draws.append(flowspec.compile(SPEC).sample(state=STATES))
    np.testing.assert_array_equal(*draws)


def test_no_call_creates_a_variable(flow):
    count = len(flow.store.variables)
    for _ in range(2):
        action = flow.sample(2, state=STATES)[:, 0]
        flow.log_prob(action, state=STATES)
        flow.inverse(action, state=STATES)
        flow.forward(action, state=STATES)
        flow.distribution(state=STATES).sample(seed=1)
    assert len(flow.store.variables) == count
    assert len(flow.store.weights) == len(flow.plan.variables)


@pytest.mark.parametrize("graph", [False, True])
def test_gradients_of_a_loop_reach_exactly_what_the_answer_depends_on(graph):
    """The base's scale moves log_prob and not the bijector; a part alone moves alone."""
    outputs = {
        "sample": {"returns": ["action"]},
        "forward": {"inputs": ["latent"], "returns": ["action", "ldj"]},
        "inverse": {"inputs": ["action"], "returns": ["latent", "ldj"]},
        "log_prob": {"inputs": ["action"], "returns": ["log_prob"]},
        "start": {"returns": ["latent", "base_log_prob"]},
    }
    flow = perturbed({**SPEC, "outputs": outputs, "base": {"kind": "normal", "learned": True}})
    base = {path for path in flow.variables if path.startswith("base.")}
    chain = set(flow.variables) - base
    assert base
    assert chain
    expected = {
        "sample": base | chain, "forward": chain, "inverse": chain, "log_prob": base | chain,
        "start": base,
    }  # fmt: skip
    for name, model in flow.models.items():
        given = {
            key: tf.constant(value) for key, value in INPUTS.get(name, SEEDED).items()
            if key in model.input
        }  # fmt: skip

        def gradients(given, model=model):
            with tf.GradientTape() as tape:
                answers = model(given, training=True)
                loss = sum(tf.reduce_sum(tf.sin(value)) for value in answers.values())
            return tape.gradient(loss, [v.value for v in flow.variables.values()])

        found = (tf.function(gradients) if graph else gradients)(given)
        reached = {
            path
            for path, gradient in zip(flow.variables, found, strict=True)
            if gradient is not None and tf.reduce_any(gradient != 0.0)
        }
        assert reached == expected[name], name
        assert identities(model.trainable_variables) == identities(
            flow.variables[path] for path in expected[name]
        )


def test_eager_graph_compiled_and_symbolic_calls_agree(fixed):
    for name, model in fixed.models.items():
        given = {key: tf.constant(value) for key, value in INPUTS[name].items()}
        eager = model(given)
        symbols = {
            key: keras.Input(value.shape[1:], dtype=value.dtype.name, name=key)
            for key, value in given.items()
        }
        symbolic = keras.Model(symbols, model(symbols))(given)
        graph = tf.function(model)(given)
        # XLA is slow to compile: once each way.
        once = name in ("sample_and_log_prob", "log_prob")
        compiled = tf.function(model, jit_compile=True)(given) if once else graph
        for key, value in eager.items():
            np.testing.assert_array_equal(symbolic[key], value)
            np.testing.assert_allclose(graph[key], value, rtol=1e-5, atol=1e-5)
            np.testing.assert_allclose(compiled[key], value, rtol=1e-4, atol=1e-4)
