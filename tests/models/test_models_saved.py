"""Models come back from `.keras` files and SavedModels with the same numbers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

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
    "context": {
        "x": {"kind": "vector", "size": 2, "standardize": True},
        "arm": {"kind": "category", "count": 3, "encoder": {"kind": "embedding", "size": 2}},
    },
    "base": {"kind": "normal", "conditioner": {"kind": "mlp", "hidden": [4]}},
    "layers": [COUPLING, {**COUPLING, "trainable": False}],
    "outputs": {
        "sample": {"returns": ["y", "log_prob"]},
        "many": {"returns": ["y"], "draws": 3},
        "careful": {"returns": ["y", "log_prob"], "temperature": 0.5},
        "log_prob": {"inputs": ["y"], "returns": ["log_prob"]},
        "everything": {
            "inputs": ["y"], "returns": ["latent", "log_prob", "base_log_prob", "ldj"],
        },
        "forward": {"inputs": ["latent"], "returns": ["y", "ldj"]},
        "act": {"returns": ["y"], "deterministic": True},
    },
}  # fmt: skip
X = np.random.default_rng(0).normal(size=(5, 2)).astype("float32")
ARM = np.arange(5, dtype="int32") % 3
Y = np.random.default_rng(1).normal(size=(5, 3)).astype("float32")
CONTEXT = {"x": X, "arm": ARM}
SEEDED = {**CONTEXT, "seed": np.arange(5)}
GIVEN = {
    "sample": SEEDED,
    "many": SEEDED,
    "careful": SEEDED,
    "log_prob": {**CONTEXT, "y": Y},
    "everything": {**CONTEXT, "y": Y},
    "forward": {**CONTEXT, "latent": Y},
    "act": CONTEXT,
}
# Without context, on the other supports, and in float64.
PLAIN = {
    "positive": {"kind": "positive"},
    "interval": {"kind": "interval", "low": 0, "high": [1, 2, 3]},
    "real": {"kind": "real"},
}
UNIT = np.random.default_rng(2).uniform(0.1, 0.9, size=(5, 3))
FRESH = """
import json, sys
import numpy as np
dtypes = {"seed": "int64", "arm": "int32"}
given = {name: {key: np.asarray(value, dtypes.get(key, "float32"))
                for key, value in inputs.items()} for name, inputs in json.load(sys.stdin).items()}
"""


def perturb(flow):
    random = np.random.default_rng(2)
    for path, variable in flow.variables.items():
        noise = random.normal(size=variable.shape) * 0.3
        variable.assign(np.exp(noise) if path.endswith("scale") else noise)
    return flow


@pytest.fixture(scope="module")
def flow():
    return perturb(flowspec.compile(SPEC))


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


def trained():
    """A model after some steps of Adam, and the rows it is trained on."""
    model = perturb(flowspec.compile(SPEC)).models["log_prob"]
    model.compile(keras.optimizers.Adam(0.01))
    model.fit(GIVEN["log_prob"], epochs=3, shuffle=False, verbose=0)
    return model


def test_keras_files_load_in_a_fresh_process(flow, tmp_path):
    """Every kind of output, unconditional flows, and training that goes on bit for bit."""
    for name, model in flow.models.items():
        model.save(tmp_path / f"{name}.keras")
    plain = {}
    for support, node in PLAIN.items():
        event = {"name": "y", "shape": [3], "support": node}
        spec = {"flowspec": 1, "name": support, "dtype": "float64", "event": event,
                "layers": [COUPLING, COUPLING]}  # fmt: skip
        plain[support] = perturb(flowspec.compile(spec))
        for name in ("sample", "log_prob"):
            plain[support].models[name].save(tmp_path / f"{support}.{name}.keras")
    model = trained()
    model.save(tmp_path / "trained.keras")
    model.fit(GIVEN["log_prob"], epochs=3, shuffle=False, verbose=0)
    answers = in_a_fresh_process(f"""
import keras
folder = {str(tmp_path)!r}
def load(name):
    return keras.models.load_model(f"{{folder}}/{{name}}.keras", safe_mode=True)
try:
    load("act")
except Exception as error:
    message = f"{{type(error).__name__}}: {{error}}"
import flowspec
flowspec.register()
answers = {{"without register": message}}
for name, inputs in given.items():
    model = load(name)
    answers[name] = {{key: value.numpy().tolist() for key, value in model(inputs).items()}}
    if "seed" in inputs:
        del inputs["seed"]
        first, second = (model(inputs)["y"].numpy() for _ in range(2))
        assert (first != second).any()
        assert len(model.trainable_weights) < len(model.weights) - 4
for support in {list(PLAIN)}:
    sample, log_prob = load(f"{{support}}.sample"), load(f"{{support}}.log_prob")
    drawn = sample(np.arange(5))["y"]
    found = log_prob.predict({{"y": np.asarray({UNIT.tolist()})}}, verbose=0)["log_prob"]
    answers[support] = [drawn.numpy().tolist(), found.tolist()]
model = load("trained")
inputs = {{key: np.asarray(value) for key, value in given["log_prob"].items()}}
model.fit(inputs, epochs=3, shuffle=False, verbose=0)
answers["trained"] = [value.tolist() for value in model.get_weights()]
print(json.dumps(answers))
""")
    for found, expected in zip(answers.pop("trained"), model.get_weights(), strict=True):
        np.testing.assert_array_equal(np.asarray(found, "float32"), expected)
    message = answers.pop("without register")
    assert message.startswith("TypeError: Could not locate class 'FlowModel'")
    for support, other in plain.items():
        drawn, log_prob = answers.pop(support)
        np.testing.assert_allclose(drawn, other.sample(5, seed=np.arange(5)), rtol=1e-12)
        np.testing.assert_allclose(log_prob, other.log_prob(UNIT), rtol=1e-12)
    compare(flow, answers)


def test_training_goes_on_bit_for_bit_after_a_round_trip(tmp_path):
    model = trained()
    model.save(tmp_path / "trained.keras")
    loaded = keras.models.load_model(tmp_path / "trained.keras", safe_mode=True)
    assert int(loaded.optimizer.iterations) == 3
    for one in (model, loaded):
        one.fit(GIVEN["log_prob"], epochs=2, shuffle=False, verbose=0)
    for found, expected in zip(loaded.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(found, expected)
    assert not loaded.get_layer("layers.1").networks["conditioner"].trainable


@pytest.mark.parametrize("name", ["x.h5", "x.hdf5", "x", "x.tf", "x.weights.h5"])
def test_other_formats_are_refused_and_nothing_is_written(flow, tmp_path, name):
    with pytest.raises(UsageError, match=r"(?s)unknown-format.*\.keras.*flow\.export"):
        flow.models["act"].save(tmp_path / name)
    assert os.listdir(tmp_path) == []


def test_keras_own_function_refuses_other_formats_too(flow, tmp_path):
    for name in ("x.h5", "x.hdf5"):
        with pytest.raises(UsageError, match="unknown-format"):
            keras.models.save_model(flow.models["act"], tmp_path / name)
    with pytest.raises(ValueError, match="Invalid filepath extension"):
        keras.models.save_model(flow.models["act"], tmp_path / "x")
    for format_name in ("tf", "h5"):
        with pytest.raises(UsageError, match="unknown-format"):
            flow.models["act"].save(tmp_path / "x.keras", save_format=format_name)
    keras.models.save_model(flow.models["act"], tmp_path / "x.keras")
    flow.models["act"].save(tmp_path / "folder", zipped=False)
    for file in ("x.keras", "folder"):
        loaded = keras.models.load_model(tmp_path / file)
        np.testing.assert_array_equal(loaded(CONTEXT)["y"], flow.models["act"](CONTEXT)["y"])


def test_a_save_that_fails_leaves_the_file_that_was_there(flow, tmp_path, monkeypatch):
    model = flow.models["act"]
    model.save(tmp_path / "act.keras")
    before = (tmp_path / "act.keras").read_bytes()

    def fail(store):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(model, "save_own_variables", fail)
    with pytest.raises(UsageError, match=r"(?s)cannot-write.*No space left"):
        model.save(tmp_path / "act.keras")
    assert os.listdir(tmp_path) == ["act.keras"]
    assert (tmp_path / "act.keras").read_bytes() == before
    with pytest.raises(UsageError, match="cannot-write"):
        model.save(tmp_path / "nowhere" / "act.keras")


def test_one_model_is_exported_as_keras_does_it(flow, tmp_path):
    for name in ("sample", "log_prob"):
        flow.models[name].export(tmp_path / name, verbose=False)
        loaded = tf.saved_model.load(tmp_path / name)
        served = loaded.serve({key: tf.constant(value) for key, value in GIVEN[name].items()})
        for key, value in flow.ask(name, **GIVEN[name]).items():
            np.testing.assert_allclose(served[key], value, rtol=1e-5, atol=1e-5)


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


def test_a_name_with_a_null_character_is_refused(fixed):
    for name in ("a\0b.keras", Path("a\0b.keras")):
        with pytest.raises(UsageError, match=r"cannot-write.*a\\0b\.keras"):
            fixed.models["log_prob"].save(name)
