"""What is frozen, in a spec or in Python, is moved by no model; the rest is."""

import copy

import keras
import numpy as np
import pytest
import tensorflow as tf

import flowspec
from flowspec.diagnostics import UsageError
from tests.models.policy import (
    COUPLING,
    FROM_LATENT,
    GIVEN,
    SEEDED,
    SPEC,
    identities,
    perturbed,
)

FIRST = "layers.0."
NETWORK = "layers.0.conditioner."
INSIDE = "layers.0.conditioner.dense_0."
WAYS = {
    "spec": (FIRST, lambda flow: None),
    "store": (FIRST, lambda flow: _freeze(flow.store.chain["layers.0"])),
    "model": (FIRST, lambda flow: _freeze(flow.models["inverse"].get_layer("layers.0"))),
    "network": (NETWORK, lambda flow: _freeze(_network(flow))),
    "dense": (INSIDE, lambda flow: _freeze(_network(flow).inner["dense_0"])),
}


def _freeze(layer):
    layer.trainable = False


def _network(flow):
    return flow.models["sample"].get_layer("layers.0").networks["conditioner"]


def frozen_flow(way):
    first = {**COUPLING, "trainable": False} if way == "spec" else COUPLING
    flow = perturbed({**SPEC, "layers": [first, COUPLING]})
    WAYS[way][1](flow)
    return flow


def moving(flow, before):
    return {path for path, value in before.items() if (flow.variables[path].numpy() != value).any()}


def snapshot(flow):
    return {path: variable.numpy().copy() for path, variable in flow.variables.items()}


@pytest.mark.parametrize("way", WAYS)
def test_every_model_counts_what_is_frozen_out(way):
    flow = frozen_flow(way)
    still = {path for path in flow.variables if path.startswith(WAYS[way][0])}
    held = identities(flow.variables[path] for path in set(flow.variables) - still)
    assert still
    for model in flow.models.values():
        assert identities(model.trainable_variables) == held


@pytest.mark.parametrize("way", ["spec", "dense"])
def test_frozen_variables_stay_and_the_others_move_through_every_model(way, tmp_path):
    flow = frozen_flow(way)
    still = {path for path in flow.variables if path.startswith(WAYS[way][0])}
    rest = set(flow.variables) - still
    assert still
    assert rest
    held = identities(flow.variables[path] for path in rest)
    inputs = {"log_prob": GIVEN, "inverse": GIVEN, "forward": FROM_LATENT}
    for name, model in flow.models.items():
        assert identities(model.trainable_variables) == held
        before = snapshot(flow)
        optimizer = keras.optimizers.Adam(0.01)
        with tf.GradientTape() as tape:
            answers = model(inputs.get(name, SEEDED), training=True)
            loss = sum(tf.reduce_sum(value**2) for value in answers.values())
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        assert moving(flow, before) == rest
    before = snapshot(flow)
    model = flow.models["log_prob"]
    model.compile(keras.optimizers.Adam(0.01))
    model.fit(GIVEN, verbose=0)
    assert moving(flow, before) == rest
    before = snapshot(flow)
    flow.fit(GIVEN, epochs=1, verbose=False)
    assert moving(flow, before) == rest

    model.save(tmp_path / "frozen.keras")
    loaded = keras.models.load_model(tmp_path / "frozen.keras")
    paths = {
        path: variable
        for layer in loaded.layers
        if hasattr(layer, "plan_variables")
        for path, variable in layer.plan_variables().items()
    }
    assert paths.keys() == flow.variables.keys()
    assert identities(loaded.trainable_variables) == identities(paths[path] for path in rest)
    values = {path: variable.numpy().copy() for path, variable in paths.items()}
    loaded.fit(GIVEN, verbose=0)
    assert {path for path in values if (paths[path].numpy() != values[path]).any()} == rest


def test_what_is_frozen_after_a_fit_stays_in_the_next_one():
    flow = perturbed(SPEC)
    flow.fit(GIVEN, epochs=1, verbose=False)
    flow.store.chain["layers.1"].trainable = False
    before = snapshot(flow)
    flow.fit(GIVEN, epochs=1, verbose=False)
    assert moving(flow, before) == {path for path in before if path.startswith(FIRST)}
    flow.store.chain["layers.1"].trainable = True
    before = snapshot(flow)
    flow.fit(GIVEN, epochs=1, verbose=False)
    assert moving(flow, before) == set(before)


def test_a_compiled_model_keeps_to_a_new_freeze_once_compiled_again():
    flow = perturbed(SPEC)
    model = flow.models["log_prob"]
    model.compile("adam")
    model.fit(GIVEN, verbose=0)
    flow.store.chain["layers.1"].trainable = False
    model.compile("adam")
    before = snapshot(flow)
    model.fit(GIVEN, verbose=0)
    assert moving(flow, before) == {path for path in before if path.startswith(FIRST)}


@pytest.mark.parametrize("whole", ["store", "model"])
def test_freezing_all_is_seen_by_all(whole):
    flow = flowspec.compile(SPEC)
    frozen = flow.store if whole == "store" else flow.models["log_prob"]
    frozen.trainable = False
    for model in flow.models.values():
        assert model.trainable_variables == []
        assert len(model.non_trainable_variables) == len(flow.variables)
    with pytest.raises(UsageError, match="nothing-to-train"):
        flow.fit(GIVEN, verbose=False)
    frozen.trainable = True
    for model in flow.models.values():
        assert len(model.trainable_variables) == len(flow.variables)
    flow.fit(GIVEN, epochs=1, verbose=False)


def test_a_layer_is_frozen_and_thawed_for_all_models_at_once():
    flow = flowspec.compile(SPEC)
    layers = [model.get_layer("layers.0") for model in flow.models.values()]
    layers.append(flow.store.chain["layers.0"])
    for index, layer in enumerate(layers):
        for value in (False, True):
            layer.trainable = value
            assert {one.trainable for one in layers} == {value}, index
            counts = {len(model.trainable_variables) for model in flow.models.values()}
            assert counts == {len(flow.variables) if value else len(flow.variables) // 2}


def test_statistics_are_never_trained():
    flow = flowspec.compile({**SPEC, "context": {"state": {
        "kind": "vector", "size": 4, "standardize": True}}})  # fmt: skip
    flow.adapt(GIVEN)
    before = snapshot(flow)
    model = flow.models["log_prob"]
    model.trainable = False
    model.trainable = True
    model.compile(keras.optimizers.Adam(0.01))
    model.fit(GIVEN, epochs=2, verbose=0)
    still = set(before) - moving(flow, before)
    assert still >= {"context.state.mean", "context.state.scale"}
    assert np.abs(before["context.state.mean"]).max() > 0.01


MIXED = {
    **SPEC,
    "context": {"state": {"kind": "vector", "size": 4, "standardize": True}},
    "layers": [
        {**COUPLING, "trainable": False},
        {"kind": "elementwise", "transform": {"kind": "affine"}, "trainable": False},
        COUPLING,
    ],
}


@pytest.mark.parametrize("level", ["store", "model", "layer", "network", "every layer"])
def test_what_the_spec_freezes_stays_frozen_whatever_is_set_in_python(level, tmp_path):
    flow = flowspec.compile(MIXED)
    fixed = {variable.path for variable in flow.plan.variables if not variable.trainable}
    parts = [flow.store.chain["layers.0"], flow.store.chain["layers.1"]]
    layers = {
        "store": [flow.store],
        "model": [flow.models["log_prob"]],
        "layer": parts,
        "network": list(parts[0].networks.values()),
        "every layer": [*parts, *parts[0].networks["conditioner"].inner.values()],
    }[level]
    for value in (False, True, False, True):
        for layer in layers:
            layer.trainable = value
    rest = identities(flow.variables[path] for path in set(flow.variables) - fixed)
    for model in flow.models.values():
        assert identities(model.trainable_variables) == rest
    before = snapshot(flow)
    flow.adapt(GIVEN)
    flow.fit(GIVEN, epochs=1, verbose=False)
    statistics = {path for path in fixed if path.startswith("context.")}
    assert moving(flow, before) - statistics
    assert not moving(flow, before) & (fixed - statistics)
    flow.save(tmp_path / "b", optimizer=True, saved_model=False)
    loaded = flowspec.load(tmp_path / "b")
    losses = [one.fit(GIVEN, epochs=1, verbose=False).history["loss"] for one in (flow, loaded)]
    assert losses[0] == losses[1]


AGAIN = {
    "bundle": lambda flow, folder: (flow.save(folder, saved_model=False), flowspec.load(folder))[1],
    "deepcopy": lambda flow, _: copy.deepcopy(flow),
}
LEVELS = {
    "store": lambda flow: flow.store,
    "model": lambda flow: flow.models["log_prob"],
    "layer": lambda flow: flow.store.chain["layers.0"],
    "network": _network,
    "dense": lambda flow: _network(flow).inner["dense_0"],
}


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("way", ["bundle", "deepcopy"])
def test_what_was_frozen_is_thawed_at_the_same_level_after_a_load(way, level, tmp_path):
    flow = flowspec.compile(SPEC)
    LEVELS[level](flow).trainable = False
    again = AGAIN[way](flow, tmp_path / "b")
    assert again.store.frozen == flow.store.frozen != ()
    assert not LEVELS[level](again).trainable
    LEVELS[level](again).trainable = True
    assert again.store.frozen == ()
    for model in again.models.values():
        assert len(model.trainable_variables) == len(again.variables)
    assert len(again.store.trainable_variables) == len(again.variables)


def test_a_part_of_what_was_frozen_is_thawed_after_a_load():
    flow = flowspec.compile(SPEC)
    flow.store.trainable = False
    again = copy.deepcopy(flow)
    again.store.chain["layers.0"].trainable = True
    held = {path for path in again.variables if path.startswith(FIRST)}
    wanted = identities(again.variables[path] for path in held)
    assert again.store.trainable
    assert identities(again.store.trainable_variables) == wanted
    for model in again.models.values():
        assert identities(model.trainable_variables) == wanted


def test_a_frozen_model_of_a_file_is_thawed_at_the_same_level(tmp_path):
    flow = flowspec.compile(SPEC)
    flow.store.trainable = False
    flow.models["log_prob"].save(tmp_path / "m.keras")
    loaded = keras.models.load_model(tmp_path / "m.keras")
    assert loaded.trainable_variables == []
    loaded.trainable = True
    assert len(loaded.trainable_variables) == len(flow.variables)
