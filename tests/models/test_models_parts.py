"""Models can be looked at, taken apart and put together again."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import flowspec
from tests.models.policy import (
    ACTIONS,
    COUPLING,
    ROWS,
    SEEDED,
    SPEC,
    STATES,
    identities,
    perturbed,
)

DEEP = {**SPEC, "layers": [{"repeat": 2, "layers": [COUPLING, COUPLING]}]}
CHAIN = ["layers.0.0.0", "layers.0.0.1", "layers.0.1.0", "layers.0.1.1"]


@pytest.fixture(scope="module")
def deep():
    return perturbed(DEEP)


def names(model):
    return [layer.name for layer in model.layers]


def test_layers_stand_in_the_order_in_which_they_run(deep):
    sample, log_prob = names(deep.models["sample"]), names(deep.models["log_prob"])
    assert [name for name in sample if name in CHAIN] == CHAIN
    assert [name for name in log_prob if name in CHAIN] == CHAIN[::-1]
    assert sample[-1] == "known.action"
    assert sample.index("context.state") < sample.index(CHAIN[0]) > sample.index("flow.base")
    for name, model in deep.models.items():
        assert len(set(names(model))) == len(model.layers), name
        for place in CHAIN:
            layer = model.get_layer(place)
            assert layer.name == layer.record.path == place
            assert identities(layer.weights) == identities(deep.store.chain[place].weights)


@pytest.mark.parametrize("output", ["log_prob", "inverse", "sample_and_log_prob", "forward"])
def test_the_latent_after_some_layers_is_cut_out_of_any_model(deep, output):
    """Cut after k layers, then the rest by hand, gives what the whole model gives."""
    model = deep.models[output]
    given = {"state": STATES}
    given |= {"seed": SEEDED["seed"]} if output.startswith("sample") else {}
    given |= {"action": ACTIONS} if output in ("log_prob", "inverse") else {}
    given |= {"latent": ACTIONS} if output == "forward" else {}
    order = [name for name in names(model) if name in CHAIN]
    backward = order != CHAIN
    features = [tf.constant(STATES)]
    for inputs in (model.inputs, model.input):
        cut = keras.Model(inputs, model.get_layer(order[1]).output)
        value, ldj = cut.predict(given, verbose=0)
        assert identities(cut.weights) == identities(
            variable for place in order[:2] for variable in deep.store.chain[place].weights
        )
        after = keras.Model(inputs, model.get_layer(order[2]).output)
        expected, total = deep.store.chain[order[2]](
            tf.constant(value), features, inverse=backward, ldj=tf.constant(ldj)
        )
        found, found_total = after(given)
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(found_total, total, rtol=1e-5, atol=1e-5)


def test_features_of_an_encoder_are_cut_out_and_train_the_store():
    encoder = {"kind": "mlp", "hidden": [5], "size": 2}
    context = {"state": {"kind": "vector", "size": 4, "encoder": encoder}}
    flow = flowspec.compile({**SPEC, "context": context})
    for model in flow.models.values():
        features = keras.Model(
            model.input["state"], model.get_layer("context.state").output, name="features"
        )
        kernel = flow.variables["context.state.encoder.dense_0.kernel"]
        assert kernel is features.trainable_variables[0]
        assert features.predict(STATES, verbose=0).shape == (ROWS, 2)
        before = kernel.numpy().copy()
        features.compile("sgd", loss="mse")
        features.fit(STATES, np.ones((ROWS, 2)), verbose=0)
        assert (kernel.numpy() != before).any()


def test_the_base_and_what_it_draws_are_cut_out(fixed):
    model = fixed.models["sample"]
    latent, log_prob = keras.Model(model.inputs, model.get_layer("flow.base").output)(SEEDED)
    expected = -0.5 * (latent.numpy() ** 2).sum(-1) - 1.5 * np.log(2 * np.pi)
    np.testing.assert_allclose(log_prob, expected, rtol=1e-5)
    event = fixed.forward(latent, state=STATES)
    np.testing.assert_allclose(model(SEEDED)["action"], event, rtol=1e-5, atol=1e-6)


def test_a_summary_names_layers_by_their_place(deep, capsys):
    model = deep.models["sample_and_log_prob"]
    lines = []
    model.summary(expand_nested=True, show_trainable=True, line_length=140, print_fn=lines.append)
    text = "\n".join(lines)
    for word in [*CHAIN, "context.state", "flow.base", "flow.event", "FlowLayer", "seed"]:
        assert word in text
    assert "(None, 3)" in text
    count = sum(variable.size for variable in deep.plan.variables)
    assert f"Total params: {count} " in text
    assert model.count_params() == count
    model.summary()
    assert "layers.0.1.1" in capsys.readouterr().out


def test_a_drawing_has_a_box_for_each_layer_and_shapes(deep):
    for model in deep.models.values():
        dot = keras.utils.model_to_dot(model, show_shapes=True, show_trainable=True)
        labels = {node.get_name(): node.get("label") for node in dot.get_nodes()}
        labels = {name: label for name, label in labels.items() if label}
        assert len(labels) == len(model.layers)
        text = dot.to_string()
        for place in [*CHAIN, "context.state", "flow.event"]:
            assert text.count(f"<b>{place}</b>") == 1
        assert "(None, 3)" in text
        sources = {edge.get_source() for edge in dot.get_edges()}
        ends = {edge.get_destination() for edge in dot.get_edges()}
        assert sources | ends == set(labels)
