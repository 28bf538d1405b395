"""A compiled flow's models are ordinary Keras models."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import flowspec
from flowspec.diagnostics import UsageError

COUPLING = {
    "kind": "coupling",
    "transform": {"kind": "affine"},
    "conditioner": {"kind": "mlp", "hidden": [8]},
}
SPEC = {
    "flowspec": 1,
    "name": "policy",
    "event": {
        "name": "action",
        "shape": [3],
        "support": {"kind": "interval", "low": -1, "high": 1},
    },
    "context": {"state": {"kind": "vector", "size": 4}},
    "layers": [COUPLING, COUPLING],
}
RANDOM = np.random.default_rng(0)
STATES = RANDOM.normal(size=(12, 4)).astype("float32")
ACTIONS = RANDOM.uniform(-0.9, 0.9, size=(12, 3)).astype("float32")


@pytest.fixture
def flow():
    return flowspec.compile(SPEC)


def weights(flow):
    return [np.asarray(variable) for variable in flow.variables.values()]


def moved(flow, before):
    return [(new != old).any() for new, old in zip(weights(flow), before, strict=True)]


def test_models_are_functional_keras_models(flow):
    for name, model in flow.models.items():
        assert isinstance(model, keras.Model)
        assert isinstance(model, keras.src.models.functional.Functional)
        assert model.name == f"policy.{name}"
        assert set(model.output) == {
            r.name for o in flow.plan.outputs if o.name == name for r in o.returns
        }


def test_all_models_hold_the_stores_own_variables(flow):
    own = {id(variable) for variable in flow.store.weights}
    for model in flow.models.values():
        assert {id(variable) for variable in model.weights} == own
        assert {id(variable) for variable in model.trainable_variables} == own


def test_predict_and_evaluate_work_on_numpy(flow):
    model = flow.models["log_prob"]
    given = {"state": STATES, "action": ACTIONS}
    predicted = model.predict(given, verbose=0)["log_prob"]
    np.testing.assert_allclose(predicted, flow.log_prob(ACTIONS, state=STATES), rtol=1e-5)
    model.compile("adam")
    assert model.evaluate(given, verbose=0) == pytest.approx(-predicted.mean(), rel=1e-5)


def test_predict_seeds_rows_that_have_no_seed(flow):
    model = flow.models["sample"]
    first, second = (model.predict({"state": STATES}, verbose=0)["action"] for _ in range(2))
    assert first.shape == (12, 3)
    assert (first != second).any()
    assert len(np.unique(first[:, 0])) == 12


def test_random_seeds_of_keras_make_unseeded_draws_repeatable():
    draws = []
    for _ in range(2):
        keras.utils.set_random_seed(3)
        draws.append(flowspec.compile(SPEC).sample(state=STATES))
    np.testing.assert_array_equal(*draws)


@pytest.mark.parametrize("jit_compile", [False, True])
def test_fit_without_a_target_maximises_the_likelihood(flow, jit_compile):
    model = flow.models["log_prob"]
    model.compile(keras.optimizers.Adam(0.01), jit_compile=jit_compile)
    before = weights(flow)
    history = model.fit({"state": STATES, "action": ACTIONS}, epochs=20, verbose=0).history
    assert history["loss"][-1] < history["loss"][0]
    assert all(moved(flow, before))


def test_sample_weights_weigh_rows(flow):
    model = flow.models["log_prob"]
    model.compile(keras.optimizers.SGD(0.0))
    given = {"state": STATES, "action": ACTIONS}
    weight = np.arange(12.0)
    loss = model.fit(given, sample_weight=weight, batch_size=12, verbose=0).history["loss"][0]
    expected = -(flow.log_prob(ACTIONS, state=STATES) * weight).mean()
    assert loss == pytest.approx(expected, rel=1e-5)


def test_fit_with_a_loss_of_the_users_own(flow):
    model = flow.models["forward"]
    model.compile("sgd", loss={"action": "mse", "ldj": None})
    target = {"action": np.zeros((12, 3), "float32"), "ldj": np.zeros(12, "float32")}
    given = {"state": STATES, "latent": ACTIONS}
    history = model.fit(given, target, epochs=3, verbose=0).history
    assert history["loss"][-1] < history["loss"][0]


def test_a_model_that_cannot_train_itself_says_so(flow):
    for name in ("sample_and_log_prob", "inverse"):
        model = flow.models[name]
        model.compile("adam")
        given = {"state": STATES} | ({"action": ACTIONS} if name == "inverse" else {})
        with pytest.raises(UsageError, match="no-target"):
            model.fit(given, verbose=0)


def test_training_steps_are_traced_once(flow, monkeypatch):
    traces = []
    original = type(flow.models["log_prob"]).compute_loss

    def counted(self, *words, **named):
        traces.append(1)
        return original(self, *words, **named)

    monkeypatch.setattr(type(flow.models["log_prob"]), "compute_loss", counted)
    model = flow.models["log_prob"]
    model.compile("adam")
    model.fit({"state": STATES, "action": ACTIONS}, batch_size=4, epochs=3, verbose=0)
    assert len(traces) == 1


def test_a_custom_loop_through_any_model_moves_all(flow):
    optimizer = keras.optimizers.Adam(0.01)
    for name in ("sample_and_log_prob", "forward", "inverse"):
        model = flow.models[name]
        given = {"state": STATES}
        given |= {"latent": ACTIONS} if name == "forward" else {}
        given |= {"action": ACTIONS} if name == "inverse" else {}
        before = weights(flow)
        with tf.GradientTape() as tape:
            out = model(given, training=True)
            loss = sum(tf.reduce_sum(tf.square(value)) for value in out.values())
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        moves = moved(flow, before)
        assert moves[-1]
        assert sum(moves) >= 4


def test_a_model_inside_a_bigger_model_trains_end_to_end(flow):
    observation = keras.Input((10,))
    features = keras.layers.Dense(4, name="eyes")(observation)
    drawn = flow.models["sample_and_log_prob"]({"state": features})
    agent = keras.Model(observation, [drawn["action"], drawn["log_prob"]])
    seen = RANDOM.normal(size=(12, 10)).astype("float32")
    before = weights(flow)
    agent.compile("adam", loss=["mse", None])
    agent.fit(seen, [ACTIONS, np.zeros(12)], epochs=2, verbose=0)
    assert any(moved(flow, before))
    first, second = (agent.predict(seen, verbose=0)[0] for _ in range(2))
    assert (first != second).any()


def test_eager_graph_and_compiled_calls_agree(flow):
    model = flow.models["sample_and_log_prob"]
    given = {"state": tf.constant(STATES), "seed": tf.range(12, dtype=tf.int64)}
    eager = model(given)
    graph = tf.function(model)(given)
    compiled = tf.function(model, jit_compile=True)(given)
    for name, value in eager.items():
        np.testing.assert_allclose(graph[name], value, rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(compiled[name], value, rtol=1e-4, atol=1e-4)


def test_batch_sizes_need_no_trace_of_their_own(flow):
    traces = []

    @tf.function(input_signature=[tf.TensorSpec((None, 4))], autograph=False)
    def act(state):
        traces.append(1)
        return flow.models["sample"]({"state": state})["action"]

    assert [act(STATES[:count]).shape[0] for count in (1, 5, 12)] == [1, 5, 12]
    assert len(traces) == 1


def test_wrong_inputs_are_refused_by_name(flow):
    model = flow.models["log_prob"]
    wrong = [
        ({"state": STATES}, "missing-input"),
        ({"state": STATES, "action": ACTIONS, "more": STATES}, "unknown-input"),
        ({"stat": STATES, "action": ACTIONS}, "unknown-input"),
        ({"state": STATES[:, :3], "action": ACTIONS}, "wrong-shape"),
        ({"state": STATES, "action": ACTIONS[:, 0]}, "wrong-shape"),
        ({"state": STATES.astype(str), "action": ACTIONS}, "wrong-dtype"),
        (STATES, "unnamed-inputs"),
    ]
    for given, slug in wrong:
        with pytest.raises(UsageError, match=slug):
            model(given)
        for call in (model.predict, model.evaluate, model.fit):
            with pytest.raises(UsageError, match=slug):
                call(given, verbose=0)


def test_a_wrong_shape_is_refused_after_a_right_one():
    flow = flowspec.compile(
        {
            "flowspec": 1, "name": "t", "event": {"name": "y", "shape": [2]},
            "layers": [{"kind": "elementwise", "transform": {"kind": "affine"}}],
        }
    )  # fmt: skip
    model = flow.models["log_prob"]
    model.predict(np.ones((4, 2)), verbose=0)
    with pytest.raises(UsageError, match="wrong-shape"):
        model.predict(np.ones((4, 1)), verbose=0)
    with pytest.raises(UsageError, match="wrong-shape"):
        model.predict(tf.data.Dataset.from_tensors({"y": np.ones((4, 1), "float32")}), verbose=0)


def test_no_call_creates_a_variable(flow):
    count = len(flow.store.variables)
    for _ in range(2):
        action = flow.sample(2, state=STATES)[:, 0]
        flow.log_prob(action, state=STATES)
        flow.inverse(action, state=STATES)
        flow.forward(action, state=STATES)
        flow.distribution(state=STATES).sample(seed=1)
    assert len(flow.store.variables) == count
    assert len(flow.store.weights) == len(flow.plan.variables)


def test_mixed_precision_reaches_the_networks_only():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        flow = flowspec.compile(SPEC)
    finally:
        keras.config.set_dtype_policy("float32")
    layer = flow.store.chain["layers.0"]
    assert layer.networks["conditioner"].inner["dense_0"].compute_dtype == "bfloat16"
    assert {variable.dtype for variable in flow.store.weights} == {"float32"}
    event = flow.sample(state=STATES)
    assert event.dtype == np.float32
    latent = flow.inverse(event, state=STATES)
    np.testing.assert_allclose(flow.forward(latent, state=STATES), event, atol=1e-5)


def test_flows_of_both_dtypes_live_side_by_side(flow):
    double = flowspec.compile({**SPEC, "dtype": "float64"})
    for path, variable in double.variables.items():
        variable.assign(np.asarray(flow.variables[path], "float64"))
    wide = double.log_prob(ACTIONS.astype("float64"), state=STATES.astype("float64"))
    assert wide.dtype == np.float64
    np.testing.assert_allclose(flow.log_prob(ACTIONS, state=STATES), wide, rtol=1e-4, atol=1e-5)


def test_summary_names_layers_by_their_place(flow, capsys):
    flow.models["sample"].summary()
    table = capsys.readouterr().out
    assert all(word in table for word in ("layers.0", "context.state", "FlowLayer", "seed"))
