"""The ldj of whole flows on the plane is that of a Jacobian by differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.integrate

import flowspec

CONDITIONER = {"kind": "mlp", "hidden": [6], "activation": "tanh"}
SPLINE = {"kind": "rational_quadratic_spline", "bins": 5, "bound": 3.0}
AFFINE = {"kind": "affine"}
LAYERS = {
    "affine": [
        {"repeat": 2, "layers": [
            {"kind": "coupling", "transform": AFFINE, "conditioner": CONDITIONER}]},
    ],
    "spline": [
        {"repeat": 2, "layers": [
            {"kind": "coupling", "transform": SPLINE, "conditioner": CONDITIONER}]},
    ],
    "mixed": [
        {"kind": "elementwise", "transform": SPLINE},
        {"kind": "permutation"},
        {"kind": "coupling", "mask": "halves", "transform": AFFINE, "conditioner": CONDITIONER},
        {"kind": "permutation", "order": [1, 0]},
        {"kind": "elementwise", "transform": AFFINE},
        {"kind": "coupling", "transform": {"kind": "additive"}, "conditioner": CONDITIONER},
        {"kind": "coupling", "mask": "odd", "transform": SPLINE, "conditioner": CONDITIONER},
    ],
}  # fmt: skip
SUPPORTS = {
    "real": {"kind": "real"},
    "interval": {"kind": "interval", "low": [-1, 0], "high": [1, 30]},
    "positive": {"kind": "positive"},
}
STEP = 1e-5
LATENT = np.random.default_rng(1).normal(size=(20, 2))


CASES = [("affine", "real"), ("spline", "positive"), *(("mixed", name) for name in SUPPORTS)]


@pytest.fixture(scope="module", params=CASES, ids="-".join)
def flow(request, randomize):
    layers, support = request.param
    compiled = flowspec.compile(
        {
            "flowspec": 1,
            "name": "plane",
            "dtype": "float64",
            "event": {"shape": [2], "support": SUPPORTS[support], "standardize": True},
            "layers": LAYERS[layers],
        }
    )
    randomize(compiled, scale=0.3)
    return compiled


def forward(flow: Any, latent: np.ndarray) -> np.ndarray:
    return flow.ask("forward", latent=latent)["event"]


def inverse(flow: Any, event: np.ndarray) -> np.ndarray:
    return flow.ask("inverse", event=event)["latent"]


def log_volume(run: Callable[..., np.ndarray], flow: Any, at: np.ndarray, room: Any) -> np.ndarray:
    """The log-determinant of the Jacobian by central differences within the room there is."""
    columns = []
    for feature in range(2):
        step = np.zeros_like(at)
        step[:, feature] = STEP * np.minimum(room, 1)[:, feature]
        above, below = at + step, at - step
        difference = run(flow, above) - run(flow, below)
        columns.append(difference / (above - below).sum(-1, keepdims=True))
    return np.log(np.abs(np.linalg.det(np.stack(columns, -1))))


def room_of(flow: Any, event: np.ndarray) -> np.ndarray:
    """The distance from the nearest bound."""
    if flow.plan.event.support["kind"] == "interval":
        return np.minimum(event - [-1, 0], [1, 30] - event)
    return event if flow.plan.event.support["kind"] == "positive" else np.ones_like(event)


def test_the_forward_ldj_is_that_of_differences(agree, flow):
    found = flow.ask("forward", latent=LATENT)["ldj"]
    agree(found, log_volume(forward, flow, LATENT, np.ones_like(LATENT)), 1e-6)


def test_the_inverse_ldj_is_that_of_differences(agree, flow):
    event = forward(flow, LATENT)
    found = flow.ask("inverse", event=event)["ldj"]
    agree(found, log_volume(inverse, flow, event, room_of(flow, event)), 1e-6)


def test_the_log_prob_is_the_base_density_times_the_volume(agree, flow):
    base = -(LATENT**2).sum(-1) / 2 - np.log(2 * np.pi)
    volume = log_volume(forward, flow, LATENT, np.ones_like(LATENT))
    agree(flow.log_prob(forward(flow, LATENT)), base - volume, 1e-6)


def test_the_density_of_the_interval_integrates_to_one(randomize):
    compiled = flowspec.compile(
        {
            "flowspec": 1,
            "name": "square",
            "dtype": "float64",
            "event": {"shape": [2], "support": SUPPORTS["interval"]},
            "layers": LAYERS["mixed"],
        }
    )
    randomize(compiled, scale=0.2)
    # In u the square is the whole plane, where the density decays and the sum converges quickly.
    u = np.linspace(-9, 9, 400)
    x, y = np.tanh(u), 15 * (1 + np.tanh(u))
    grid = np.stack(np.meshgrid(x, y, indexing="ij"), -1).reshape(-1, 2)
    slope = np.outer(1 / np.cosh(u) ** 2, 15 / np.cosh(u) ** 2)
    density = np.exp(compiled.log_prob(grid)).reshape(400, 400) * slope
    total = scipy.integrate.trapezoid(scipy.integrate.trapezoid(density, u), u)
    assert abs(total - 1) < 1e-4
