"""The normal base against SciPy and TFP: fixed, learned, conditional, at any temperature."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import scipy.stats
import tensorflow as tf
import tensorflow_probability as tfp

import flowspec
from flowspec.catalog.bases.normal import Normal, box_muller

BASES = {
    "fixed": {"kind": "normal"},
    "learned": {"kind": "normal", "learned": True},
    "conditional": {
        "kind": "normal",
        "conditioner": {"kind": "mlp", "hidden": [6], "activation": "tanh"},
    },
}
TEMPERATURES = {"plain": 1.0, "cold": 0.3, "hot": 2.5}
FEATURES, ROWS, DRAWS = 3, 9, 4
SEEDS = np.array([0, 1, -1, 5, 2**63 - 1, -(2**63), 17, 18, 19])
STATES = np.random.default_rng(6).normal(size=(ROWS, 2))
LATENTS = np.random.default_rng(7).normal(0, 3, (ROWS, FEATURES))


def outputs():
    found = {"centre": {"returns": ["latent"], "deterministic": True}}
    for name, temperature in TEMPERATURES.items():
        density = {"inputs": ["latent"], "returns": ["base_log_prob"]}
        draw = {"returns": ["latent", "base_log_prob"]}
        found[f"{name}_density"] = {**density, "temperature": temperature}
        found[f"{name}_draw"] = {**draw, "temperature": temperature}
        found[f"{name}_draws"] = {**draw, "temperature": temperature, "draws": DRAWS}
    return found


@pytest.fixture(scope="module", params=BASES)
def case(request, randomize, run_mlp):
    """A flow that is the identity, and the location and scale of its base by row, `(B, D)`."""
    flow = flowspec.compile(
        {
            "flowspec": 1,
            "name": "base",
            "dtype": "float64",
            "event": {"shape": [FEATURES]},
            "context": {"state": {"kind": "vector", "size": 2}},
            "base": BASES[request.param],
            "layers": [{"kind": "elementwise", "transform": {"kind": "additive"}}],
            "outputs": outputs(),
        }
    )
    randomize(flow, scale=1.0)
    raw = np.zeros((ROWS, FEATURES, 2))
    if request.param == "learned":
        raw = np.broadcast_to(flow.variables["base.raw"].numpy(), raw.shape)
    if request.param == "conditional":
        raw = run_mlp(flow.variables, "base.conditioner", STATES, np.tanh).reshape(raw.shape)
    return flow, raw[..., 0], np.exp(5 * np.tanh(raw[..., 1] / 5))


each_temperature = pytest.mark.parametrize("name", TEMPERATURES)


@each_temperature
def test_the_density_is_that_of_scipy_and_tfp(agree, case, name):
    flow, location, scale = case
    scale = TEMPERATURES[name] * scale
    found = flow.ask(f"{name}_density", state=STATES, latent=LATENTS)["base_log_prob"]
    agree(found, scipy.stats.norm(location, scale).logpdf(LATENTS).sum(-1))
    reference = tfp.distributions.MultivariateNormalDiag(location, scale)
    agree(found, reference.log_prob(LATENTS))


@each_temperature
def test_draws_are_the_standard_draws_of_the_seed_scaled_and_moved(agree, case, normals, name):
    flow, location, scale = case
    scale = TEMPERATURES[name] * scale
    noise = np.concatenate([normals(int(seed), 1, FEATURES) for seed in SEEDS])
    found = flow.ask(f"{name}_draw", state=STATES, seed=SEEDS)
    agree(found["latent"], location + scale * noise)
    density = scipy.stats.norm(location, scale).logpdf(location + scale * noise).sum(-1)
    agree(found["base_log_prob"], density)


@each_temperature
def test_several_draws_of_a_row_go_on_in_its_stream(agree, case, normals, name):
    flow, location, scale = case
    location, scale = location[:, np.newaxis], TEMPERATURES[name] * scale[:, np.newaxis]
    noise = np.stack([normals(int(seed), DRAWS, FEATURES) for seed in SEEDS])
    found = flow.ask(f"{name}_draws", state=STATES, seed=SEEDS)
    agree(found["latent"], location + scale * noise)
    density = scipy.stats.norm(location, scale).logpdf(location + scale * noise).sum(-1)
    agree(found["base_log_prob"], density)


def test_the_centre_is_the_location(agree, case):
    flow, location, _ = case
    agree(flow.ask("centre", state=STATES)["latent"], location)


def test_the_tfp_view_has_the_same_location_and_scale(agree, case):
    flow, location, scale = case
    base = flow.distribution(state=STATES).distribution
    agree(base.mean(), location)
    agree(base.stddev(), scale)


def test_scales_stay_within_five_nats(agree):
    raw = np.array([[0.0, 1e6], [0.0, -1e6], [3.0, 1e6]])
    found = Normal(kind="normal").place(tf.ones(3, tf.float64), tf.constant(raw), 1.0)
    agree(found, raw[:, 0] + np.exp([5.0, -5.0, 5.0]))


def test_box_muller_of_known_uniforms(agree):
    first, second = np.random.default_rng(8).uniform(size=(2, 50, 3))
    found = box_muller(tf.constant(np.concatenate([first, second], -1))).numpy()
    radius, angle = np.sqrt(-2 * np.log(first)), 2 * np.pi * second
    agree(found[:, 0::2], radius * np.cos(angle))
    agree(found[:, 1::2], radius * np.sin(angle))


def test_box_muller_at_the_ends_of_the_uniforms(agree):
    ends = 0.5 / 2**52, 1 - 0.5 / 2**52
    found = box_muller(tf.constant([[a, b] for a in ends for b in (0.25, *ends)], tf.float64))
    with mpmath.workdps(50):
        radii = [mpmath.sqrt(-2 * mpmath.log(mpmath.mpf(a))) for a in ends for _ in range(3)]
        angles = [2 * mpmath.pi * mpmath.mpf(b) for _ in ends for b in (0.25, *ends)]
        pairs = zip(radii, angles, strict=True)
        expected = [[float(r * mpmath.cos(a)), float(r * mpmath.sin(a))] for r, a in pairs]
    agree(found, expected)


@pytest.mark.parametrize("way", ["rows", "draws"])
def test_draws_are_normal(way):
    flow = flowspec.compile(
        {
            "flowspec": 1,
            "name": "line",
            "dtype": "float64",
            "event": {"shape": [1]},
            "context": {"state": {"kind": "vector", "size": 1}},
            "layers": [{"kind": "elementwise", "transform": {"kind": "additive"}}],
        }
    )
    many = 100_000
    if way == "rows":
        drawn = flow.sample(state=np.zeros((many, 1)), seed=np.arange(many)).ravel()
    else:
        drawn = flow.sample(many, state=np.zeros((1, 1)), seed=np.array([0])).ravel()
    assert drawn.shape == (many,)
    assert scipy.stats.kstest(drawn, "norm").pvalue > 1e-3
    assert abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 4 / np.sqrt(many)
    assert abs(np.corrcoef(drawn[:-1] ** 2, drawn[1:] ** 2)[0, 1]) < 4 / np.sqrt(many)


def test_the_two_numbers_of_a_pair_are_uncorrelated():
    flow = flowspec.compile(
        {
            "flowspec": 1,
            "name": "plane",
            "event": {"shape": [2]},
            "layers": [{"kind": "elementwise", "transform": {"kind": "additive"}}],
        }
    )
    many = 100_000
    drawn = flow.sample(many, seed=3)
    for table in (drawn, drawn**2):
        assert abs(np.corrcoef(table.T)[0, 1]) < 4 / np.sqrt(many)
