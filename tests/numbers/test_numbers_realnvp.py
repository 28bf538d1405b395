"""A conditional RealNVP, built again in NumPy and out of TFP's own bijectors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.special
import scipy.stats
import tensorflow as tf
import tensorflow_probability as tfp

import flowspec

FEATURES, ROWS, DRAWS = 5, 12, 3
LOW = np.array([-1.0, 0.0, -3.0, -0.5, 2.0])
HIGH = np.array([1.0, 250.0, 1e4, 4.0, 2.5])
COUPLING = {
    "kind": "coupling",
    "transform": {"kind": "affine", "log_scale_bound": 2.0},
    "conditioner": {"kind": "mlp", "hidden": [7, 6], "activation": "relu"},
}
SPEC = {
    "flowspec": 1,
    "name": "policy",
    "dtype": "float64",
    "event": {
        "name": "action",
        "shape": [FEATURES],
        "support": {"kind": "interval", "low": LOW.tolist(), "high": HIGH.tolist()},
    },
    "context": {
        "state": {"kind": "vector", "size": 3, "standardize": True},
        "task": {"kind": "category", "count": 4, "encoder": {"kind": "embedding", "size": 2}},
    },
    "base": {"kind": "normal", "learned": True},
    "layers": [{"repeat": 3, "layers": [COUPLING]}],
    "outputs": {
        "draw": {"returns": ["action", "latent", "log_prob", "base_log_prob", "ldj"]},
        "draws": {"returns": ["action", "latent", "log_prob"], "draws": DRAWS},
        "cold": {"returns": ["action", "log_prob"], "temperature": 0.5},
        "act": {"returns": ["action", "log_prob"], "deterministic": True},
        "forward": {"inputs": ["latent"], "returns": ["action", "log_prob", "ldj"]},
        "inverse": {"inputs": ["action"], "returns": ["latent", "log_prob", "ldj"]},
    },
}
RANDOM = np.random.default_rng(9)
CONTEXT = {
    "state": RANDOM.normal(1, 2, (ROWS, 3)),
    "task": RANDOM.integers(0, 4, ROWS).astype(np.int32),
}
LATENT = RANDOM.normal(0, 1.5, (ROWS, FEATURES))
ACTION = LOW + (HIGH - LOW) * RANDOM.uniform(1e-6, 1 - 1e-6, (ROWS, FEATURES))
SEEDS = RANDOM.integers(-(2**62), 2**62, ROWS)


def relu(value: np.ndarray) -> np.ndarray:
    return np.maximum(value, 0)


class InNumpy:
    """The same flow in NumPy, from the variables by path and the masks of the plan."""

    def __init__(self, flow: Any, run_mlp: Any) -> None:
        self.variables = {path: value.numpy() for path, value in flow.variables.items()}
        self.masks = {r.path: np.array(r.mask) for r in flow.plan.layers if r.kind == "coupling"}
        self.run_mlp = run_mlp
        raw = self.variables["base.raw"]
        self.location, self.scale = raw[:, 0], np.exp(5 * np.tanh(raw[:, 1] / 5))

    def features(self) -> np.ndarray:
        get = self.variables.__getitem__
        state = (CONTEXT["state"] - get("context.state.mean")) / get("context.state.scale")
        table = get("context.task.encoder.embedding.embeddings")
        return np.concatenate([state, table[CONTEXT["task"]]], -1)

    def parameters(self, path: str, passing: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        value = np.concatenate([passing, self.features()], -1)
        flat = self.run_mlp(self.variables, f"{path}.conditioner", value, relu)
        raw = flat.reshape(len(flat), -1, 2)
        return raw[..., 0], 2 * np.tanh(raw[..., 1] / 2)

    def forward(self, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        ldj = np.zeros(len(value))
        for path, mask in self.masks.items():
            shift, log_scale = self.parameters(path, value[:, mask])
            value = value.copy()
            value[:, ~mask] = value[:, ~mask] * np.exp(log_scale) + shift
            ldj = ldj + log_scale.sum(-1)
        share = scipy.special.expit(2 * value)
        slope = np.log(HIGH - LOW) + np.log(2 * share * scipy.special.expit(-2 * value))
        return LOW + (HIGH - LOW) * share, ldj + slope.sum(-1)

    def inverse(self, action: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        value = np.log((action - LOW) / (HIGH - action)) / 2
        ldj = np.log((HIGH - LOW) / 2 / ((action - LOW) * (HIGH - action))).sum(-1)
        for path, mask in reversed(self.masks.items()):
            shift, log_scale = self.parameters(path, value[:, mask])
            value = value.copy()
            value[:, ~mask] = (value[:, ~mask] - shift) / np.exp(log_scale)
            ldj = ldj - log_scale.sum(-1)
        return value, ldj

    def base_log_prob(self, latent: np.ndarray, temperature: float = 1.0) -> np.ndarray:
        return scipy.stats.norm(self.location, temperature * self.scale).logpdf(latent).sum(-1)


@pytest.fixture(scope="module")
def flow(randomize):
    compiled = flowspec.compile(SPEC)
    randomize(compiled)
    return compiled


@pytest.fixture(scope="module")
def in_numpy(flow, run_mlp):
    return InNumpy(flow, run_mlp)


@pytest.fixture(scope="module")
def noise(normals):
    """The standard draws of every row, `(B, S, D)`."""
    return np.stack([normals(int(seed), DRAWS, FEATURES) for seed in SEEDS])


# --- NumPy ----------------------------------------------------------------------------------------


def test_alternating_masks_pass_even_places_first(in_numpy):
    even = np.array([True, False, True, False, True])
    assert [mask.tolist() for mask in in_numpy.masks.values()] == [
        even.tolist(),
        (~even).tolist(),
        even.tolist(),
    ]


def test_forward_is_that_of_numpy(agree, flow, in_numpy):
    event, ldj = in_numpy.forward(LATENT)
    found = flow.ask("forward", latent=LATENT, **CONTEXT)
    agree(found["action"], event)
    agree(found["ldj"], ldj)
    agree(found["log_prob"], in_numpy.base_log_prob(LATENT) - ldj)
    agree(flow.forward(LATENT, **CONTEXT), event)


def test_inverse_is_that_of_numpy(agree, flow, in_numpy):
    latent, ldj = in_numpy.inverse(ACTION)
    found = flow.ask("inverse", action=ACTION, **CONTEXT)
    agree(found["latent"], latent)
    agree(found["ldj"], ldj)
    agree(found["log_prob"], in_numpy.base_log_prob(latent) + ldj)
    agree(flow.inverse(ACTION, **CONTEXT), latent)
    agree(flow.log_prob(ACTION, **CONTEXT), in_numpy.base_log_prob(latent) + ldj)


def test_draws_of_given_seeds_are_those_of_numpy(agree, flow, in_numpy, noise):
    latent = in_numpy.location + in_numpy.scale * noise[:, 0]
    event, ldj = in_numpy.forward(latent)
    found = flow.ask("draw", seed=SEEDS, **CONTEXT)
    agree(found["latent"], latent)
    agree(found["action"], event)
    agree(found["ldj"], ldj)
    agree(found["base_log_prob"], in_numpy.base_log_prob(latent))
    agree(found["log_prob"], in_numpy.base_log_prob(latent) - ldj)
    agree(flow.sample(seed=SEEDS, **CONTEXT), event)


def test_several_draws_a_row_are_those_of_numpy(agree, flow, in_numpy, noise):
    found = flow.ask("draws", seed=SEEDS, **CONTEXT)
    sampled = flow.sample(DRAWS, seed=SEEDS, **CONTEXT)
    for draw in range(DRAWS):
        latent = in_numpy.location + in_numpy.scale * noise[:, draw]
        event, ldj = in_numpy.forward(latent)
        agree(found["latent"][:, draw], latent)
        agree(found["action"][:, draw], event)
        agree(found["log_prob"][:, draw], in_numpy.base_log_prob(latent) - ldj)
        agree(sampled[:, draw], event)


def test_draws_at_a_temperature_are_those_of_numpy(agree, flow, in_numpy, noise):
    latent = in_numpy.location + 0.5 * in_numpy.scale * noise[:, 0]
    event, ldj = in_numpy.forward(latent)
    found = flow.ask("cold", seed=SEEDS, **CONTEXT)
    agree(found["action"], event)
    agree(found["log_prob"], in_numpy.base_log_prob(latent, temperature=0.5) - ldj)


def test_a_deterministic_output_is_the_image_of_the_location(agree, flow, in_numpy):
    latent = np.broadcast_to(in_numpy.location, LATENT.shape)
    event, ldj = in_numpy.forward(latent)
    found = flow.ask("act", **CONTEXT)
    agree(found["action"], event)
    agree(found["log_prob"], in_numpy.base_log_prob(latent) - ldj)


def test_the_keras_models_have_the_numbers_of_numpy(agree, flow, in_numpy):
    latent, ldj = in_numpy.inverse(ACTION)
    found = flow.models["inverse"]({"action": ACTION, **CONTEXT})
    agree(found["latent"], latent)
    agree(found["log_prob"], in_numpy.base_log_prob(latent) + ldj)
    event, ldj = in_numpy.forward(LATENT)
    found = flow.models["forward"].predict_on_batch({"latent": LATENT, **CONTEXT})
    agree(found["action"], event)
    agree(found["ldj"], ldj)


# --- TFP ------------------------------------------------------------------------------------------


def tfp_coupling(in_numpy: InNumpy, path: str, mask: np.ndarray) -> Any:
    """`tfb.RealNVP` moves the last features, so those that pass are brought to the front."""
    order = [*np.flatnonzero(mask), *np.flatnonzero(~mask)]

    def shift_and_log_scale(passing: Any, _: int) -> tuple[Any, Any]:
        return tuple(map(tf.constant, in_numpy.parameters(path, np.asarray(passing))))

    tfb = tfp.bijectors
    move = tfb.RealNVP(num_masked=int(mask.sum()), shift_and_log_scale_fn=shift_and_log_scale)
    to_front = tfb.Permute(np.array(order, np.int32))
    return tfb.Chain([tfb.Invert(to_front), move, to_front])


@pytest.fixture(scope="module")
def in_tfp(in_numpy):
    tfb = tfp.bijectors
    squash = [tfb.Shift((LOW + HIGH) / 2), tfb.Scale((HIGH - LOW) / 2), tfb.Tanh()]
    couplings = [tfp_coupling(in_numpy, path, mask) for path, mask in in_numpy.masks.items()]
    location, scale = np.broadcast_arrays(in_numpy.location, in_numpy.scale + np.zeros((ROWS, 1)))
    return tfp.distributions.TransformedDistribution(
        tfp.distributions.MultivariateNormalDiag(location, scale),
        tfb.Chain([*squash, *reversed(couplings)]),
    )


# Away from the bounds, near which TFP's own inverse loses digits.
MILD = LOW + (HIGH - LOW) * RANDOM.uniform(0.01, 0.99, (ROWS, FEATURES))


def test_forward_is_that_of_a_tfp_chain(agree, flow, in_tfp):
    found = flow.ask("forward", latent=LATENT, **CONTEXT)
    chain = in_tfp.bijector
    agree(found["action"], chain.forward(LATENT), scale=HIGH - LOW)
    agree(found["ldj"], chain.forward_log_det_jacobian(LATENT, event_ndims=1))


def test_inverse_is_that_of_a_tfp_chain(agree, flow, in_tfp):
    found = flow.ask("inverse", action=MILD, **CONTEXT)
    chain = in_tfp.bijector
    agree(found["latent"], chain.inverse(MILD))
    agree(found["ldj"], chain.inverse_log_det_jacobian(MILD, event_ndims=1))


def test_the_log_prob_is_that_of_a_tfp_transformed_distribution(agree, flow, in_tfp):
    agree(flow.log_prob(MILD, **CONTEXT), in_tfp.log_prob(MILD))


def test_the_tfp_views_of_the_flow_agree_with_the_chain(agree, flow, in_tfp):
    chain, bijector = in_tfp.bijector, flow.bijector(**CONTEXT)
    agree(flow.distribution(**CONTEXT).log_prob(MILD), in_tfp.log_prob(MILD))
    agree(bijector.forward(LATENT), chain.forward(LATENT), scale=HIGH - LOW)
    agree(
        bijector.forward_log_det_jacobian(LATENT, event_ndims=1),
        chain.forward_log_det_jacobian(LATENT, event_ndims=1),
    )
    agree(bijector.inverse(MILD), chain.inverse(MILD))
    agree(
        bijector.inverse_log_det_jacobian(MILD, event_ndims=1),
        chain.inverse_log_det_jacobian(MILD, event_ndims=1),
    )


def test_draws_from_the_tfp_view_follow_the_models(flow):
    context = {name: value[:2] for name, value in CONTEXT.items()}
    viewed = flow.distribution(**context).sample(20_000, seed=(0, 1)).numpy()
    drawn = flow.sample(20_000, seed=1, **context).swapaxes(0, 1)
    for row in range(2):
        for feature in range(drawn.shape[-1]):
            test = scipy.stats.ks_2samp(viewed[:, row, feature], drawn[:, row, feature])
            assert test.pvalue > 1e-4
