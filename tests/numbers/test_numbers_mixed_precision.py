"""Under a mixed policy networks compute in bfloat16, and everything else in the flow's dtype."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import flowspec

ROWS = 24
RANDOM = np.random.default_rng(3)
# More digits than bfloat16 has, so that a cast on the way in would show.
STATE = (1 + RANDOM.normal(0, 1e-2, (ROWS, 3))).astype(np.float32)
LATENT = RANDOM.normal(size=(ROWS, 4)).astype(np.float32)
SEEDS = np.arange(ROWS)
SPEC = {
    "flowspec": 1,
    "name": "mixed",
    "event": {"shape": [4]},
    "context": {"state": {"kind": "vector", "size": 3, "encoder": {"kind": "mlp", "hidden": [6]}}},
    "layers": [
        {
            "repeat": 2,
            "layers": [
                {
                    "kind": "coupling",
                    "transform": {"kind": "affine"},
                    "conditioner": {"kind": "mlp", "hidden": [16]},
                }
            ],
        }
    ],
    "outputs": {
        "draw": {"returns": ["event", "latent", "log_prob", "base_log_prob", "ldj"]},
        "forward": {"inputs": ["latent"], "returns": ["event", "log_prob", "ldj"]},
        "inverse": {"inputs": ["event"], "returns": ["latent", "log_prob", "ldj"]},
    },
}


@pytest.fixture(scope="module")
def policy():
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_bfloat16")
    yield
    keras.config.set_dtype_policy(before)


@pytest.fixture(scope="module")
def plain(randomize):
    assert keras.config.dtype_policy().name == "float32"
    flow = flowspec.compile(SPEC)
    randomize(flow)
    return flow


@pytest.fixture(scope="module")
def mixed(plain, policy, randomize):
    flow = flowspec.compile(SPEC)
    randomize(flow)
    return flow


def answers(flow: Any) -> dict[str, dict[str, Any]]:
    event = flow.forward(LATENT, state=STATE)
    return {
        "draw": flow.models["draw"]({"seed": SEEDS, "state": STATE}),
        "forward": flow.models["forward"]({"latent": LATENT, "state": STATE}),
        "inverse": flow.models["inverse"]({"event": event, "state": STATE}),
    }


def dense_layers(flow: Any) -> list[Any]:
    return [
        layer
        for part in flow.store.parts
        for network in part.networks.values()
        for layer in network.inner.values()
    ]


def test_networks_compute_in_bfloat16_with_float32_variables(mixed):
    layers = dense_layers(mixed)
    assert len(layers) == 6
    assert {layer.compute_dtype for layer in layers} == {"bfloat16"}
    assert {layer.variable_dtype for layer in layers} == {"float32"}
    assert {variable.dtype for variable in mixed.variables.values()} == {"float32"}
    value = layers[-2](tf.ones((1, layers[-2].kernel.shape[0])))
    assert value.dtype == tf.bfloat16


def test_without_the_policy_networks_compute_in_float32(plain):
    assert {layer.compute_dtype for layer in dense_layers(plain)} == {"float32"}


def test_every_quantity_stays_float32(mixed):
    for results in answers(mixed).values():
        for quantity, result in results.items():
            assert result.dtype == tf.float32, quantity


def test_the_numbers_are_those_of_networks_in_bfloat16(plain, mixed):
    found, expected = answers(mixed), answers(plain)
    moved = {"draw": ["event", "log_prob", "ldj"], "forward": ["event"], "inverse": ["latent"]}
    for name, quantities in moved.items():
        for quantity in quantities:
            error = np.abs(found[name][quantity] - expected[name][quantity]).max()
            assert 1e-4 < error < 0.3, (name, quantity)


def test_draws_before_any_network_are_exactly_those_without_the_policy(plain, mixed):
    found, expected = answers(mixed)["draw"], answers(plain)["draw"]
    np.testing.assert_array_equal(found["latent"], expected["latent"])
    np.testing.assert_array_equal(found["base_log_prob"], expected["base_log_prob"])


def test_inverse_undoes_forward_to_the_precision_of_float32(agree, mixed):
    forward = mixed.models["forward"]({"latent": LATENT, "state": STATE})
    inverse = mixed.models["inverse"]({"event": forward["event"], "state": STATE})
    agree(inverse["latent"], LATENT, 2e-6)
    agree(inverse["ldj"], -forward["ldj"], 2e-6)
    agree(inverse["log_prob"], forward["log_prob"], 2e-6)


def test_the_short_cuts_undo_each_other_to_the_precision_of_float32(agree, mixed):
    event = mixed.forward(LATENT, state=STATE)
    assert event.dtype == np.float32
    agree(mixed.inverse(event, state=STATE), LATENT, 2e-6)


def test_a_float64_flow_ignores_the_policy(agree, policy):
    flow = flowspec.compile({**SPEC, "dtype": "float64"})
    assert {layer.compute_dtype for layer in dense_layers(flow)} == {"float64"}
    event = flow.forward(LATENT, state=STATE)
    assert event.dtype == np.float64
    agree(flow.inverse(event, state=STATE), LATENT, 1e-10)
