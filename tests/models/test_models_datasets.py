"""Datasets, PyDatasets and generators feed a model as they feed every Keras model."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from flowspec.diagnostics import UsageError
from tests.models.policy import (
    ACTIONS,
    GIVEN,
    ROWS,
    STATES,
    WEIGHTS,
    Batches,
    counted_calls,
    nll,
)


def dataset(*parts, size=5):
    """Rows in batches of five, the last of two."""
    return tf.data.Dataset.from_tensor_slices(parts if len(parts) > 1 else parts[0]).batch(size)


def unknown(*parts):
    """Batches of which nothing is known before they come."""
    specs = keras.tree.map_structure(lambda array: tf.TensorSpec(None, array.dtype), parts)
    return tf.data.Dataset.from_generator(lambda: iter(Batches(*parts)), output_signature=specs)


def generator(*parts):
    """As a Python generator."""
    return (batch for batch in Batches(*parts))


@pytest.fixture(scope="module")
def model(fixed):
    model = fixed.models["log_prob"]
    model.compile(keras.optimizers.SGD(0.0))
    return model


KINDS = [dataset, unknown, Batches, generator]
# What Keras says of everything whose number of batches it cannot know.
RAN_OUT = pytest.mark.filterwarnings("ignore:Your input ran out of data:UserWarning")


@RAN_OUT
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_dataset_is_trained_evaluated_and_predicted(fixed, model, kind):
    expected = pytest.approx(nll(fixed), rel=1e-5)
    found = model.fit(kind(GIVEN), validation_data=kind(GIVEN), verbose=0).history
    assert found == {"loss": [expected], "val_loss": [expected]}
    assert model.evaluate(kind(GIVEN), verbose=0) == expected
    predicted = model.predict(kind(GIVEN), verbose=0)["log_prob"]
    np.testing.assert_allclose(predicted, fixed.log_prob(ACTIONS, state=STATES), rtol=1e-5)


@RAN_OUT
@pytest.mark.parametrize("kind", KINDS)
def test_targets_and_weights_of_datasets_count(fixed, model, kind):
    weighted = pytest.approx(nll(fixed, weight=WEIGHTS), rel=1e-5)
    target = np.zeros(ROWS, "float32")
    assert model.fit(kind(GIVEN, target, WEIGHTS), verbose=0).history["loss"] == [weighted]
    assert model.evaluate(kind(GIVEN, target, WEIGHTS), verbose=0) == weighted
    plain = pytest.approx(nll(fixed), rel=1e-5)
    assert model.evaluate(kind(GIVEN, target), verbose=0) == plain


def test_a_dataset_of_tuples_of_one_is_one_of_inputs(fixed, model):
    found = model.evaluate(dataset(GIVEN).map(lambda rows: (rows,)), verbose=0)
    assert found == pytest.approx(nll(fixed), rel=1e-5)


def test_a_dataset_that_repeats_takes_the_steps_it_is_told(fixed, model):
    endless = dataset(GIVEN).repeat()
    found = model.fit(
        endless, steps_per_epoch=3, validation_data=endless, validation_steps=3, verbose=0
    )
    assert found.history["loss"] == pytest.approx([nll(fixed)], rel=1e-5)
    assert model.predict(endless, steps=2, verbose=0)["log_prob"].shape == (10,)


@pytest.mark.parametrize(
    ("wrong", "slug"),
    [
        ({"stat": STATES, "action": ACTIONS}, "unknown-input"),
        ({"state": STATES}, "missing-input"),
        ({**GIVEN, "more": STATES}, "unknown-input"),
        ({**GIVEN, "action": ACTIONS[:, :2]}, "wrong-shape"),
        ({**GIVEN, "action": ACTIONS.astype(str)}, "wrong-dtype"),
        ((STATES, ACTIONS), "unnamed-inputs"),
    ],
    ids=["misspelled", "missing", "too-many", "shape", "dtype", "unnamed"],
)
def test_datasets_of_wrong_inputs_are_refused_before_they_run(model, wrong, slug):
    rows = dataset(wrong) if isinstance(wrong, dict) else dataset(wrong, np.zeros(ROWS))
    for call in (model.fit, model.evaluate, model.predict):
        with pytest.raises(UsageError, match=slug) as caught:
            call(rows, verbose=0)
        assert slug in {problem.slug for problem in caught.value.diagnostics}
    if isinstance(wrong, dict) and slug != "wrong-dtype":
        for kind in (Batches, generator):
            with pytest.raises(UsageError, match=slug):
                model.predict(kind(wrong), verbose=0)


def test_a_dataset_of_single_rows_is_refused(model):
    with pytest.raises(UsageError, match="wrong-shape"):
        model.fit(tf.data.Dataset.from_tensor_slices(GIVEN), verbose=0)


def test_shapes_that_nothing_is_known_of_are_checked_as_they_come(model):
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"\[5,3\].*\[\?,4\].*\n.*node state"):
        model.predict(unknown({**GIVEN, "state": STATES[:, :3]}), verbose=0)


def test_batch_sizes_need_no_trace_of_their_own(flow, monkeypatch):
    """The first size is traced, the second opens the batch; no third trace."""
    model = flow.models["log_prob"]
    model.compile("adam")
    some = [{name: rows[:count] for name, rows in GIVEN.items()} for count in range(1, ROWS)]
    calls = {
        "predict": lambda rows: model.predict(rows, verbose=0),
        "predict_on_batch": model.predict_on_batch,
        "fit": lambda rows: model.fit(rows, verbose=0),
        "train_on_batch": model.train_on_batch,
        "evaluate": lambda rows: model.evaluate(rows, verbose=0),
        "graph": tf.function(model, reduce_retracing=True),
        "open": tf.function(
            model,
            input_signature=[
                {name: tf.TensorSpec((None, rows.shape[1])) for name, rows in GIVEN.items()}
            ],
        ),
    }
    for name, call in calls.items():
        with counted_calls(monkeypatch) as traces:
            for rows in some:
                call(rows if name != "graph" else {k: tf.constant(v) for k, v in rows.items()})
        assert 0 <= len(traces) <= 2, name
    assert len(traces) == 1


def test_a_partial_last_batch_is_trained_in_the_same_trace(flow, monkeypatch):
    model = flow.models["log_prob"]
    model.compile("adam")
    for data in (GIVEN, dataset(GIVEN), Batches(GIVEN)):
        model.compile("adam")
        options = {"batch_size": 5} if data is GIVEN else {}
        with counted_calls(monkeypatch) as traces:
            model.fit(data, epochs=3, verbose=0, **options)
        assert len(traces) == 1
