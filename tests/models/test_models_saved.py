"""Models come back from `.keras` files and SavedModels with the same numbers."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

import flowspec
from flowspec.diagnostics import UsageError

COUPLING = {
    "kind": "coupling",
    "transform": {"kind": "rational_quadratic_spline", "bins": 3},
    "conditioner": {"kind": "mlp", "hidden": [8]},
}
SPEC = {
    "flowspec": 1,
    "name": "saved",
    "event": {"name": "y", "shape": [3], "standardize": True},
    "context": {"x": {"kind": "vector", "size": 2, "standardize": True}},
    "base": {"kind": "normal", "conditioner": {"kind": "mlp", "hidden": [4]}},
    "layers": [COUPLING, {**COUPLING, "trainable": False}],
    "outputs": {
        "sample": {"returns": ["y", "log_prob"]},
        "many": {"returns": ["y"], "draws": 3},
        "log_prob": {"inputs": ["y"], "returns": ["log_prob"]},
        "act": {"returns": ["y"], "deterministic": True},
    },
}
X = np.random.default_rng(0).normal(size=(5, 2)).astype("float32")
Y = np.random.default_rng(1).normal(size=(5, 3)).astype("float32")
GIVEN = {
    "sample": {"x": X, "seed": np.arange(5)},
    "many": {"x": X, "seed": np.arange(5)},
    "log_prob": {"x": X, "y": Y},
    "act": {"x": X},
}
FRESH = """
import json, sys
import numpy as np
given = {name: {key: np.asarray(value, "int64" if key == "seed" else "float32")
                for key, value in inputs.items()} for name, inputs in json.load(sys.stdin).items()}
"""


@pytest.fixture(scope="module")
def flow():
    flow = flowspec.compile(SPEC)
    random = np.random.default_rng(2)
    for path, variable in flow.variables.items():
        noise = random.normal(size=variable.shape) * 0.3
        variable.assign(np.exp(noise) if path.endswith("scale") else noise)
    return flow


def in_a_fresh_process(code):
    text = json.dumps(GIVEN, default=np.ndarray.tolist)
    run = subprocess.run(
        [sys.executable, "-c", FRESH + code], input=text, capture_output=True, text=True,
        timeout=300,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout.splitlines()[-1])


def compare(flow, answers):
    assert set(answers) == set(GIVEN)
    for name, returns in answers.items():
        expected = flow.ask(name, **GIVEN[name])
        assert set(returns) == set(expected)
        for key, value in returns.items():
            np.testing.assert_allclose(value, expected[key], rtol=1e-6, atol=1e-6)


def test_keras_files_load_in_a_fresh_process(flow, tmp_path):
    for name, model in flow.models.items():
        model.save(tmp_path / f"{name}.keras")
    answers = in_a_fresh_process(f"""
import keras, flowspec
flowspec.register()
answers = {{}}
for name, inputs in given.items():
    model = keras.models.load_model({str(tmp_path)!r} + f"/{{name}}.keras")
    answers[name] = {{key: value.numpy().tolist() for key, value in model(inputs).items()}}
    if name == "sample":
        del inputs["seed"]
        first, second = (model(inputs)["y"].numpy() for _ in range(2))
        assert (first != second).any()
        assert len(model.trainable_weights) < len(model.weights) - 4
print(json.dumps(answers))
""")
    compare(flow, answers)


def test_a_saved_model_needs_no_flowspec(flow, tmp_path):
    flow.export(tmp_path / "saved_model")
    answers = in_a_fresh_process(f"""
sys.modules["flowspec"] = sys.modules["keras"] = None
import tensorflow as tf
loaded = tf.saved_model.load({str(tmp_path / "saved_model")!r})
answers = {{}}
for name, inputs in given.items():
    tensors = {{key: tf.constant(value) for key, value in inputs.items()}}
    result = loaded.signatures[name](**tensors)
    answers[name] = {{key: value.numpy().tolist() for key, value in result.items()}}
    half = loaded.signatures[name](**{{key: value[:2] for key, value in tensors.items()}})
    for key, value in half.items():
        np.testing.assert_allclose(value, result[key][:2], rtol=1e-5, atol=1e-5)
print(json.dumps(answers))
""")
    compare(flow, answers)


def test_every_weight_is_written_once(flow, tmp_path):
    import tensorflow as tf

    flow.export(tmp_path / "saved_model")
    names = tf.train.list_variables(str(tmp_path / "saved_model" / "variables" / "variables"))
    stored = [shape for name, shape in names if name.endswith("VARIABLE_VALUE")]
    assert len(stored) == len(flow.plan.variables)


def test_export_replaces_a_saved_model_and_nothing_else(flow, tmp_path):
    flow.export(tmp_path / "saved_model")
    flow.export(tmp_path / "saved_model")
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="folder-in-use"):
        flow.export(tmp_path / "notes")
    assert sorted(os.listdir(tmp_path)) == ["notes", "saved_model"]
    assert (tmp_path / "notes" / "mine.txt").read_text() == "mine"
