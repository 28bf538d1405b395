"""`fit`, `evaluate` and `predict` are Keras' own, but need no target."""

import csv

import keras
import numpy as np
import pytest
import tensorflow as tf

import flowspec
from flowspec.diagnostics import UsageError
from tests.models.policy import (
    ACTIONS,
    COUPLING,
    FROM_LATENT,
    GIVEN,
    ROWS,
    SPEC,
    STATES,
    WEIGHTS,
    moved,
    nll,
    weights,
)


def test_predict_and_evaluate_work_on_numpy(fixed):
    model = fixed.models["log_prob"]
    predicted = model.predict(GIVEN, verbose=0)["log_prob"]
    np.testing.assert_allclose(predicted, fixed.log_prob(ACTIONS, state=STATES), rtol=1e-5)
    model.compile("adam")
    assert model.evaluate(GIVEN, verbose=0) == pytest.approx(nll(fixed), rel=1e-5)
    assert model.evaluate(GIVEN, batch_size=5, return_dict=True, verbose=0) == {
        "loss": pytest.approx(nll(fixed), rel=1e-5)
    }


def test_predict_seeds_rows_that_have_no_seed(fixed):
    model = fixed.models["sample"]
    first, second = (model.predict({"state": STATES}, verbose=0)["action"] for _ in range(2))
    assert first.shape == (ROWS, 3)
    assert (first != second).any()
    assert len(np.unique(first[:, 0])) == ROWS


@pytest.mark.parametrize(
    "setting",
    [
        {"jit_compile": False},
        {"jit_compile": True},
        {"jit_compile": "auto"},
        {"run_eagerly": True},
        {"steps_per_execution": 3},
    ],
    ids=lambda setting: "-".join(map(str, *setting.items())),
)
def test_fit_without_a_target_takes_the_steps_of_gradient_descent(flow, setting):
    """Two epochs of three batches, the last of two rows, against a loop over `flow.log_prob`."""
    twin = flowspec.compile(SPEC)
    variables = twin.store.trainable_variables
    for _ in range(2):
        for at in (0, 5, 10):
            with tf.GradientTape() as tape:
                event, state = tf.constant(ACTIONS[at : at + 5]), tf.constant(STATES[at : at + 5])
                loss = -tf.reduce_mean(twin.distribution(state=state).log_prob(event))
            for variable, gradient in zip(
                variables, tape.gradient(loss, [v.value for v in variables]), strict=True
            ):
                variable.assign_sub(0.1 * gradient)
    model = flow.models["log_prob"]
    model.compile(keras.optimizers.SGD(0.1), **setting)
    before = weights(flow)
    model.fit(GIVEN, batch_size=5, epochs=2, shuffle=False, verbose=0)
    assert all(moved(flow, before))
    for found, expected in zip(weights(flow), weights(twin), strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.slow
def test_every_optimizer_of_keras_lowers_the_loss():
    special = {"Optimizer", "LossScaleOptimizer", "MultiOptimizer", "OptimizerMap"}
    found = {
        name: kind
        for name, kind in vars(keras.optimizers).items()
        if isinstance(kind, type) and issubclass(kind, keras.optimizers.Optimizer)
    }
    made = {name: kind(0.01) for name, kind in found.items() if name not in special}
    assert len(made) >= 12
    made["LossScaleOptimizer"] = keras.optimizers.LossScaleOptimizer(keras.optimizers.Adam(0.01))
    for name, optimizer in made.items():
        flow = flowspec.compile(SPEC)
        model = flow.models["log_prob"]
        model.compile(optimizer, run_eagerly=True)
        before, start = weights(flow), nll(flow)
        model.fit(GIVEN, batch_size=ROWS, epochs=3, verbose=0)
        assert sum(moved(flow, before)) >= 4, name
        assert nll(flow) < start, name


def test_a_schedule_sets_the_size_of_each_step(flow):
    schedule = keras.optimizers.schedules.PiecewiseConstantDecay([0], [0.1, 0.0])
    model = flow.models["log_prob"]
    model.compile(keras.optimizers.SGD(schedule))
    model.fit(GIVEN, batch_size=ROWS, epochs=1, verbose=0)
    after_one = weights(flow)
    model.fit(GIVEN, batch_size=ROWS, epochs=1, verbose=0)
    assert any((value != 0).any() for value in after_one)
    model.fit(GIVEN, batch_size=ROWS, epochs=1, verbose=0)
    settled = weights(flow)
    model.fit(GIVEN, batch_size=ROWS, epochs=2, verbose=0)
    assert not any(moved(flow, settled))


def test_stock_callbacks_do_their_work(flow, tmp_path):
    model = flow.models["log_prob"]
    model.compile(keras.optimizers.Adam(0.01))
    seen = []
    callbacks = [
        keras.callbacks.CSVLogger(tmp_path / "log.csv"),
        keras.callbacks.TerminateOnNaN(),
        keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(logs["loss"])),
        keras.callbacks.LearningRateScheduler(lambda epoch, rate: 0.02 if epoch == 0 else rate),
        keras.callbacks.ReduceLROnPlateau("val_loss", 0.5, patience=1, min_delta=1e9),
        keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}.weights.h5", save_weights_only=True),
        keras.callbacks.ModelCheckpoint(tmp_path / "{epoch}.keras"),
        keras.callbacks.BackupAndRestore(tmp_path / "backup", delete_checkpoint=False),
    ]
    history = model.fit(
        GIVEN, validation_split=0.25, epochs=3, callbacks=callbacks, verbose=0
    ).history
    assert seen == history["loss"]
    with open(tmp_path / "log.csv", encoding="utf-8") as file:
        assert [float(row["loss"]) for row in csv.DictReader(file)] == pytest.approx(seen)
    assert history["learning_rate"] == pytest.approx([0.02, 0.02, 0.01])
    trained = weights(flow)
    for index in (1, 2, 3):
        whole = keras.models.load_model(tmp_path / f"{index}.keras")
        model.load_weights(tmp_path / f"{index}.weights.h5")
        expected = -model.predict(GIVEN, verbose=0)["log_prob"].mean()
        assert -whole.predict(GIVEN, verbose=0)["log_prob"].mean() == pytest.approx(expected)
    assert not any(moved(flow, trained))


def test_training_goes_on_after_an_interruption(tmp_path):
    def stop(epoch, logs):
        if epoch == 1:
            raise KeyboardInterrupt

    flow = flowspec.compile(SPEC)
    model = flow.models["log_prob"]
    model.compile("adam")
    interrupt = keras.callbacks.LambdaCallback(on_epoch_begin=stop)
    with pytest.raises(KeyboardInterrupt):
        model.fit(
            GIVEN, epochs=3, verbose=0, shuffle=False,
            callbacks=[keras.callbacks.BackupAndRestore(tmp_path), interrupt],
        )  # fmt: skip
    model = flowspec.compile(SPEC).models["log_prob"]
    model.compile("adam")
    history = model.fit(
        GIVEN, epochs=3, verbose=0, shuffle=False,
        callbacks=[keras.callbacks.BackupAndRestore(tmp_path)],
    )  # fmt: skip
    assert history.epoch == [1, 2]


def test_early_stopping_brings_the_best_variables_back(flow):
    model = flow.models["log_prob"]
    model.compile(keras.optimizers.SGD(-0.5))
    before = weights(flow)
    worse = keras.callbacks.EarlyStopping(
        "val_loss", patience=2, restore_best_weights=True, start_from_epoch=0
    )
    history = model.fit(
        GIVEN, validation_data=GIVEN, epochs=9, batch_size=ROWS, callbacks=[worse], verbose=0
    ).history
    assert len(history["val_loss"]) == 3
    assert any(moved(flow, before))
    assert nll(flow) == pytest.approx(history["val_loss"][0], rel=1e-5)


def test_a_loss_that_is_not_finite_ends_training(flow):
    model = flow.models["log_prob"]
    model.compile("adam")
    outside = {**GIVEN, "action": ACTIONS + 9.0}
    callback = keras.callbacks.TerminateOnNaN()
    history = model.fit(outside, epochs=5, callbacks=[callback], verbose=0).history
    assert len(history["loss"]) == 1


def test_validation_rows_are_the_last(fixed):
    model = fixed.models["log_prob"]
    model.compile(keras.optimizers.SGD(0.0))
    options = {"epochs": 1, "batch_size": 5, "verbose": 0}
    held = model.fit(GIVEN, validation_split=0.25, **options).history
    assert held["loss"] == pytest.approx([nll(fixed, slice(9))], rel=1e-5)
    assert held["val_loss"] == pytest.approx([nll(fixed, slice(9, None))], rel=1e-5)
    for data in (GIVEN, (GIVEN,), (GIVEN, None, np.ones(ROWS))):
        found = model.fit(GIVEN, validation_data=data, **options).history
        assert found["val_loss"] == pytest.approx([nll(fixed)], rel=1e-5)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_sample_weights_weigh_rows_without_a_target(fixed, double, dtype):
    flow = fixed if dtype == "float32" else double
    model = flow.models["log_prob"]
    model.compile(keras.optimizers.SGD(0.0))
    expected = pytest.approx(nll(flow, weight=WEIGHTS), rel=1e-5)
    options = {"batch_size": ROWS, "verbose": 0}
    given = model.fit(
        GIVEN, sample_weight=WEIGHTS, validation_data=(GIVEN, None, WEIGHTS), **options
    ).history
    assert given == {"loss": [expected], "val_loss": [expected]}
    assert model.evaluate(GIVEN, sample_weight=list(WEIGHTS), **options) == expected
    assert model.test_on_batch(GIVEN, sample_weight=WEIGHTS) == expected
    assert model.train_on_batch(GIVEN, sample_weight=WEIGHTS) == expected
    halves = model.fit(GIVEN, sample_weight=WEIGHTS, validation_split=0.5, **options).history
    weighted = nll(flow, slice(6, None), WEIGHTS[6:])
    assert halves["val_loss"] == [pytest.approx(weighted, rel=1e-5)]


def test_batches_are_trained_tested_and_predicted_by_hand(flow):
    model = flow.models["log_prob"]
    model.compile(keras.optimizers.SGD(0.01))
    before = nll(flow)
    assert model.test_on_batch(GIVEN) == pytest.approx(before, rel=1e-5)
    assert model.train_on_batch(GIVEN, return_dict=True) == {
        "loss": pytest.approx(before, rel=1e-5)
    }
    assert nll(flow) < before
    found = model.predict_on_batch(GIVEN)["log_prob"]
    np.testing.assert_allclose(found, flow.log_prob(ACTIONS, state=STATES), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_losses_metrics_and_targets_are_keras_own(fixed, double, dtype):
    flow = fixed if dtype == "float32" else double
    model = flow.models["forward"]
    model.compile(
        keras.optimizers.SGD(0.0), loss={"action": "mse", "ldj": None},
        metrics={"action": ["mae"]}, weighted_metrics={"action": ["mse"]},
    )  # fmt: skip
    target = {"action": np.zeros((ROWS, 3)), "ldj": np.zeros(ROWS)}
    action = flow.forward(ACTIONS, state=STATES).astype("float64")
    squares = (action**2).mean(-1)
    options = {"batch_size": ROWS, "verbose": 0}
    plain = model.evaluate(FROM_LATENT, target, return_dict=True, **options)
    assert plain["loss"] == pytest.approx(squares.mean(), rel=1e-4)
    assert plain["action_mae"] == pytest.approx(np.abs(action).mean(), rel=1e-4)
    weighted = model.fit(FROM_LATENT, target, sample_weight=WEIGHTS, **options).history
    assert weighted["loss"] == [pytest.approx((squares * WEIGHTS).mean(), rel=1e-4)]
    mean = (squares * WEIGHTS).sum() / WEIGHTS.sum()
    assert weighted["action_mse"] == [pytest.approx(mean, rel=1e-4)]
    assert weighted["action_mae"] == [pytest.approx(np.abs(action).mean(), rel=1e-4)]


def test_a_target_moves_what_maps_forward(flow):
    model = flow.models["forward"]
    model.compile("sgd", loss={"action": "mse", "ldj": None})
    target = {"action": np.zeros((ROWS, 3), "float32"), "ldj": np.zeros(ROWS, "float32")}
    history = model.fit(FROM_LATENT, target, epochs=3, verbose=0).history
    assert history["loss"][-1] < history["loss"][0]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_class_weights_weigh_the_classes_of_a_target(fixed, double, dtype):
    flow = fixed if dtype == "float32" else double
    model = flow.models["log_prob"]
    model.compile(keras.optimizers.SGD(0.0))
    classes = np.arange(ROWS) % 2
    options = {"class_weight": {0: 1.0, 1: 3.0}, "batch_size": ROWS, "verbose": 0}
    found = model.fit(GIVEN, classes, **options).history["loss"]
    assert found == pytest.approx([nll(flow, weight=1.0 + 2.0 * classes)], rel=1e-5)
    for data in (GIVEN, tf.data.Dataset.from_tensors(GIVEN)):
        with pytest.raises(UsageError, match="no-target"):
            model.fit(data, **options)


def test_a_model_that_cannot_train_itself_says_so(fixed):
    action = {"state": STATES, "action": ACTIONS}
    for name, given in {"sample_and_log_prob": {"state": STATES}, "inverse": action}.items():
        model = fixed.models[name]
        model.compile("adam")
        dataset = tf.data.Dataset.from_tensors(given)
        for call in (model.fit, model.evaluate):
            for data in (given, dataset):
                with pytest.raises(UsageError, match="no-target"):
                    call(data, verbose=0)
        with pytest.raises(UsageError, match="no-target"):
            model.train_on_batch(given)


def test_what_compares_with_a_target_is_refused_without_one_until_compiled_anew(flow):
    model = flow.models["log_prob"]
    for setting in ({"metrics": ["mae"]}, {"loss": "mse"}, {"weighted_metrics": ["mae"]}):
        model.compile("adam", **setting)
        for options in ({}, {"sample_weight": WEIGHTS}):
            with pytest.raises(UsageError, match="no-target"):
                model.fit(GIVEN, verbose=0, **options)
        model.compile("adam")
        assert list(model.fit(GIVEN, verbose=0).history) == ["loss"]


def test_losses_of_the_networks_are_added():
    network = {**COUPLING["conditioner"], "l2": 0.5}
    flow = flowspec.compile({**SPEC, "layers": [{**COUPLING, "conditioner": network}, COUPLING]})
    model = flow.models["log_prob"]
    model.compile(keras.optimizers.SGD(0.0))
    kernels = [
        flow.variables[f"layers.0.conditioner.dense_{index}.kernel"].numpy() for index in (0, 1)
    ]
    penalty = 0.5 * sum((kernel**2).sum() for kernel in kernels)
    found = model.fit(GIVEN, batch_size=ROWS, verbose=0).history["loss"]
    assert penalty > 0.1
    assert found == pytest.approx([nll(flow) + penalty], rel=1e-5)


def test_rows_that_differ_in_number_are_refused(fixed, double):
    for flow in (fixed, double):
        model = flow.models["log_prob"]
        model.compile("adam")
        uneven = {**GIVEN, "state": STATES[:7]}
        with pytest.raises(UsageError, match="rows-differ"):
            model.predict(uneven, verbose=0)
        with pytest.raises(UsageError, match="rows-differ"):
            model.fit(uneven, verbose=0)
        with pytest.raises(UsageError, match="rows-differ"):
            model.evaluate(GIVEN, sample_weight=WEIGHTS[:7], verbose=0)
