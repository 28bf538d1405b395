"""An affine flow of one positive number is a log-normal distribution."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

import flowspec

INCOME = np.linspace(-2, 2, 15)[:, np.newaxis]
FOOD = np.geomspace(1e-4, 1e5, 15)[:, np.newaxis]
SEEDS = np.arange(15)


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "standardized"])
def case(request, run_mlp):
    """A flow, and the log-normal distribution of each row."""
    flow = flowspec.compile(
        {
            "flowspec": 1,
            "name": "engel",
            "dtype": "float64",
            "event": {
                "name": "food",
                "shape": [1],
                "support": {"kind": "positive"},
                "standardize": request.param,
            },
            "context": {"income": {"kind": "vector", "size": 1}},
            "layers": [
                {
                    "kind": "elementwise",
                    "transform": {"kind": "affine"},
                    "conditioner": {"kind": "mlp", "hidden": [8], "activation": "tanh"},
                }
            ],
            "outputs": {
                "draw": {"returns": ["food", "log_prob"]},
                "log_prob": {"inputs": ["food"], "returns": ["log_prob"]},
                "quantile": {"inputs": ["latent"], "returns": ["food"]},
                "median": {"returns": ["food"], "deterministic": True},
            },
        }
    )
    random = np.random.default_rng(1)
    for path, variable in flow.variables.items():
        if path.startswith("layers"):
            variable.assign(random.normal(0, 0.5, variable.shape))
    mean, scale = 0.0, 1.0
    if request.param:
        mean, scale = 3.5, 0.7
        flow.variables["event.mean"].assign([mean])
        flow.variables["event.scale"].assign([scale])
    raw = run_mlp(flow.variables, "layers.0.conditioner", INCOME, np.tanh)
    location = mean + scale * raw[:, 0]
    spread = scale * np.exp(3 * np.tanh(raw[:, 1] / 3))
    return flow, scipy.stats.lognorm(s=spread, scale=np.exp(location))


def test_the_density_is_that_of_scipy(agree, case):
    flow, reference = case
    agree(flow.log_prob(FOOD, income=INCOME), reference.logpdf(FOOD[:, 0]))


def test_the_latent_is_the_normal_quantile(agree, case):
    flow, reference = case
    latent = np.linspace(-5, 5, 15)
    food = flow.ask("quantile", latent=latent[:, np.newaxis], income=INCOME)["food"]
    agree(food[:, 0], reference.ppf(scipy.stats.norm.cdf(latent)), scale=0.0)
    agree(flow.inverse(food, income=INCOME)[:, 0], latent)


def test_the_deterministic_answer_is_the_median(agree, case):
    flow, reference = case
    agree(flow.ask("median", income=INCOME)["food"][:, 0], reference.median(), scale=0.0)


def test_draws_are_quantiles_of_the_normal_draws(agree, case, normals):
    flow, reference = case
    noise = np.concatenate([normals(int(seed), 1, 1) for seed in SEEDS])[:, 0]
    found = flow.ask("draw", income=INCOME, seed=SEEDS)
    food = reference.median() * np.exp(noise * reference.kwds["s"])
    agree(found["food"][:, 0], food, scale=0.0)
    agree(found["log_prob"], reference.logpdf(food))


def test_draws_follow_scipys_distribution(case):
    flow, reference = case
    drawn = flow.sample(4000, income=INCOME, seed=2)[..., 0]
    shares = reference.cdf(drawn.T).T
    assert min(scipy.stats.kstest(row, "uniform").pvalue for row in shares) > 1e-3 / len(shares)
