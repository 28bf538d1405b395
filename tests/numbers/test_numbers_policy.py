"""What a policy is used for: one set of variables, and log-probabilities of squashed actions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
import tensorflow as tf

import flowspec

SPEC = Path(__file__).parents[2] / "specs" / "latent_policy.yaml"
SMALL = ["layers.0.repeat=2", "layers.0.layers.0.conditioner.hidden=[16, 12]"]
ROWS = 40
RANDOM = np.random.default_rng(11)
STATE = RANDOM.normal(0, 1, (ROWS, 17)).astype(np.float32)
LATENT = RANDOM.normal(0, 1, (ROWS, 6)).astype(np.float32)
ACTION = np.tanh(RANDOM.normal(0, 1, (ROWS, 6))).astype(np.float32)
SEEDS = np.arange(ROWS)
GIVEN = {
    "sample": {"seed": SEEDS},
    "sample_and_log_prob": {"seed": SEEDS},
    "forward": {"latent": LATENT},
    "inverse": {"action": ACTION},
    "log_prob": {"action": ACTION},
    "act": {},
}


def compiled(randomize: Any, *overrides: str) -> Any:
    flow = flowspec.compile(SPEC, [*SMALL, *overrides])
    randomize(flow, scale=0.15)
    return flow


@pytest.fixture(scope="module")
def flow(randomize):
    return compiled(randomize)


@pytest.fixture(scope="module")
def saturated(randomize):
    """A policy whose actions are squashed from about ±8 to ±20, so that many touch a bound."""
    policy = compiled(randomize)
    bias = policy.variables["layers.0.1.0.conditioner.dense_2.bias"]
    bias.assign(np.array([8.0, 0.1, -13.0, -0.1, 18.0, 0.1], np.float32))
    bias = policy.variables["layers.0.0.0.conditioner.dense_2.bias"]
    bias.assign(np.array([-9.0, -0.1, 11.0, 0.1, -16.0, 0.0], np.float32))
    return policy


def inputs(name: str) -> dict[str, Any]:
    return {"state": STATE, **GIVEN[name]}


def identities(variables: Any) -> set[int]:
    return {id(variable) for variable in variables}


# --- one set of variables -------------------------------------------------------------------------


def test_every_output_of_the_spec_is_a_model(flow):
    assert set(flow.models) == set(GIVEN)


@pytest.mark.parametrize("name", GIVEN)
def test_a_model_holds_the_stores_own_variables(flow, name):
    held = identities(flow.models[name].weights)
    assert held
    assert held <= identities(flow.store.weights)
    assert held == identities(flow.variables.values())


@pytest.mark.parametrize("name", GIVEN)
def test_only_kernels_and_biases_are_trainable(flow, name):
    model = flow.models[name]
    networks = [v for path, v in flow.variables.items() if path.startswith("layers.")]
    assert {path.rpartition(".")[2] for path in flow.variables if path.startswith("layers.")} == {
        "kernel",
        "bias",
    }
    assert identities(model.trainable_variables) == identities(networks)
    statistics = {"context.state.mean", "context.state.scale"}
    frozen = [v for path, v in flow.variables.items() if path in statistics]
    assert identities(model.non_trainable_variables) == identities(frozen)


def test_no_call_in_any_direction_creates_a_variable(flow):
    def refuse(_: Any, **options: Any) -> Any:
        raise AssertionError(f"a call created the variable {options.get('name')}")

    before = [id(variable) for variable in flow.store.weights]
    with tf.variable_creator_scope(refuse):
        for _ in range(2):
            for name, model in flow.models.items():
                model(inputs(name))
                flow.ask(name, **inputs(name))
            flow.models["log_prob"].predict_on_batch(inputs("log_prob"))
            flow.sample(state=STATE, seed=1)
            flow.sample(3, state=STATE, seed=SEEDS)
            flow.log_prob(ACTION, state=STATE)
            flow.forward(LATENT, state=STATE)
            flow.inverse(ACTION, state=STATE)
            distribution = flow.distribution(state=STATE)
            distribution.log_prob(distribution.sample(seed=1))
            bijector = flow.bijector(state=STATE)
            bijector.inverse(bijector.forward(LATENT))
    assert [id(variable) for variable in flow.store.weights] == before
    for model in flow.models.values():
        assert identities(model.weights) == set(before)


def test_variables_that_are_set_move_every_model(flow):
    kernel = flow.variables["layers.0.0.0.conditioner.dense_0.kernel"]
    value = kernel.numpy()
    before = {name: model(inputs(name)) for name, model in flow.models.items()}
    kernel.assign(value + 0.5)
    after = {name: model(inputs(name)) for name, model in flow.models.items()}
    kernel.assign(value)
    for name, results in before.items():
        for quantity, result in results.items():
            assert not np.allclose(result, after[name][quantity])


# --- the log-probability of the squashed action ---------------------------------------------------


@pytest.fixture(scope="module")
def unsquashed(randomize):
    """Two float64 policies with the same variables, the second without the squashing."""
    policy = compiled(randomize, "dtype=float64")
    plain = compiled(randomize, "dtype=float64", "event.support={kind: real}")
    assert list(policy.variables) == list(plain.variables)
    return policy, plain


def log_prob_of_tanh(plain: Any, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The squashed action, and its log-probability by a change of variables written out."""
    before = tf.constant(u)
    with tf.GradientTape() as tape:
        tape.watch(before)
        action = tf.math.tanh(before)
    slope = tape.gradient(action, before)
    return action.numpy(), plain.log_prob(u, state=STATE) - np.log(slope).sum(-1)


def test_the_log_prob_of_a_given_action_is_that_of_the_squashed_action(agree, unsquashed):
    policy, plain = unsquashed
    u = np.random.default_rng(1).normal(0, 1.5, (ROWS, 6))
    action, expected = log_prob_of_tanh(plain, u)
    agree(policy.log_prob(action, state=STATE), expected)
    agree(policy.ask("log_prob", action=action, state=STATE)["log_prob"], expected)


def test_the_log_prob_of_a_drawn_action_is_that_of_the_squashed_action(agree, unsquashed):
    policy, plain = unsquashed
    u = plain.ask("sample", state=STATE, seed=SEEDS)["action"]
    action, expected = log_prob_of_tanh(plain, np.clip(u, -8, 8))
    found = policy.ask("sample_and_log_prob", state=STATE, seed=SEEDS)
    rows = np.all(np.abs(u) < 8, -1)
    assert rows.mean() > 0.9
    agree(found["action"][rows], action[rows])
    agree(found["log_prob"][rows], expected[rows])


# --- actions from a float32 buffer ----------------------------------------------------------------


def references(run_mlp: Any, policy: Any, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The log-probability of stored actions in NumPy's float64, and its greatest term."""
    variables = {path: value.numpy().astype(float) for path, value in policy.variables.items()}
    state = STATE.astype(float) - variables["context.state.mean"]
    state = state / variables["context.state.scale"]
    with mpmath.workdps(50):
        value = np.array([[float(mpmath.atanh(float(a))) for a in row] for row in actions])
    terms = [-np.log1p(-actions.astype(float)).sum(-1), -np.log1p(actions.astype(float)).sum(-1)]
    for layer in reversed(range(2)):
        passing = np.arange(6) % 2 == layer % 2
        network = np.concatenate([value[:, passing], state], -1)
        prefix = f"layers.0.{layer}.0.conditioner"
        raw = run_mlp(variables, prefix, network, lambda h: np.maximum(h, 0)).reshape(-1, 3, 2)
        log_scale = 3 * np.tanh(raw[..., 1] / 3)
        value[:, ~passing] = (value[:, ~passing] - raw[..., 0]) * np.exp(-log_scale)
        terms.append(-log_scale.sum(-1))
    terms.append(-(value**2).sum(-1) / 2 - 3 * np.log(2 * np.pi))
    return np.sum(terms, 0), 1 + np.max(np.abs(terms), 0)


def test_the_log_prob_of_actions_from_a_buffer_is_right(agree, flow, run_mlp):
    buffer = flow.sample(state=STATE, seed=SEEDS)
    assert buffer.dtype == np.float32
    expected, scale = references(run_mlp, flow, buffer)
    agree(flow.log_prob(buffer, state=STATE), expected, 2e-6, scale=scale)


def test_saturated_actions_touch_their_bounds(saturated):
    distance = 1 - np.abs(saturated.sample(state=STATE, seed=SEEDS))
    assert np.all(distance > 0)
    assert (distance <= 2 * np.spacing(np.float32(0.5))).mean() > 0.3


def test_the_log_prob_of_saturated_actions_from_a_buffer_is_right(agree, saturated, run_mlp):
    buffer = saturated.sample(state=STATE, seed=SEEDS)
    expected, scale = references(run_mlp, saturated, buffer)
    for found in (
        saturated.log_prob(buffer, state=STATE),
        saturated.models["log_prob"]({"action": buffer, "state": STATE})["log_prob"],
        saturated.distribution(state=STATE).log_prob(buffer),
    ):
        assert np.all(np.isfinite(found))
        agree(found, expected, 2e-6, scale=scale)


def test_gradients_of_the_log_prob_of_saturated_actions_are_finite(saturated):
    buffer = saturated.sample(state=STATE, seed=SEEDS)
    model = saturated.models["log_prob"]
    with tf.GradientTape() as tape:
        loss = -tf.reduce_mean(model({"action": buffer, "state": STATE})["log_prob"])
    for gradient in tape.gradient(loss, model.trainable_variables):
        assert np.all(np.isfinite(gradient))


def test_actions_lie_strictly_inside_for_extreme_latents(flow):
    corners = np.array(np.meshgrid(*[[-1e6, 1e6]] * 6)).reshape(6, -1).T.astype(np.float32)
    state = np.resize(STATE, (len(corners), 17))
    for action in (
        flow.forward(corners, state=state),
        flow.models["forward"]({"latent": corners, "state": state})["action"].numpy(),
        flow.models["forward"].predict_on_batch({"latent": corners, "state": state})["action"],
        flow.bijector(state=state).forward(corners).numpy(),
    ):
        assert action.dtype == np.float32
        assert np.all(np.abs(action) < 1)
        assert np.all(np.isfinite(flow.log_prob(action, state=state)))


# --- arrays and tensors ---------------------------------------------------------------------------

FORMS = {
    "arrays": lambda name, value: value,
    "tensors": lambda name, value: tf.constant(value),
    "mixed": lambda name, value: value if name == "state" else tf.constant(value),
    "mixed the other way": lambda name, value: tf.constant(value) if name == "state" else value,
}
each_form = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)


@each_form
@pytest.mark.parametrize("name", GIVEN)
def test_models_take_arrays_and_tensors(flow, name, form):
    given = {key: form(key, value) for key, value in inputs(name).items()}
    expected = flow.models[name](inputs(name))
    found = flow.models[name](given)
    assert set(found) == set(expected)
    for quantity, result in found.items():
        np.testing.assert_array_equal(result, expected[quantity])


@each_form
def test_the_short_cuts_take_arrays_and_tensors_and_return_arrays(flow, form):
    state, seeds = form("state", STATE), form("seed", SEEDS)
    latent, action = form("latent", LATENT), form("action", ACTION)
    pairs = [
        (flow.sample(state=state, seed=seeds), flow.sample(state=STATE, seed=SEEDS)),
        (flow.log_prob(action, state=state), flow.log_prob(ACTION, state=STATE)),
        (flow.forward(latent, state=state), flow.forward(LATENT, state=STATE)),
        (flow.inverse(action, state=state), flow.inverse(ACTION, state=STATE)),
    ]
    for found, expected in pairs:
        assert isinstance(found, np.ndarray)
        assert found.dtype == np.float32
        np.testing.assert_array_equal(found, expected)


@each_form
def test_the_tfp_views_take_arrays_and_tensors(flow, form):
    state, action = form("state", STATE), form("action", ACTION)
    expected = flow.distribution(state=STATE).log_prob(ACTION)
    np.testing.assert_array_equal(flow.distribution(state=state).log_prob(action), expected)


def test_models_and_short_cuts_agree(agree, flow):
    results = {name: model(inputs(name)) for name, model in flow.models.items()}
    agree(flow.sample(state=STATE, seed=SEEDS), results["sample"]["action"], 5e-6)
    agree(flow.forward(LATENT, state=STATE), results["forward"]["action"], 5e-6)
    agree(flow.inverse(ACTION, state=STATE), results["inverse"]["latent"], 5e-6)
    agree(flow.log_prob(ACTION, state=STATE), results["log_prob"]["log_prob"], 5e-6)
