"""A float64 flow is float64 everywhere; mixed precision is a matter of the networks."""

import copy
import pickle

import keras
import numpy as np
import pytest
import tensorflow as tf

import flowspec
from tests.models.policy import ROWS, SPEC, STATES, moved, perturbed, weights

# Numbers that float32 does not have: rounding them on the way in moves every answer.
RANDOM = np.random.default_rng(7)
STATE = RANDOM.normal(size=(ROWS, 4))
ACTION = RANDOM.uniform(-0.9, 0.9, size=(ROWS, 3))
GIVEN = {"state": STATE, "action": ACTION}
SEED = np.arange(ROWS)
WEIGHT = RANDOM.uniform(size=ROWS)
LAW = {"rtol": 1e-12, "atol": 1e-12}
FORMS = {
    "arrays": lambda rows: rows,
    "tensors": lambda rows: {name: tf.constant(value) for name, value in rows.items()},
    "lists": lambda rows: {name: value.tolist() for name, value in rows.items()},
    "dataset": lambda rows: tf.data.Dataset.from_tensor_slices(rows).batch(5),
}


def nll(flow, rows=slice(None)):
    return -flow.log_prob(ACTION[rows], state=STATE[rows])


def test_the_inputs_are_no_float32_numbers(double):
    rounded = double.log_prob(ACTION.astype("float32"), state=STATE.astype("float32"))
    assert np.abs(rounded - double.log_prob(ACTION, state=STATE)).max() > 1e-8


@pytest.mark.parametrize("form", FORMS)
def test_predict_loses_no_digits_of_a_float64_flow(double, form):
    for batch_size in [None] if form == "dataset" else [None, 5]:
        options = {"verbose": 0, "batch_size": batch_size}
        found = double.models["log_prob"].predict(FORMS[form](GIVEN), **options)["log_prob"]
        assert found.dtype == np.float64
        np.testing.assert_allclose(found, -nll(double), **LAW)
        latent = double.inverse(ACTION, state=STATE)
        given = FORMS[form]({"state": STATE, "latent": latent})
        np.testing.assert_allclose(
            double.models["forward"].predict(given, **options)["action"], ACTION, **LAW
        )
        seeded = FORMS[form]({"state": STATE, "seed": SEED})
        drawn = double.models["sample"].predict(seeded, **options)["action"]
        np.testing.assert_allclose(drawn, double.sample(state=STATE, seed=SEED), **LAW)
    np.testing.assert_allclose(
        double.models["log_prob"].predict(FORMS[form](GIVEN), steps=1, verbose=0)["log_prob"][:5],
        -nll(double)[:5], **LAW,
    )  # fmt: skip


def test_evaluate_and_validation_lose_no_digits_of_a_float64_flow(double):
    model = double.models["log_prob"]
    model.compile(keras.optimizers.SGD(0.0))
    options = {"batch_size": ROWS, "verbose": 0}
    assert model.evaluate(GIVEN, **options) == pytest.approx(nll(double).mean(), rel=1e-12)
    weighted = (nll(double) * WEIGHT).mean()
    found = model.evaluate(GIVEN, sample_weight=WEIGHT, **options)
    assert found == pytest.approx(weighted, rel=1e-12)
    for data in (GIVEN, (GIVEN, None, np.ones(ROWS))):
        history = model.fit(GIVEN, validation_data=data, **options).history
        assert history["loss"] == pytest.approx([nll(double).mean()], rel=1e-12)
        assert history["val_loss"] == pytest.approx([nll(double).mean()], rel=1e-12)
    split = model.fit(GIVEN, sample_weight=WEIGHT, validation_split=0.25, **options).history
    held = (nll(double, slice(9, None)) * WEIGHT[9:]).mean()
    assert split["val_loss"] == pytest.approx([held], rel=1e-12)
    assert model.test_on_batch(GIVEN) == pytest.approx(nll(double).mean(), rel=1e-12)


@pytest.mark.parametrize(
    ("options", "batches"),
    [
        ({"batch_size": 5}, [range(5), range(5, 10), range(10, 12)]),
        ({"steps_per_epoch": 2}, [range(6), range(6, 12)]),
        ({}, [range(12)]),
        ({"batch_size": 4, "validation_split": 0.5}, [range(4), range(4, 6)]),
    ],
)
def test_fit_takes_the_steps_of_a_float64_flow(double, options, batches):
    rate = float(np.float32(0.1))
    flow, twin = (perturbed({**SPEC, "dtype": "float64"}) for _ in range(2))
    variables = twin.store.trainable_variables
    for rows in batches:
        with tf.GradientTape() as tape:
            states, events = tf.constant(STATE[list(rows)]), tf.constant(ACTION[list(rows)])
            loss = -tf.reduce_mean(twin.distribution(state=states).log_prob(events))
        for variable, gradient in zip(
            variables, tape.gradient(loss, [v.value for v in variables]), strict=True
        ):
            variable.assign_sub(rate * gradient)
    before = weights(flow)
    model = flow.models["log_prob"]
    model.compile(keras.optimizers.SGD(0.1))
    model.fit(GIVEN, epochs=1, shuffle=False, verbose=0, **options)
    assert all(moved(flow, before))
    for found, expected in zip(weights(flow), weights(twin), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("shuffle", [None, True, False, "batch"])
def test_rows_of_a_float64_flow_are_shuffled_as_keras_shuffles_them(double, shuffle, monkeypatch):
    """Each epoch has every row once; `batch` keeps the rows of a batch together."""
    flow = flowspec.compile({**SPEC, "dtype": "float64"})
    model = flow.models["log_prob"]
    model.compile(keras.optimizers.SGD(0.0), run_eagerly=True)
    seen = []
    step = model.compute_loss

    def watched(x, *words, **named):
        seen.append(np.asarray(x["state"])[:, 0])
        return step(x, *words, **named)

    monkeypatch.setattr(model, "compute_loss", watched)
    options = {} if shuffle is None else {"shuffle": shuffle}
    model.fit(GIVEN, batch_size=4, epochs=4, verbose=0, **options)
    order = {value: row for row, value in enumerate(STATE[:, 0])}
    places = [[order[value] for value in batch] for batch in seen]
    epochs = [
        [*first, *second, *third]
        for first, second, third in zip(places[::3], places[1::3], places[2::3], strict=True)
    ]
    assert all(sorted(epoch) == list(range(ROWS)) for epoch in epochs)
    together = all(max(batch) - min(batch) == 3 for batch in places)
    assert together == (shuffle in (False, "batch"))
    assert (len(set(map(tuple, epochs))) > 1) == (shuffle is not False)


def test_flows_of_both_dtypes_live_side_by_side(double):
    single = perturbed(SPEC)
    rounded = {path: variable.numpy().astype("float64") for path, variable in
               single.variables.items()}  # fmt: skip
    wide = flowspec.compile({**SPEC, "dtype": "float64"})
    wide.assign(rounded)
    for flow, dtype in ((single, "float32"), (wide, "float64"), (single, "float32")):
        model = flow.models["log_prob"]
        model.compile(keras.optimizers.SGD(0.0))
        found = model.predict(GIVEN, verbose=0)["log_prob"]
        assert found.dtype == dtype
        np.testing.assert_allclose(found, -nll(wide), rtol=1e-4, atol=1e-5)
        assert model.fit(GIVEN, verbose=0).history["loss"][0] == pytest.approx(
            nll(wide).mean(), rel=1e-5
        )
    assert keras.config.floatx() == "float32"


@pytest.fixture(params=["mixed_bfloat16", "mixed_float16"])
def mixed(request):
    keras.config.set_dtype_policy(request.param)
    try:
        yield request.param
    finally:
        keras.config.set_dtype_policy("float32")


def test_mixed_precision_reaches_the_networks_only(mixed):
    flow = perturbed(SPEC)
    dense = flow.models["sample"].get_layer("layers.0").networks["conditioner"].inner["dense_0"]
    assert dense.compute_dtype == mixed.removeprefix("mixed_")
    assert {variable.dtype for variable in flow.store.weights} == {"float32"}
    for name, model in flow.models.items():
        extra = {"log_prob": "action", "inverse": "action", "forward": "latent"}.get(name)
        given = {"state": STATES} | ({extra: ACTION} if extra else {})
        for value in model(given).values():
            assert value.dtype == tf.float32
        for value in model.predict(given, verbose=0).values():
            assert value.dtype == np.float32
    event = flow.sample(state=STATES)
    again = flow.forward(flow.inverse(event, state=STATES), state=STATES)
    np.testing.assert_allclose(again, event, atol=1e-5)


@pytest.mark.parametrize("jit_compile", [False, True])
def test_a_scaled_loss_trains_a_mixed_flow(mixed, jit_compile):
    flow = perturbed(SPEC)
    start = flow.log_prob(ACTION, state=STATE).mean()
    model = flow.models["log_prob"]
    inner = keras.optimizers.Adam(0.01)
    optimizer = keras.optimizers.LossScaleOptimizer(inner, initial_scale=1024.0)
    model.compile(optimizer, jit_compile=jit_compile)
    before = weights(flow)
    history = model.fit(GIVEN, epochs=8, batch_size=ROWS, verbose=0).history["loss"]
    assert history[0] == pytest.approx(-start, rel=0.02)
    assert history[-1] < history[0]
    assert all(moved(flow, before))
    assert {variable.dtype for variable in flow.store.weights} == {"float32"}


@pytest.mark.parametrize("way", ["bundle", "deepcopy", "pickle", "keras", "clone", "config"])
def test_a_mixed_flow_stays_mixed_whatever_keras_is_set_to_later(mixed, way, tmp_path):
    flow = perturbed({**SPEC, "training": {"epochs": 1, "batch_size": 4}})
    flow.fit(GIVEN, verbose=False)
    expected = flow.log_prob(ACTION, state=STATES)
    if way == "bundle":
        flow.save(tmp_path / "b", optimizer=True, saved_model=False)
    flow.models["log_prob"].save(tmp_path / "log_prob.keras")
    keras.config.set_dtype_policy("float32")
    if way in ("keras", "clone", "config"):
        model = flow.models["log_prob"]
        if way == "keras":
            model = keras.models.load_model(tmp_path / "log_prob.keras")
        elif way == "clone":
            model = keras.models.clone_model(model)
            model.set_weights(flow.models["log_prob"].get_weights())
        else:
            model = type(model).from_config(model.get_config())
            model.set_weights(flow.models["log_prob"].get_weights())
        found = model({"state": STATES, "action": ACTION})["log_prob"]
        np.testing.assert_array_equal(found, flow.models["log_prob"](
            {"state": STATES, "action": ACTION})["log_prob"])  # fmt: skip
        return
    again = {
        "bundle": lambda: flowspec.load(tmp_path / "b"),
        "deepcopy": lambda: copy.deepcopy(flow),
        "pickle": lambda: pickle.loads(pickle.dumps(flow)),
    }[way]()
    np.testing.assert_array_equal(again.log_prob(ACTION, state=STATES), expected)
    wide = flowspec.compile(SPEC)
    wide.assign({path: variable.numpy() for path, variable in flow.variables.items()})
    assert np.abs(wide.log_prob(ACTION, state=STATES) - expected).max() > 1e-4
    if way == "bundle":
        losses = [one.fit(GIVEN, verbose=False).history["loss"] for one in (flow, again)]
        assert losses[0] == losses[1]


def test_a_flow_of_one_dtype_stays_so_under_mixed_precision(tmp_path):
    flow = perturbed(SPEC)
    expected = flow.log_prob(ACTION, state=STATES)
    flow.save(tmp_path / "b", saved_model=False)
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        again = [flowspec.load(tmp_path / "b"), copy.deepcopy(flow)]
    finally:
        keras.config.set_dtype_policy("float32")
    for one in again:
        np.testing.assert_array_equal(one.log_prob(ACTION, state=STATES), expected)
