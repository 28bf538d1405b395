"""A compiled model is a layer of a bigger model: functional, sequential or subclassed."""

import copy
import subprocess
import sys

import keras
import numpy as np
import pytest
import tensorflow as tf

import flowspec
from tests.models.policy import ACTIONS, RANDOM, ROWS, identities, moved, weights

PIXELS = RANDOM.normal(size=(ROWS, 10)).astype("float32")
ONE = {
    "flowspec": 1, "name": "image", "event": {"name": "y", "shape": [4]},
    "layers": [{"kind": "elementwise", "transform": {"kind": "affine"}}],
    "outputs": {"log_prob": {"inputs": ["y"], "returns": ["log_prob"]}},
}  # fmt: skip


def functional(flow):
    pixels = keras.Input((10,), name="pixels")
    features = keras.layers.Dense(4, name="eyes")(pixels)
    drawn = flow.models["sample_and_log_prob"]({"state": features})
    given = flow.models["log_prob"]({"state": features, "action": drawn["action"]})
    outputs = {"action": drawn["action"], "drawn": drawn["log_prob"], "given": given["log_prob"]}
    return keras.Model(pixels, outputs, name="agent")


def test_a_functional_model_trains_end_to_end_and_shares_the_variables(flow):
    agent = functional(flow)
    assert identities(flow.store.weights) < identities(agent.weights)
    assert len(agent.trainable_variables) == 2 + len(flow.variables)
    answers = agent.predict(PIXELS, verbose=0)
    np.testing.assert_allclose(answers["drawn"], answers["given"], rtol=1e-4, atol=1e-4)
    before, eyes = weights(flow), agent.get_layer("eyes").kernel.numpy()
    agent.compile(keras.optimizers.Adam(0.01), loss={"action": "mse", "drawn": None, "given": None})
    target = {"action": ACTIONS, "drawn": np.zeros(ROWS), "given": np.zeros(ROWS)}
    history = agent.fit(PIXELS, target, epochs=3, verbose=0).history
    assert np.isfinite(history["loss"]).all()
    assert sum(moved(flow, before)) >= 4
    assert (agent.get_layer("eyes").kernel.numpy() != eyes).any()
    first, second = (agent.predict(PIXELS, verbose=0)["action"] for _ in range(2))
    assert (first != second).any()


@pytest.mark.slow
def test_a_bigger_model_comes_back_in_a_fresh_process(flow, tmp_path):
    agent = functional(flow)
    pixels = keras.Input((10,), name="pixels")
    act = keras.Model(
        pixels,
        flow.models["inverse"](
            {
                "state": agent.get_layer("eyes")(pixels),
                "action": keras.ops.zeros_like(pixels[:, :3]),
            }
        ),
    )
    act.compile("adam", loss={"latent": "mse", "ldj": None})
    act.fit(PIXELS, {"latent": ACTIONS, "ldj": np.zeros(ROWS)}, verbose=0)
    act.save(tmp_path / "act.keras")
    agent.save(tmp_path / "agent.keras")
    np.save(tmp_path / "pixels.npy", PIXELS)
    names = [flow.models[name].name for name in ("sample_and_log_prob", "log_prob")]
    code = f"""
import numpy as np, keras, flowspec
flowspec.register()
pixels = np.load({str(tmp_path / "pixels.npy")!r})
agent = keras.models.load_model({str(tmp_path / "agent.keras")!r}, safe_mode=True)
answers = agent.predict(pixels, verbose=0)
np.testing.assert_allclose(answers["drawn"], answers["given"], rtol=1e-4, atol=1e-4)
assert (agent.predict(pixels, verbose=0)["action"] != answers["action"]).any()
held = {{id(variable) for variable in agent.weights}}
both = [agent.get_layer(name) for name in {names}]
assert len(held) == len(agent.weights) == 2 + {len(flow.variables)}
assert all({{id(v) for v in model.weights}} < held for model in both)
act = keras.models.load_model({str(tmp_path / "act.keras")!r}, safe_mode=True)
target = {{"latent": pixels[:, :3], "ldj": np.zeros(len(pixels))}}
np.save({str(tmp_path / "latent.npy")!r}, act.predict(pixels, verbose=0)["latent"])
act.fit(pixels, target, verbose=0)
"""  # fmt: skip
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr[-2000:]
    found = np.load(tmp_path / "latent.npy")
    np.testing.assert_allclose(found, act.predict(PIXELS, verbose=0)["latent"], rtol=1e-5)


def test_a_model_of_one_input_ends_a_sequential_model(tmp_path):
    flow = flowspec.compile(ONE)
    model = flow.models["log_prob"]
    chain = keras.Sequential([keras.Input((10,)), keras.layers.Dense(4), model])
    answer = chain(PIXELS)["log_prob"]
    expected = flow.log_prob(chain.layers[0](PIXELS))
    np.testing.assert_allclose(answer, expected, rtol=1e-5)
    before = weights(flow)
    chain.compile("adam", loss={"log_prob": "mse"})
    chain.fit(PIXELS, {"log_prob": np.zeros(ROWS)}, epochs=2, verbose=0)
    assert all(moved(flow, before))
    chain.save(tmp_path / "chain.keras")
    loaded = keras.models.load_model(tmp_path / "chain.keras", safe_mode=True)
    np.testing.assert_allclose(loaded(PIXELS)["log_prob"], chain(PIXELS)["log_prob"], rtol=1e-5)


class Agent(keras.Model):
    """A subclassed model around a flow."""

    def __init__(self, policy):
        super().__init__()
        self.eyes = keras.layers.Dense(4)
        self.policy = policy

    def call(self, pixels):
        """Log-probabilities of zero actions."""
        rows = tf.shape(pixels)[0]
        given = {"state": self.eyes(pixels), "action": tf.zeros((rows, 3))}
        return self.policy(given)["log_prob"]


def test_a_subclassed_model_trains_the_store(flow):
    agent = Agent(flow.models["log_prob"])
    agent.compile(keras.optimizers.Adam(0.01), loss=lambda y, log_prob: -log_prob)
    before = weights(flow)
    history = agent.fit(PIXELS, np.zeros(ROWS), epochs=4, verbose=0).history
    assert history["loss"][-1] < history["loss"][0]
    assert all(moved(flow, before))
    assert identities(flow.store.weights) < identities(agent.weights)


def test_one_model_inside_two_bigger_ones_is_moved_by_both(flow):
    agents = [functional(flow) for _ in range(2)]
    for agent in agents:
        agent.compile(
            keras.optimizers.Adam(0.01), loss={"action": "mse", "drawn": None, "given": None}
        )
        before = weights(flow)
        target = {"action": ACTIONS, "drawn": np.zeros(ROWS), "given": np.zeros(ROWS)}
        agent.fit(PIXELS, target, verbose=0)
        assert sum(moved(flow, before)) >= 4


def test_two_flows_of_one_name_fit_in_one_model(flow, tmp_path):
    other = flowspec.compile({**ONE, "name": "other", "context": {"state": {
        "kind": "vector", "size": 4}}, "outputs": {"act": {"returns": ["y"]}}})  # fmt: skip
    target = copy.deepcopy(flow)
    inputs = {"state": keras.Input((4,), name="state"), "action": keras.Input((3,), name="action")}
    pair = {
        "online": flow.models["log_prob"](inputs)["log_prob"],
        "target": target.models["log_prob"](inputs)["log_prob"],
        "act": flow.models["sample"]({"state": inputs["state"]})["action"],
        "back": target.models["sample"]({"state": inputs["state"]})["action"],
        "other": other.models["act"]({"state": inputs["state"]})["y"],
    }
    both = keras.Model(inputs, pair)
    names = {layer.name for layer in both.layers}
    assert len(names) == len(both.layers)
    assert both.get_layer(flow.models["log_prob"].name) is flow.models["log_prob"]
    for variable in target.variables.values():
        variable.assign_add(keras.ops.ones_like(variable) * 0.1)
    given = {"state": PIXELS[:, :4], "action": ACTIONS}
    both.save(tmp_path / "both.keras")
    loaded = keras.models.load_model(tmp_path / "both.keras", safe_mode=True)
    assert {layer.name for layer in loaded.layers} == names
    held = len(flow.store.weights) + len(target.store.weights) + len(other.store.weights)
    for model in (both, loaded):
        found = model.predict(given, verbose=0)
        for one, name in ((flow, "online"), (target, "target")):
            expected = one.log_prob(ACTIONS, state=given["state"])
            np.testing.assert_allclose(found[name], expected, rtol=1e-4, atol=1e-5)
        assert np.abs(found["online"] - found["target"]).max() > 1e-3
        assert len(model.weights) == held


def test_a_model_keeps_its_name_until_another_of_that_name_is_nested():
    flow = flowspec.compile({**ONE, "name": "twin"})
    twins = [flow, copy.deepcopy(flow), copy.deepcopy(flow)]
    assert [twin.models["log_prob"].name for twin in twins] == ["twin.log_prob"] * 3
    y = keras.Input((4,), name="y")
    for twin in (*twins, flow):
        twin.models["log_prob"](y)
    names = ["twin.log_prob", "twin.log_prob_1", "twin.log_prob_2"]
    assert [twin.models["log_prob"].name for twin in twins] == names
