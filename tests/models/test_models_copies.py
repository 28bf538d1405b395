"""Copies are independent and have the same numbers; a flow's models share one store again."""

import copy
import pickle
import subprocess
import sys
import warnings

import keras
import numpy as np
import pytest

import flowspec
from flowspec.diagnostics import UsageError
from tests.models.policy import (
    ACTIONS,
    COUPLING,
    FROM_LATENT,
    GIVEN,
    SEEDED,
    SPEC,
    STATES,
    identities,
    perturbed,
)

WAYS = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda original: pickle.loads(pickle.dumps(original)),
}
INPUTS = {
    "sample": SEEDED,
    "sample_and_log_prob": SEEDED,
    "forward": FROM_LATENT,
    "inverse": GIVEN,
    "log_prob": GIVEN,
}


def same_answers(model, other, name):
    expected, found = other(INPUTS[name]), model(INPUTS[name])
    assert found.keys() == expected.keys()
    for key, value in found.items():
        np.testing.assert_array_equal(value, expected[key])


@pytest.mark.parametrize("way", WAYS)
def test_a_copied_flow_is_whole_and_independent(way):
    flow = perturbed({**SPEC, "context": {"state": {
        "kind": "vector", "size": 4, "standardize": True}}})  # fmt: skip
    flow.adapt({**GIVEN, "state": STATES + 1.0})
    flow.store.chain["layers.0"].trainable = False
    twin = WAYS[way](flow)
    assert isinstance(twin, flowspec.Flow)
    assert twin.plan == flow.plan
    assert twin.adapted
    assert not twin.store.chain["layers.0"].trainable
    assert identities(twin.store.weights).isdisjoint(identities(flow.store.weights))
    trained = {p for p, v in twin.variables.items() if v.trainable}
    assert trained == {p for p, v in flow.variables.items() if v.trainable}
    for name, model in twin.models.items():
        assert identities(model.weights) <= identities(twin.store.weights)
        same_answers(model, flow.models[name], name)
    before = flow.log_prob(ACTIONS, state=STATES)
    twin.fit(GIVEN, epochs=2, verbose=False)
    np.testing.assert_array_equal(flow.log_prob(ACTIONS, state=STATES), before)
    moved = twin.log_prob(ACTIONS, state=STATES)
    assert (moved != before).any()
    given = {"state": STATES, "action": ACTIONS}
    np.testing.assert_allclose(twin.ask("log_prob", **given)["log_prob"], moved)
    flow.assign({path: variable.numpy() for path, variable in twin.variables.items()})
    np.testing.assert_array_equal(flow.log_prob(ACTIONS, state=STATES), moved)


def test_a_copied_flow_that_was_trained_is_not_bound_to_the_optimizer_of_the_first():
    flow = perturbed(SPEC)
    flow.fit(GIVEN, epochs=1, verbose=False)
    twin = copy.deepcopy(flow)
    before = flow.log_prob(ACTIONS, state=STATES)
    np.testing.assert_array_equal(twin.log_prob(ACTIONS, state=STATES), before)
    twin.fit(GIVEN, epochs=1, verbose=False)
    np.testing.assert_array_equal(flow.log_prob(ACTIONS, state=STATES), before)
    assert (twin.log_prob(ACTIONS, state=STATES) != before).any()


def test_a_pickled_flow_and_model_come_back_in_a_fresh_process(fixed, tmp_path):
    data = {"flow": fixed, "model": fixed.models["log_prob"], "given": GIVEN}
    (tmp_path / "all.pickle").write_bytes(pickle.dumps(data))
    code = f"""
import pickle
import numpy as np
with open({str(tmp_path / "all.pickle")!r}, "rb") as file:
    data = pickle.load(file)
found = data["flow"].log_prob(data["given"]["action"], state=data["given"]["state"])
np.testing.assert_allclose(data["model"](data["given"])["log_prob"], found, rtol=1e-5)
print(repr(found.tolist()))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr[-2000:]
    found = np.array(eval(run.stdout.splitlines()[-1]))
    np.testing.assert_allclose(found, fixed.log_prob(ACTIONS, state=STATES), rtol=1e-6)


@pytest.mark.parametrize("way", WAYS)
def test_a_copied_model_has_variables_of_its_own_and_goes_on_training(way):
    flow = perturbed(SPEC)
    model = flow.models["log_prob"]
    model.compile(keras.optimizers.Adam(0.01))
    model.fit(GIVEN, epochs=2, shuffle=False, verbose=0)
    twin = WAYS[way](model)
    assert type(twin) is type(model)
    assert identities(twin.weights).isdisjoint(identities(flow.store.weights))
    same_answers(twin, model, "log_prob")
    for one in (twin, model):
        one.fit(GIVEN, epochs=2, shuffle=False, verbose=0)
    same_answers(twin, model, "log_prob")
    assert int(twin.optimizer.iterations) == int(model.optimizer.iterations)
    sample = WAYS[way](flow.models["sample"])
    same_answers(sample, flow.models["sample"], "sample")
    first, second = (sample({"state": STATES})["action"].numpy() for _ in range(2))
    assert (first != second).any()


@pytest.mark.parametrize("way", WAYS)
def test_a_copied_store_has_the_same_numbers_in_variables_of_its_own(way):
    flow = perturbed(SPEC)
    flow.store.chain["layers.1"].networks["conditioner"].trainable = False
    twin = WAYS[way](flow.store)
    assert twin.by_path().keys() == flow.variables.keys()
    for path, variable in twin.by_path().items():
        assert variable is not flow.variables[path]
        assert variable.trainable == flow.variables[path].trainable
        np.testing.assert_array_equal(variable.numpy(), flow.variables[path].numpy())
    assert not twin.chain["layers.1"].networks["conditioner"].trainable


def test_a_clone_starts_anew_as_a_compiled_flow_does(fixed):
    """Keras promises newly instantiated weights."""
    fresh = flowspec.compile(SPEC)
    for name, model in fixed.models.items():
        for clone in (
            keras.models.clone_model(model),
            type(model).from_config(model.get_config()),
            keras.models.model_from_json(model.to_json()),
        ):
            assert identities(clone.weights).isdisjoint(identities(fixed.store.weights))
            same_answers(clone, fresh.models[name], name)
            assert clone.optional == model.optional
            clone.set_weights(model.get_weights())
            same_answers(clone, model, name)


def test_a_clone_made_layer_by_layer_is_as_good(fixed):
    fresh = flowspec.compile(SPEC)
    for name, model in fixed.models.items():
        clone = keras.models.clone_model(
            model, clone_function=lambda layer: type(layer).from_config(layer.get_config())
        )
        same_answers(clone, fresh.models[name], name)
        sharing = keras.models.clone_model(model, clone_function=lambda layer: layer)
        same_answers(sharing, model, name)
        assert identities(sharing.weights) == identities(model.weights)
        assert sharing.optional == clone.optional == model.optional


def test_a_clone_seeds_rows_checks_inputs_and_trains_itself(fixed):
    sample = keras.models.clone_model(fixed.models["sample"])
    first, second = (sample({"state": STATES})["action"].numpy() for _ in range(2))
    assert (first != second).any()
    model = keras.models.clone_model(fixed.models["log_prob"])
    with pytest.raises(UsageError, match="missing-input"):
        model({"state": STATES})
    model.compile(keras.optimizers.Adam(0.01))
    history = model.fit(GIVEN, epochs=5, verbose=0).history["loss"]
    assert history[-1] < history[0]
    inverse = keras.models.clone_model(fixed.models["inverse"])
    inverse.compile("adam")
    with pytest.raises(UsageError, match="no-target"):
        inverse.fit(GIVEN, verbose=0)


def test_a_clone_knows_the_values_of_a_category():
    context = {"arm": {"kind": "category", "labels": ["left", "right"]}}
    model = flowspec.compile({**SPEC, "context": context}).models["sample"]
    clone = keras.models.clone_model(model)
    assert clone({"arm": [0, 1]})["action"].shape == (2, 3)
    with pytest.raises(UsageError, match="unknown-category"):
        clone({"arm": [0, 2]})


def test_weights_go_from_model_to_model_and_file_to_model(fixed, tmp_path):
    for name, model in fixed.models.items():
        other = flowspec.compile(SPEC).models[name]
        model.save_weights(tmp_path / f"{name}.weights.h5")
        other.load_weights(tmp_path / f"{name}.weights.h5")
        same_answers(other, model, name)
        model.save(tmp_path / f"{name}.keras")
        other = flowspec.compile(SPEC).models[name]
        other.load_weights(tmp_path / f"{name}.keras")
        same_answers(other, model, name)
        assert model.count_params() == sum(record.size for record in fixed.plan.variables)
    with pytest.raises(ValueError, match="weight"):
        fixed.models["sample"].set_weights(fixed.models["sample"].get_weights()[1:])


# Layers of equal shapes: by their order alone, those of one model would fit the other.
EVEN = {**SPEC, "event": {"name": "action", "shape": [2]}, "layers": [COUPLING, COUPLING]}


def test_weights_of_another_model_are_refused_and_change_nothing(tmp_path):
    flow = perturbed(EVEN)
    deeper = perturbed({**EVEN, "layers": [COUPLING] * 3})
    wider = perturbed({**EVEN, "layers": [
        COUPLING, {**COUPLING, "conditioner": {"kind": "mlp", "hidden": [9]}}]})  # fmt: skip
    flow.models["log_prob"].save_weights(tmp_path / "log_prob.weights.h5")
    flow.models["log_prob"].save(tmp_path / "log_prob.keras")
    wrong = [
        (flow.models["sample"], "another order"),
        (deeper.models["log_prob"], "layers.2.conditioner.dense_0.kernel"),
        (wider.models["log_prob"], r"\(8, 2\)"),
    ]
    for model, text in wrong:
        before = model.get_weights()
        for file in ("log_prob.weights.h5", "log_prob.keras"):
            with pytest.raises(UsageError, match=rf"(?s)other-model.*{text}"):
                model.load_weights(tmp_path / file)
            with (
                warnings.catch_warnings(action="ignore"),
                pytest.raises(UsageError, match=rf"(?s)other-model.*{text}"),
            ):
                model.load_weights(tmp_path / file, skip_mismatch=True)
            for value, old in zip(model.get_weights(), before, strict=True):
                np.testing.assert_array_equal(value, old)


def test_the_settings_of_compile_are_told_and_taken(fixed):
    model = fixed.models["log_prob"]
    model.compile(keras.optimizers.Adam(0.125), jit_compile=False)
    config = model.get_compile_config()
    assert config["optimizer"]["config"]["learning_rate"] == 0.125
    clone = keras.models.clone_model(model)
    clone.compile_from_config(config)
    clone.set_weights(model.get_weights())
    assert isinstance(clone.optimizer, keras.optimizers.Adam)
    assert clone.evaluate(GIVEN, verbose=0) == pytest.approx(
        -fixed.log_prob(ACTIONS, state=STATES).mean(), rel=1e-5
    )
