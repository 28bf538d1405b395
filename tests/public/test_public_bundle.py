"""A flow that was saved and loaded is the same flow, also to who trains it on."""

import errno
import json
import shutil
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

import flowspec
from flowspec import bundle
from flowspec.diagnostics import BundleError, UsageError

SPEC = {
    "flowspec": 1,
    "name": "kept",
    "event": {"name": "y", "shape": [2], "support": {"kind": "positive"}, "standardize": True},
    "context": {
        "x": {"kind": "vector", "size": 2, "standardize": True},
        "side": {"kind": "category", "labels": ["left", "right"]},
    },
    "layers": [
        {
            "kind": "coupling",
            "transform": {"kind": "affine"},
            "conditioner": {"kind": "mlp", "hidden": [6], "dropout": 0.25},
        },
        {
            "kind": "coupling",
            "transform": {"kind": "rational_quadratic_spline", "bins": 3},
            "conditioner": {"kind": "mlp", "hidden": [6]},
        },
        {"kind": "elementwise", "transform": {"kind": "affine"}, "trainable": False},
    ],
    "outputs": {
        "sample": {"returns": ["y"]},
        "log_prob": {"inputs": ["y"], "returns": ["log_prob"]},
        "candidates": {"returns": ["y", "log_prob"], "draws": 2},
    },
    "training": {
        "optimizer": {"kind": "adam", "learning_rate": 1e-2}, "epochs": 2, "batch_size": 8,
    },
}  # fmt: skip
RANDOM = np.random.default_rng(0)
DATA = {
    "x": RANDOM.normal(2, 3, size=(20, 2)),
    "side": RANDOM.integers(0, 2, size=20),
    "y": np.exp(RANDOM.normal(size=(20, 2))),
}
CONTEXT = {name: DATA[name] for name in ("x", "side")}


def trained(**optimizer):
    training = {**SPEC["training"], **({"optimizer": optimizer} if optimizer else {})}
    flow = flowspec.compile({**SPEC, "training": training})
    flow.fit(DATA, verbose=False)
    return flow


@pytest.fixture(scope="module")
def flow():
    return trained()


@pytest.fixture(scope="module")
def folder(flow, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept") / "kept.bundle"
    flow.save(folder)
    return folder


@pytest.fixture(scope="module")
def loaded(folder):
    return flowspec.load(folder)


def weights(flow):
    return {path: np.asarray(variable) for path, variable in flow.variables.items()}


def test_plan_weights_and_answers_are_equal_bit_for_bit(flow, loaded):
    assert loaded.plan == flow.plan
    assert loaded.adapted
    np.testing.assert_equal(weights(loaded), weights(flow))
    given = {**CONTEXT, "seed": np.arange(20)}
    np.testing.assert_equal(loaded.ask("candidates", **given), flow.ask("candidates", **given))
    pairs = flow.log_prob(DATA["y"], **CONTEXT)
    np.testing.assert_array_equal(loaded.log_prob(DATA["y"], **CONTEXT), pairs)


def test_all_models_of_a_loaded_flow_share_one_store(loaded):
    own = {id(variable) for variable in loaded.store.weights}
    assert len(own) == len(loaded.plan.variables)
    for model in loaded.models.values():
        assert {id(variable) for variable in model.weights} == own


def test_training_a_loaded_flow_through_one_model_moves_all(folder):
    flow = flowspec.load(folder)
    before = flow.sample(seed=1, **CONTEXT), flow.log_prob(DATA["y"], **CONTEXT)
    model = flow.models["log_prob"]
    model.compile(keras.optimizers.SGD(0.1))
    model.fit(DATA, verbose=0)
    after = flow.sample(seed=1, **CONTEXT), flow.log_prob(DATA["y"], **CONTEXT)
    for old, new in zip(before, after, strict=True):
        assert (old != new).any()


def test_what_was_frozen_is_frozen(folder):
    flow = flowspec.load(folder)
    before = weights(flow)
    flow.fit(DATA, epochs=1, verbose=False)
    frozen = {v.path for v in flow.plan.variables if not v.trainable}
    assert any(path.startswith("layers.2.") for path in frozen)
    for path, value in weights(flow).items():
        assert (value == before[path]).all() == (path in frozen)


def test_what_was_frozen_in_python_stays_frozen_and_training_goes_on(tmp_path):
    flow = flowspec.compile(SPEC)
    flow.store.chain["layers.0"].trainable = False
    flow.fit(DATA, verbose=False)
    flow.save(tmp_path / "b", optimizer=True, saved_model=False)
    loaded = flowspec.load(tmp_path / "b")
    assert loaded.store.frozen == flow.store.frozen != ()
    losses = [each.fit(DATA, verbose=False).history["loss"] for each in (flow, loaded)]
    assert losses[0] == losses[1]
    np.testing.assert_equal(weights(loaded), weights(flow))


@pytest.mark.parametrize(
    "optimizer",
    [
        {"kind": "adam", "amsgrad": True},
        pytest.param({"kind": "adamw", "global_clipnorm": 1.0}, marks=pytest.mark.slow),
        pytest.param({"kind": "rmsprop", "momentum": 0.5}, marks=pytest.mark.slow),
        {"kind": "sgd", "momentum": 0.9, "learning_rate": 1e-3},
    ],
    ids=lambda node: node["kind"],
)
def test_with_its_optimizer_training_goes_on_bit_for_bit(optimizer, tmp_path):
    flow = trained(**optimizer)
    flow.save(tmp_path / "b", optimizer=True, saved_model=False)
    loaded = flowspec.load(tmp_path / "b")
    losses = [each.fit(DATA, verbose=False).history["loss"] for each in (flow, loaded)]
    assert losses[0] == losses[1]
    np.testing.assert_equal(weights(loaded), weights(flow))


def test_without_its_optimizer_training_begins_anew(flow, tmp_path):
    flow = trained()
    flow.save(tmp_path / "b", saved_model=False)
    loaded = flowspec.load(tmp_path / "b")
    for each in (flow, loaded):
        each.fit(DATA, epochs=1, verbose=False)
    assert any((weights(flow)[path] != value).any() for path, value in weights(loaded).items())


def test_the_state_of_an_optimizer_is_named_by_plan_paths(flow, tmp_path):
    flow.save(tmp_path / "b", optimizer=True, saved_model=False)
    state = bundle.read(tmp_path / "b").optimizer()
    trainable = {v.path for v in flow.plan.variables if v.trainable}
    assert state.keys() == {
        "iteration", "learning_rate", "layers.0.conditioner.dropout_0/seed",
        *(f"{path}/{slot}" for path in trainable for slot in ("momentum", "velocity")),
    }  # fmt: skip
    assert state["iteration"] == 2 * 3


def test_an_optimizer_that_was_loaded_is_saved_again(flow, tmp_path):
    flow.save(tmp_path / "b", optimizer=True, saved_model=False)
    flowspec.load(tmp_path / "b").save(tmp_path / "c", optimizer=True, saved_model=False)
    first, second = (bundle.read(tmp_path / name).optimizer() for name in "bc")
    np.testing.assert_equal(second, first)


def test_the_state_of_another_optimizer_is_refused(flow, tmp_path):
    values = {path: np.asarray(variable) for path, variable in flow.variables.items()}
    bundle.write(tmp_path / "b", flow.plan, values, optimizer={"iteration": np.array(3)})
    with pytest.raises(BundleError, match="weights-mismatch") as caught:
        flowspec.load(tmp_path / "b")
    assert "kernel/momentum`, a variable of the optimizer, is missing" in str(caught.value)


def test_the_saved_model_of_a_bundle_needs_no_flowspec(flow, folder):
    given = {name: value.tolist() for name, value in DATA.items()}
    program = """
import json, sys
sys.modules["flowspec"] = sys.modules["keras"] = None
import tensorflow as tf
given = json.load(sys.stdin)
signatures = tf.saved_model.load(sys.argv[1]).signatures
x, side, seed = tf.constant(given["x"]), tf.constant(given["side"]), tf.range(20, dtype=tf.int64)
print(json.dumps({
    "log_prob": signatures["log_prob"](x=x, side=side, y=tf.constant(given["y"]))["log_prob"]
        .numpy().tolist(),
    "y": signatures["candidates"](x=x, side=side, seed=seed)["y"].numpy().tolist(),
    "one": signatures["sample"](x=x[3:4], side=side[3:4], seed=seed[3:4])["y"].numpy().tolist(),
    "names": sorted(signatures),
}))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, bundle.read(folder).saved_model()],
        input=json.dumps(given), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    answers = json.loads(done.stdout)
    assert answers["names"] == sorted(flow.models)
    close = {"rtol": 1e-5, "atol": 1e-6}
    np.testing.assert_allclose(answers["log_prob"], flow.log_prob(DATA["y"], **CONTEXT), **close)
    drawn = flow.ask("candidates", seed=np.arange(20), **CONTEXT)["y"]
    np.testing.assert_allclose(answers["y"], drawn, **close)
    one = flow.sample(**{n: v[3:4] for n, v in CONTEXT.items()}, seed=np.array([3]))
    np.testing.assert_allclose(answers["one"], one, **close)


def test_a_bundle_holds_every_number_of_its_saved_model_once(flow, folder):
    variables = bundle.read(folder).saved_model() / "variables" / "variables"
    names = tf.train.list_variables(str(variables))
    assert sum(name.endswith("VARIABLE_VALUE") for name, _ in names) == len(flow.plan.variables)


def test_what_cannot_be_saved_is_refused_before_work_begins(flow, tmp_path, monkeypatch):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "mine.txt").write_text("mine")
    monkeypatch.setattr("flowspec.flow.saved_model_files", lambda *_: pytest.fail("work began"))
    with pytest.raises(BundleError, match="not-a-bundle"):
        flow.save(tmp_path / "notes")


def test_assigned_weights_must_be_the_plans(flow):
    values = weights(flow)
    path = next(iter(values))
    for wrong in (
        {key: value for key, value in values.items() if key != path},
        {**values, "layers.9.kernel": values[path]},
        {**values, path: np.zeros((7, 7))},
    ):
        with pytest.raises(BundleError, match="weights-mismatch"):
            flow.assign(wrong)
    np.testing.assert_equal(weights(flow), values)


@pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX")
def test_a_full_disk_leaves_everything_as_it_was(folder, tmp_path):
    """The system ends every file at so many bytes, those of a SavedModel too."""
    shutil.copytree(folder, tmp_path / "kept.bundle")
    program = """
import os, resource, flowspec
flow = flowspec.load("kept.bundle")
flow.export("old")
before = sorted(os.walk("old")), sorted(os.walk("kept.bundle"))
for limit in (0, 10_000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    for write in (flow.save, flow.export):
        for target in ("new", "old" if write == flow.export else "kept.bundle"):
            try:
                write(target)
            except flowspec.FlowspecError as error:
                (diagnostic,) = error.diagnostics
                assert diagnostic.slug == "cannot-write", diagnostic
                assert diagnostic.message.endswith("cannot be written: file too large")
            else:
                raise SystemExit(f"{target} was written")
assert (sorted(os.walk("old")), sorted(os.walk("kept.bundle"))) == before
assert sorted(os.listdir()) == ["kept.bundle", "old"], os.listdir()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    bundle.read_values(tmp_path / "kept.bundle")


def test_an_export_that_fails_at_the_end_leaves_the_old_one(flow, tmp_path, monkeypatch):
    flow.export(tmp_path / "m")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    rename = Path.rename

    def fail(self, target):
        if self.name == "new":
            raise OSError(errno.EIO, "input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(UsageError, match="input/output error"):
        flow.export(tmp_path / "m")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
