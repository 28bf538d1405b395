"""What is not a number in a row is never answered by a number that it had a part in."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

import flowspec

ROWS, BAD = 5, [1, 3]
RANDOM = np.random.default_rng(2)
EVENT = RANDOM.normal(size=(ROWS, 2)).astype(np.float32)
STATE = RANDOM.normal(size=(ROWS, 3)).astype(np.float32)
# The activations of hidden layers; TensorFlow fuses some of them with the product before.
ACTIVATIONS = ["relu", "relu6", "leaky_relu", "elu", "tanh", "sigmoid", "gelu", "silu"]


def with_nan(table: np.ndarray) -> np.ndarray:
    table = table.copy()
    table[BAD, [0, -1]] = np.nan
    return table


@pytest.fixture(scope="module", params=ACTIVATIONS)
def flow(request, randomize):
    compiled = flowspec.compile(
        {
            "flowspec": 1,
            "name": "plane",
            "event": {"shape": [2]},
            "context": {"state": {"kind": "vector", "size": 3}},
            "layers": [
                {
                    "kind": "elementwise",
                    "transform": {"kind": "affine"},
                    "conditioner": {"kind": "mlp", "hidden": [8], "activation": request.param},
                }
            ],
        }
    )
    randomize(compiled)
    return compiled


@pytest.mark.parametrize("given", ["event", "state"])
def test_the_log_prob_of_its_row_is_nan_and_the_others_are_right(agree, flow, given):
    expected = flow.log_prob(EVENT, state=STATE)
    event = with_nan(EVENT) if given == "event" else EVENT
    state = with_nan(STATE) if given == "state" else STATE
    model = flow.models["log_prob"]
    inputs = {"event": tf.constant(event), "state": tf.constant(state)}
    viewed = tf.function(lambda y, c: flow.distribution(state=c).log_prob(y))
    for found in (
        viewed(event, state).numpy(),
        model(inputs)["log_prob"].numpy(),
        tf.function(model)(inputs)["log_prob"].numpy(),
        flow.log_prob(event, state=state),
    ):
        np.testing.assert_array_equal(np.flatnonzero(np.isnan(found)), BAD)
        agree(np.delete(found, BAD), np.delete(expected, BAD), 1e-6)
