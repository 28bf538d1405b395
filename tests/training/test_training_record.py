"""A bundle keeps how long a flow was trained, how well, and on what."""

import hashlib
import json

import numpy as np
import pytest
import tensorflow as tf

import flowspec
from flowspec import bundle
from flowspec.diagnostics import BundleError
from flowspec.training.record import data_fingerprint, training_record

SPEC = {
    "flowspec": 1,
    "name": "small",
    "event": {"name": "y", "shape": [2]},
    "layers": [{"kind": "elementwise", "transform": {"kind": "affine"}}],
    "outputs": {"log_prob": {"inputs": ["y"], "returns": ["log_prob"]}},
    "training": {"epochs": 2, "batch_size": 8},
}
ROWS = np.random.default_rng(0).normal(size=(32, 2)).astype("float32")


def saved(flow, folder):
    flow.save(folder, saved_model=False)
    return bundle.read(folder).manifest.training


def test_a_fresh_flow_has_no_record(tmp_path):
    assert saved(flowspec.compile(SPEC), tmp_path / "b") is None


def test_the_last_training_is_kept_through_save_and_load(tmp_path):
    flow = flowspec.compile(SPEC)
    history = flow.fit({"y": ROWS}, validation_split=0.25, verbose=False).history
    record = saved(flow, tmp_path / "b")
    assert (record.epochs, record.rows) == (2, 24)
    assert record.loss == pytest.approx(history["loss"][-1])
    assert record.val_loss == pytest.approx(history["val_loss"][-1])
    assert saved(flowspec.load(tmp_path / "b"), tmp_path / "again") == record
    flow.fit({"y": ROWS}, epochs=1, verbose=False)
    later = saved(flow, tmp_path / "b")
    assert (later.epochs, later.rows, later.val_loss) == (1, 32, None)
    assert later.data == data_fingerprint({"y": ROWS})


def test_of_a_dataset_only_losses_are_known(tmp_path):
    flow = flowspec.compile(SPEC)
    flow.fit(tf.data.Dataset.from_tensor_slices({"y": ROWS}).batch(8), verbose=False)
    record = saved(flow, tmp_path / "b")
    assert (record.epochs, record.rows, record.data) == (2, None, None)


def test_assigned_variables_have_no_record_and_a_refused_training_keeps_the_last(tmp_path):
    flow = flowspec.compile(SPEC)
    flow.fit({"y": ROWS}, epochs=1, verbose=False)
    record = saved(flow, tmp_path / "b")
    with pytest.raises(flowspec.FlowspecError, match="training-diverged"):
        flow.fit(tf.data.Dataset.from_tensors({"y": ROWS * np.inf}), verbose=False)
    assert saved(flow, tmp_path / "b") == record
    flow.assign({path: np.asarray(value) for path, value in flow.variables.items()})
    assert saved(flow, tmp_path / "b") is None


def test_the_fingerprint_is_the_hash_that_is_written_down():
    rows = {"y": ROWS, "mode": np.array([1, 2], "int32")}
    text = b'["y", "float32", [32, 2]]\n' + ROWS.tobytes()
    text += b'["mode", "int32", [2]]\n' + np.array([1, 2], "<i4").tobytes()
    assert data_fingerprint(rows) == hashlib.sha256(text).hexdigest()


def test_only_names_order_dtypes_shapes_and_values_count():
    base = data_fingerprint({"a": ROWS, "b": ROWS})
    same = {"a": np.asfortranarray(ROWS), "b": ROWS.astype(">f4")}
    assert data_fingerprint(same) == base
    others = [
        {"b": ROWS, "a": ROWS},
        {"a": ROWS, "c": ROWS},
        {"a": ROWS.astype("float64"), "b": ROWS},
        {"a": ROWS.reshape(2, 32), "b": ROWS},
        {"a": ROWS[::-1], "b": ROWS},
    ]
    assert len({base, *map(data_fingerprint, others)}) == 6


def test_a_loss_that_json_cannot_say_is_left_out():
    record = training_record({"y": ROWS}, {"loss": [1.0], "val_loss": [float("inf")]})
    assert record.keys() == {"epochs", "loss", "rows", "data"}
    json.dumps(record, allow_nan=False)


@pytest.mark.parametrize(
    "training",
    [{}, 3, {"epochs": 0}, {"epochs": 1, "data": "x"}, {"epochs": 1, "who": "x"}, {"epochs": "1"}],
)
def test_a_record_that_no_training_leaves_is_refused(tmp_path, training):
    flow = flowspec.compile(SPEC)
    flow.save(tmp_path / "b", saved_model=False)
    file = tmp_path / "b" / "manifest.json"
    manifest = json.loads(file.read_text(encoding="utf-8"))
    manifest["state"]["training"] = training
    file.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(BundleError, match="manifest-damaged"):
        bundle.read(tmp_path / "b")
