"""The generated model has the plan's variables, and trains, saves and loads them."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf
from safetensors.numpy import load_file, save_file

import flowspec
from flowspec.generate.python.reserved import KERAS, OWN
from tests.generate.python.flows import FLOWS
from tests.generate.python.generated import (
    flow_of,
    folder_of,
    imported,
    model_of,
    module_of,
    written,
)
from tests.laws.flows import ROWS, context_of, rows_of

every_flow = pytest.mark.parametrize("name", FLOWS)


def values(model):
    return {path: np.asarray(variable.value) for path, variable in model.by_path().items()}


@every_flow
def test_the_variables_are_those_of_the_plan(name):
    case = FLOWS[name]
    found = {
        path: (tuple(variable.shape), variable.dtype, variable.trainable)
        for path, variable in model_of(case).by_path().items()
    }
    planned = flow_of(case).plan.variables
    assert found == {one.path: (one.shape, one.dtype, one.trainable) for one in planned}


@every_flow
def test_a_fresh_model_starts_like_the_flow_where_nothing_is_random(name):
    case = FLOWS[name]
    fresh = values(getattr(module_of(case), name.capitalize())())
    for record in flow_of(case).plan.variables:
        if record.initializer in ("zeros", "ones"):
            assert (fresh[record.path] == {"zeros": 0, "ones": 1}[record.initializer]).all()
        else:
            assert fresh[record.path].std() > 0


@every_flow
def test_the_likelihood_has_a_gradient_for_each_variable_that_learns(name):
    case = FLOWS[name]
    model, rows = model_of(case), rows_of(case)
    event = flow_of(case).plan.event.name
    with tf.GradientTape() as tape:
        mean = tf.reduce_mean(model({event: rows[event], **context_of(case)}))
    gradients = tape.gradient(mean, [one.value for one in model.trainable_variables])
    assert all(np.any(tf.convert_to_tensor(one).numpy() != 0) for one in gradients)


def test_fit_moves_what_the_plan_trains():
    case = FLOWS["frozen"]
    model, before, rows = module_of(case).load(), values(model_of(case)), rows_of(case)
    model.compile(keras.optimizers.SGD(1e-3))
    history = model.fit({"event": rows["event"], "features": rows["features"]}, verbose=0)
    assert np.isfinite(history.history["loss"]).all()
    moved = {path for path, value in values(model).items() if (value != before[path]).any()}
    assert moved == {one.path for one in flow_of(case).plan.variables if one.trainable}


def test_the_loss_is_the_mean_of_the_weighted_rows_plus_what_layers_add():
    case = FLOWS["frozen"]
    model, rows = model_of(case), rows_of(case)
    inputs = {"event": rows["event"], "features": rows["features"]}
    log_prob = np.asarray(model(inputs))
    penalty = sum(float(np.asarray(loss)) for loss in model.losses)
    assert penalty > 0
    weights = np.arange(ROWS)
    loss = model.compute_loss(y_pred=log_prob, sample_weight=weights)
    np.testing.assert_allclose(loss, np.mean(-log_prob * weights) + penalty)


def test_weights_come_back_from_every_kind_of_file(tmp_path):
    case = FLOWS["line"]
    model, module = model_of(case), module_of(case)
    inputs = {"y": rows_of(case)["y"], **context_of(case)}
    expected = np.asarray(model(inputs))
    model.save(tmp_path / "model.keras")
    model.save_weights(tmp_path / "model.weights.h5")
    model.save_weights_to(tmp_path / "new.safetensors")
    fresh = module.Line()
    fresh.load_weights(tmp_path / "model.weights.h5")
    others = [fresh, keras.models.load_model(tmp_path / "model.keras"),
              module.load(tmp_path / "new.safetensors")]  # fmt: skip
    for other in others:
        np.testing.assert_array_equal(np.asarray(other(inputs)), expected)


def test_the_flow_takes_the_weights_back(tmp_path):
    case = FLOWS["line"]
    model_of(case).save_weights_to(tmp_path / "back.safetensors")
    flow_of(case).assign(load_file(tmp_path / "back.safetensors"))


@pytest.mark.parametrize("change", ["missing", "unknown", "shape"])
def test_other_weights_are_refused_and_nothing_is_set(change, tmp_path):
    case = FLOWS["line"]
    arrays = load_file(folder_of(case) / "weights.safetensors")
    path = "layers.0.conditioner.dense_0.bias"
    if change == "missing":
        del arrays[path]
    elif change == "unknown":
        path, arrays["layers.9.raw"] = "layers.9.raw", np.zeros(3)
    else:
        arrays[path] = np.zeros(99)
    save_file({name: array + 1 for name, array in arrays.items()}, tmp_path / "other.safetensors")
    model = model_of(case)
    before = values(model)
    with pytest.raises(ValueError, match=rf"does not fit line\n{path}: expected .*, got "):
        model.load_weights_from(tmp_path / "other.safetensors")
    np.testing.assert_equal(values(model), before)


def test_variables_frozen_in_python_stay_frozen(tmp_path):
    flow = flowspec.compile(FLOWS["line"].node)
    frozen = {"layers.0.conditioner.dense_0.kernel", "layers.0.conditioner.dense_1.bias"}
    for path in frozen:
        flow.variables[path].trainable = False
    model = imported(written(flow, tmp_path)).load()
    learning = {path for path, one in model.by_path().items() if one.trainable}
    assert learning == {one.path for one in flow.plan.variables if one.trainable} - frozen


def test_the_list_of_names_that_keras_needs_is_whole():
    model = model_of(FLOWS["line"])
    model.compile("sgd")
    has = {name for name in {*dir(model), *vars(model)} if not name.startswith("_")}
    outputs = {output.name for output in flow_of(FLOWS["line"]).plan.outputs}
    assert has - outputs - OWN <= KERAS
