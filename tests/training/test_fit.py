"""Training by maximum likelihood."""

import contextlib
import threading

import numpy as np
import pandas as pd
import pytest

import flowspec
from flowspec.diagnostics import DataError, FlowspecError, UsageError

AFFINE = {"kind": "elementwise", "transform": {"kind": "affine"}}
CONDITIONAL = {**AFFINE, "conditioner": {"kind": "mlp", "hidden": [8], "activation": "tanh"}}


def spec(**changes):
    return {
        "flowspec": 1,
        "name": "fitted",
        "event": {"name": "y", "shape": [1], "standardize": True},
        "context": {"x": {"kind": "vector", "size": 1, "standardize": True}},
        "layers": [CONDITIONAL],
        "training": {"optimizer": {"kind": "adam", "learning_rate": 0.02}, "batch_size": 64},
        **changes,
    }


def rows(count=256, seed=0):
    random = np.random.default_rng(seed)
    x = random.uniform(-2, 2, size=(count, 1)) * 3 + 10
    return {"x": x, "y": 5 * x + np.exp(x / 10) * random.normal(size=(count, 1))}


def fitted(data, changes=None, **options):
    flow = flowspec.compile(spec(**(changes or {})))
    history = flow.fit(data, verbose=False, **options).history
    return flow, history


def weights(flow):
    return {path: np.asarray(variable) for path, variable in flow.variables.items()}


def test_a_trained_flow_is_close_to_the_truth():
    flow, history = fitted(rows(), epochs=150)
    new = rows(seed=1)
    truth = -0.5 * (
        (new["y"] - 5 * new["x"]) / np.exp(new["x"] / 10)
    ) ** 2 - new["x"] / 10 - 0.5 * np.log(2 * np.pi)  # fmt: skip
    loss = -flow.log_prob(new["y"], x=new["x"]).mean()
    assert history["loss"][-1] < history["loss"][0] - 0.5
    assert loss < -truth.mean() + 0.1


def test_training_is_repeatable():
    first, second = (weights(fitted(rows(), epochs=2)[0]) for _ in range(2))
    for path, value in first.items():
        np.testing.assert_array_equal(value, second[path])


def test_statistics_are_fitted_once_to_the_training_rows():
    data = rows()
    flow, _ = fitted(data, epochs=1)
    np.testing.assert_allclose(flow.variables["context.x.mean"], data["x"].mean(0), rtol=1e-6)
    np.testing.assert_allclose(flow.variables["event.scale"], data["y"].std(0), rtol=1e-6)
    flow.fit({name: value + 100 for name, value in data.items()}, epochs=1, verbose=False)
    np.testing.assert_allclose(flow.variables["context.x.mean"], data["x"].mean(0), rtol=1e-6)


def test_adapt_counts_the_event_before_the_supports_map():
    event = {"name": "y", "shape": [1], "support": {"kind": "positive"}, "standardize": True}
    flow = flowspec.compile(spec(event=event))
    data = rows()
    flow.adapt(data)
    np.testing.assert_allclose(flow.variables["event.mean"], np.log(data["y"]).mean(0), rtol=1e-6)


def test_adapt_again_replaces_the_statistics():
    flow = flowspec.compile(spec()).adapt(rows())
    flow.adapt({"x": np.array([[1.0], [3.0]]), "y": np.array([[0.0], [4.0]])})
    np.testing.assert_allclose(flow.variables["event.mean"], [2.0])
    np.testing.assert_allclose(flow.variables["event.scale"], [2.0])


def test_a_constant_event_cannot_be_standardized_and_nothing_changes():
    flow = flowspec.compile(spec())
    before = weights(flow)
    with pytest.raises(DataError, match="constant-feature"):
        flow.adapt({"x": np.ones((4, 1)) * 7, "y": np.ones((4, 1))})
    for path, value in weights(flow).items():
        np.testing.assert_array_equal(value, before[path])


def test_a_constant_context_is_shifted_and_not_scaled():
    flow = flowspec.compile(spec()).adapt({"x": np.full((4, 1), 7.0), "y": np.eye(4)[:, :1]})
    np.testing.assert_allclose(flow.variables["context.x.mean"], [7.0])
    np.testing.assert_allclose(flow.variables["context.x.scale"], [1.0])


def test_every_form_of_data_trains_the_same(tmp_path):
    import tensorflow as tf

    data = {name: value.astype(np.float32) for name, value in rows(64).items()}
    frame = pd.DataFrame({name: value[:, 0] for name, value in data.items()})
    frame.to_csv(tmp_path / "rows.csv", index=False)
    np.savez(tmp_path / "rows.npz", **data)
    dataset = tf.data.Dataset.from_tensor_slices(data).batch(64)
    options = {"epochs": 3, "shuffle": False}
    reference = weights(fitted(data, **options)[0])
    for other in (frame, tmp_path / "rows.csv", str(tmp_path / "rows.npz"), dataset):
        for path, value in weights(fitted(other, **options)[0]).items():
            np.testing.assert_allclose(value, reference[path], rtol=1e-5, atol=1e-6)


def batches(data):
    import tensorflow as tf

    single = {name: np.asarray(value, np.float32) for name, value in data.items()}
    return tf.data.Dataset.from_tensor_slices(single).batch(32)


def test_targets_and_weights_of_a_dataset_are_no_part_of_its_statistics():
    import tensorflow as tf

    data, other = batches(rows(64)), batches(rows(64, seed=1))
    ones = tf.data.Dataset.from_tensors(tf.ones(32)).repeat(2)
    none = tf.data.Dataset.from_tensors(tf.zeros((32, 0))).repeat(2)
    reference, _ = fitted(data, epochs=1)
    forms = (data.map(lambda x: (x,)), tf.data.Dataset.zip((data, none, ones)))
    for form in forms:
        np.testing.assert_equal(weights(fitted(form, epochs=1)[0]), weights(reference))
    assert weights(fitted(other, epochs=1)[0])["event.mean"] != reference.variables["event.mean"]


def test_the_bare_events_of_a_dataset_are_enough():
    data = batches({"y": rows()["y"]})
    flow = flowspec.compile(spec(context={}, layers=[AFFINE])).adapt(data.map(lambda x: x["y"]))
    np.testing.assert_allclose(flow.variables["event.mean"], rows()["y"].mean(0), rtol=1e-5)


def test_a_dataset_is_not_gone_through_where_nothing_is_standardized():
    import tensorflow as tf

    def fail():
        raise AssertionError
        yield

    data = tf.data.Dataset.from_generator(fail, output_signature=tf.TensorSpec((None, 1)))
    flow = flowspec.compile(spec(context={}, layers=[AFFINE], event={"name": "y", "shape": [1]}))
    assert flow.adapt(data).adapted


@pytest.mark.parametrize("adapted", [False, True])
def test_a_dataset_without_rows_or_without_end_is_refused(adapted):
    flow, data = flowspec.compile(spec()), batches(rows(64))
    if adapted:
        flow.adapt(data)
    for wrong, slug in ((data.take(0), "no-rows"), (data.repeat(), "endless-data")):
        for given in ({"data": wrong}, {"data": data, "validation_data": wrong}):
            with pytest.raises(FlowspecError, match=slug):
                flow.fit(**given, verbose=False)
        with pytest.raises(FlowspecError, match=slug):
            flow.adapt(wrong)
    nothing = data.filter(lambda row: False)
    with (
        pytest.warns(UserWarning, match="ran out") if adapted else contextlib.nullcontext(),
        pytest.raises(DataError, match="no-rows"),
    ):
        flow.fit(nothing, verbose=False)
    assert flow.adapted == adapted


def test_rows_that_were_not_checked_are_suspected_when_training_diverges():
    event = {"name": "y", "shape": [1], "support": {"kind": "positive"}}
    flow = flowspec.compile(spec(event=event))
    with pytest.raises(UsageError, match="outside the support"):
        flow.fit(batches({**rows(64), "y": -rows(64)["y"]}), epochs=1, verbose=False)


def test_rows_are_held_out_by_the_flows_seed():
    _, history = fitted(rows(), epochs=2, validation_split=0.25)
    assert len(history["val_loss"]) == 2


def test_early_stopping_keeps_the_best():
    flow, history = fitted(
        rows(40), {"training": {"optimizer": {"kind": "adam", "learning_rate": 0.3}}},
        epochs=60, validation_data=rows(400, seed=3), early_stopping=5,
    )  # fmt: skip
    held = rows(400, seed=3)
    loss = -flow.log_prob(held["y"], x=held["x"]).mean()
    assert len(history["loss"]) < 60
    assert loss == pytest.approx(min(history["val_loss"]), rel=1e-5)


def test_the_optimizer_goes_on_where_it_was():
    whole = weights(fitted(rows(64), epochs=4, shuffle=False)[0])
    flow, _ = fitted(rows(64), epochs=2, shuffle=False)
    flow.fit(rows(64), epochs=2, shuffle=False, verbose=False)
    for path, value in weights(flow).items():
        np.testing.assert_allclose(value, whole[path], rtol=1e-5, atol=1e-6)


def test_rows_come_in_a_new_order_when_fit_is_called_again():
    """With a vanishing learning rate the loss of the last batch tells which rows are in it."""
    import keras

    slow = {"training": {"optimizer": {"kind": "sgd", "learning_rate": 1e-30}, "batch_size": 48}}
    means = []
    callback = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: means.append(logs["loss"])
    )
    flow, _ = fitted(rows(64), slow, epochs=1, callbacks=callback)
    flow.fit(rows(64), epochs=1, verbose=False, callbacks=callback)
    first, _, again, _ = means
    assert first != pytest.approx(again, rel=1e-4)


@pytest.mark.parametrize(
    "optimizer",
    [
        {"kind": "adam", "clipnorm": 1.0},
        {"kind": "adamw", "weight_decay": 0.01},
        {"kind": "rmsprop", "momentum": 0.5},
        {"kind": "sgd", "momentum": 0.9, "nesterov": True, "global_clipnorm": 1.0},
    ],
    ids=lambda node: node["kind"],
)
def test_every_optimizer_lowers_the_loss(optimizer):
    changes = {"training": {"optimizer": {"learning_rate": 0.01, **optimizer}, "batch_size": 64}}
    _, history = fitted(rows(), changes, epochs=8)
    assert history["loss"][-1] < history["loss"][0]


def test_training_that_diverges_says_so_and_puts_the_variables_back():
    flow = flowspec.compile(
        spec(training={"optimizer": {"kind": "sgd", "learning_rate": 1e30}, "batch_size": 8})
    ).adapt(rows())
    before = weights(flow)
    with pytest.raises(UsageError, match="training-diverged"):
        flow.fit(rows(), epochs=5, verbose=False)
    for path, value in weights(flow).items():
        np.testing.assert_array_equal(value, before[path])


@pytest.mark.parametrize("rate", [1e30, 1e38])
def test_a_last_step_that_diverges_is_noticed(rate):
    optimizer = {"kind": "sgd", "learning_rate": rate}
    flow = flowspec.compile(spec(training={"optimizer": optimizer, "batch_size": 64}))
    flow.adapt(rows(64))
    before = weights(flow)
    with pytest.raises(UsageError, match="training-diverged"):
        flow.fit(rows(64), epochs=1, verbose=False)
    np.testing.assert_equal(weights(flow), before)


def test_a_fit_that_is_refused_leaves_the_statistics_as_they_were():
    import tensorflow as tf

    flow = flowspec.compile(
        spec(training={"optimizer": {"kind": "sgd", "learning_rate": 1e30}, "batch_size": 8})
    )
    before = weights(flow)
    unnamed = tf.data.Dataset.from_tensor_slices(rows()).map(lambda r: {**r, "z": r["x"]}).batch(8)
    for data, slug in ((rows(), "training-diverged"), (unnamed, "unknown-input")):
        with pytest.raises(FlowspecError, match=slug):
            flow.fit(data, epochs=2, verbose=False)
        assert not flow.adapted
        np.testing.assert_equal(weights(flow), before)
    flow.store.trainable = False
    with pytest.raises(UsageError, match="nothing-to-train"):
        flow.fit(rows(), verbose=False)
    assert not flow.adapted
    np.testing.assert_equal(weights(flow), before)


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_what_was_trained_before_an_exception_is_kept(error):
    import keras

    def fail(epoch, logs):
        raise error

    flow = flowspec.compile(spec())
    before = weights(flow)
    callback = keras.callbacks.LambdaCallback(on_epoch_end=fail)
    with pytest.raises(error):
        flow.fit(rows(), epochs=2, verbose=False, callbacks=[callback])
    assert flow.adapted
    assert all((value != before[path]).any() for path, value in weights(flow).items())


def test_frozen_parts_stay_as_they_are():
    layers = [{**CONDITIONAL, "trainable": False}, CONDITIONAL]
    flow = flowspec.compile(spec(layers=layers)).adapt(rows())
    before = weights(flow)
    flow.fit(rows(), epochs=1, verbose=False)
    moved = {path for path, value in weights(flow).items() if (value != before[path]).any()}
    assert not any(path.startswith("layers.0.") for path in moved)
    assert any(path.startswith("layers.1.") for path in moved)


def test_dropout_and_penalties_count_while_training():
    network = {"kind": "mlp", "hidden": [16], "dropout": 0.5, "l2": 0.1}
    flow, _ = fitted(rows(), {"layers": [{**AFFINE, "conditioner": network}]}, epochs=1)
    model = flow.models["log_prob"]
    assert len(model.losses) == 2
    data = {name: value.astype(np.float32) for name, value in rows(8).items()}
    once, again = (model(data, training=True)["log_prob"] for _ in range(2))
    assert (once != again).numpy().any()
    np.testing.assert_array_equal(model(data)["log_prob"], model(data)["log_prob"])


def test_a_float64_flow_trains_in_float64():
    flow, history = fitted(rows(), {"dtype": "float64"}, epochs=2)
    data = rows()
    loss = -flow.log_prob(data["y"], x=data["x"]).mean()
    assert loss.dtype == np.float64
    assert np.isfinite(history["loss"]).all()


def test_unconditional_flows_train():
    flow = flowspec.compile(spec(context={}, layers=[AFFINE]))
    history = flow.fit({"y": rows()["y"]}, epochs=2, verbose=False).history
    assert len(history["loss"]) == 2


def test_options_may_be_numbers_of_numpy():
    _, history = fitted(
        rows(64), epochs=np.int64(2), early_stopping=np.int32(3), shuffle=np.bool_(False),
        validation_split=np.float32(0.25),
    )  # fmt: skip
    assert len(history["val_loss"]) == 2


def test_callbacks_are_called():
    import keras

    seen = []
    callback = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(epoch))
    for callbacks in ([callback], callback, None):
        fitted(rows(64), epochs=2, callbacks=callbacks)
    assert seen == [0, 1, 0, 1]


def test_progress_is_shown_on_the_error_stream(capfd):
    flow = flowspec.compile(spec())
    flow.fit(rows(32), epochs=2)
    out, err = capfd.readouterr()
    assert out == ""
    assert "epoch 2/2" in err


@pytest.mark.parametrize("error", [None, KeyboardInterrupt, ValueError])
def test_the_bar_is_left_however_training_ends(error, monkeypatch, capfd):
    import keras

    def end(epoch, logs):
        assert "rich" in threads()
        if error is not None:
            raise error

    def threads():
        found = {type(thread).__module__.partition(".")[0] for thread in threading.enumerate()}
        return found & {"rich"}

    monkeypatch.setenv("FORCE_COLOR", "1")
    callback = keras.callbacks.LambdaCallback(on_epoch_end=end)
    flow = flowspec.compile(spec())
    with contextlib.nullcontext() if error is None else pytest.raises(error):
        flow.fit(rows(32), epochs=1, callbacks=callback)
    assert threads() == set()
    hide, show = "\x1b[?25l", "\x1b[?25h"
    written = capfd.readouterr().err
    assert written.count(hide) == written.count(show) == 1


@pytest.mark.parametrize(
    ("options", "slug"),
    [
        ({"epochs": 0}, "wrong-option"),
        ({"batch_size": -1}, "wrong-option"),
        ({"validation_split": 1.0}, "wrong-option"),
        ({"validation_split": 0.001}, "cannot-hold-out"),
        ({"early_stopping": 3}, "no-validation-rows"),
        ({"early_stopping": 0}, "wrong-option"),
        ({"early_stopping": True}, "wrong-option"),
        ({"early_stopping": "soon"}, "wrong-option"),
        ({"epochs": True}, "wrong-option"),
        ({"callbacks": [print]}, "wrong-option"),
        ({"callbacks": 3}, "wrong-option"),
    ],
)
def test_options_that_do_not_fit_are_refused(options, slug):
    flow = flowspec.compile(spec())
    with pytest.raises(UsageError, match=slug):
        flow.fit(rows(64), verbose=False, **options)
    assert not flow.adapted
