"""A wrong input is refused by name, wherever a model is called."""

import keras
import numpy as np
import pytest
import tensorflow as tf

import flowspec
from flowspec.diagnostics import UsageError
from tests.models.policy import ACTIONS, GIVEN, ROWS, SEEDED, STATES

WRONG = {
    "missing": ({"state": STATES}, "missing-input", "action"),
    "too many": ({**GIVEN, "more": STATES}, "unknown-input", "more"),
    "misspelled": ({"stat": STATES, "action": ACTIONS}, "unknown-input", "stat"),
    "narrow": ({**GIVEN, "state": STATES[:, :3]}, "wrong-shape", "state"),
    "flat": ({**GIVEN, "action": ACTIONS[:, 0]}, "wrong-shape", "action"),
    "text": ({**GIVEN, "state": STATES.astype(str)}, "wrong-dtype", "state"),
    "ragged": ({**GIVEN, "state": [[1.0], [1.0, 2.0]]}, "not-an-array", "state"),
    "bare": (STATES, "unnamed-inputs", "state, action"),
    "list": ([STATES, ACTIONS], "unnamed-inputs", "state, action"),
    "tuple": ((STATES, ACTIONS), "unnamed-inputs", "state, action"),
}
ONE = {
    "flowspec": 1, "name": "t", "event": {"name": "y", "shape": [2]},
    "layers": [{"kind": "elementwise", "transform": {"kind": "affine"}}],
}  # fmt: skip
PAIRS = np.ones((4, 2))


@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_inputs_are_refused_by_name(fixed, wrong):
    given, slug, word = WRONG[wrong]
    model = fixed.models["log_prob"]
    model.compile("adam")

    @tf.function
    def step(x):
        return model(x)["log_prob"] + 1.0

    calls = [
        model, tf.function(model), step, model.predict_on_batch, model.train_on_batch,
        model.test_on_batch, lambda x: model.predict(x, verbose=0),
        lambda x: model.evaluate(x, verbose=0), lambda x: model.fit(x, verbose=0),
        lambda x: model.fit(GIVEN, validation_data=(x, None, np.ones(ROWS)), verbose=0),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(UsageError, match=slug) as caught:
            call(given)
        assert word in str(caught.value)


def test_nothing_is_refused_as_missing_inputs(fixed):
    model = fixed.models["log_prob"]
    model.compile("adam")
    calls = [
        model.fit, model.evaluate, lambda: model.fit(None), lambda: model.predict(None),
        lambda: model.train_on_batch(None), lambda: model.predict_on_batch(None),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(UsageError, match=r"(?s)missing-input.*state.*action"):
            call()


def test_every_problem_is_told_at_once(fixed):
    with pytest.raises(UsageError) as caught:
        fixed.models["log_prob"]({"stat": STATES, "action": ACTIONS[:, 0]})
    found = {(one.slug, one.nearest) for one in caught.value.diagnostics}
    assert found == {("unknown-input", "state"), ("missing-input", None), ("wrong-shape", None)}


@pytest.mark.parametrize(
    ("shapes", "slug"),
    [
        ({"state": (4,)}, "missing-input"),
        ({"state": (4,), "action": (3,), "more": (3,)}, "unknown-input"),
        ({"state": (5,), "action": (3,)}, "wrong-shape"),
        ({"state": (4,), "action": ()}, "wrong-shape"),
    ],
)
def test_symbolic_inputs_are_refused_by_name(fixed, shapes, slug):
    inputs = {name: keras.Input(shape, name=name) for name, shape in shapes.items()}
    with pytest.raises(UsageError, match=slug):
        fixed.models["log_prob"](inputs)
    texts = {"state": keras.Input((4,)), "action": keras.Input((3,), dtype="string")}
    with pytest.raises(UsageError, match="wrong-dtype"):
        fixed.models["log_prob"](texts)


def test_a_wrong_shape_is_refused_after_a_right_one():
    model = flowspec.compile(ONE).models["log_prob"]
    model.predict(PAIRS, verbose=0)
    with pytest.raises(UsageError, match="wrong-shape"):
        model.predict(PAIRS[:, :1], verbose=0)
    with pytest.raises(UsageError, match="wrong-shape"):
        model.predict(tf.data.Dataset.from_tensors({"y": np.ones((4, 1), "float32")}), verbose=0)


def test_the_only_input_may_be_given_bare():
    flow = flowspec.compile(ONE)
    model = flow.models["log_prob"]
    model.compile("adam")
    expected = flow.log_prob(PAIRS)
    for given in (PAIRS, PAIRS.tolist(), {"y": PAIRS.tolist()}, tf.constant(PAIRS)):
        np.testing.assert_allclose(model(given)["log_prob"], expected, rtol=1e-6)
        found = model.predict(given, verbose=0)["log_prob"]
        np.testing.assert_allclose(found, expected, rtol=1e-6)
        assert model.evaluate(given, verbose=0) == pytest.approx(-expected.mean(), rel=1e-6)
    assert model.fit(PAIRS, verbose=0).history.keys() == {"loss"}


def test_a_seed_may_be_left_out_only_where_the_context_counts_the_rows(fixed):
    unconditional = flowspec.compile(ONE).models["sample"]
    with pytest.raises(UsageError, match="missing-input"):
        unconditional({})
    assert unconditional(np.arange(3))["y"].shape == (3, 2)
    seeded = fixed.models["sample"](SEEDED)["action"]
    np.testing.assert_array_equal(seeded, fixed.models["sample"](SEEDED)["action"])
    for wrong in (SEEDED["seed"].astype(float), SEEDED["seed"][:, None]):
        with pytest.raises(UsageError, match=r"wrong-(dtype|shape)"):
            fixed.models["sample"]({"state": STATES, "seed": wrong})


UNEVEN = {
    "flowspec": 1, "name": "t", "event": {"name": "y", "shape": [2]},
    "context": {"s": {"kind": "vector", "size": 3}},
    "layers": [{"kind": "elementwise", "transform": {"kind": "affine"},
                "conditioner": {"kind": "mlp", "hidden": [4]}}],
}  # fmt: skip


@pytest.fixture(scope="module")
def broadcasting():
    """A flow whose arithmetic would broadcast one row over many."""
    return flowspec.compile(UNEVEN)


def test_rows_that_differ_in_number_are_refused_where_they_are_known(broadcasting):
    model = broadcasting.models["log_prob"]
    model.compile("adam")
    uneven = {"y": np.zeros((1, 2), "float32"), "s": np.zeros((5, 3), "float32")}
    dataset = tf.data.Dataset.from_tensors(uneven)
    calls = [
        model, model.predict_on_batch, model.train_on_batch, model.test_on_batch,
        lambda x: model({name: tf.constant(value) for name, value in x.items()}),
        lambda _: model.fit(dataset, verbose=0), lambda _: model.predict(dataset, verbose=0),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(UsageError, match=r"(?s)rows-differ.*(y 1, s 5|s 5, y 1)"):
            call(uneven)
    with pytest.raises(UsageError, match="rows-differ"):
        broadcasting.models["sample"]({"s": uneven["s"], "seed": [1]})


def test_rows_that_differ_in_number_are_refused_when_a_graph_runs(broadcasting, tmp_path):
    model = broadcasting.models["log_prob"]
    pairs, states = tf.TensorSpec((None, 2)), tf.TensorSpec((None, 3))

    @tf.function(input_signature=(pairs, states))
    def run(y, s):
        return model({"y": y, "s": s})["log_prob"]

    assert run(tf.zeros((5, 2)), tf.zeros((5, 3))).shape == (5,)
    message = "`y` and `s` have different numbers of rows|`s` and `y` have different numbers"
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        run(tf.zeros((1, 2)), tf.zeros((5, 3)))
    broadcasting.export(tmp_path / "saved")
    served = tf.saved_model.load(tmp_path / "saved").signatures
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        served["log_prob"](y=tf.zeros((1, 2)), s=tf.zeros((5, 3)))
    with pytest.raises(tf.errors.InvalidArgumentError, match="have different numbers of rows"):
        served["sample"](seed=tf.zeros((1,), tf.int64), s=tf.zeros((5, 3)))
    elements = [{"y": np.zeros((1, 2), "float32"), "s": np.zeros((5, 3), "float32")}] * 3
    dataset = tf.data.Dataset.from_generator(
        lambda: iter(elements), output_signature={"y": pairs, "s": states}
    )
    for jit_compile in (False, True):
        model.compile("adam", jit_compile=jit_compile)
        with pytest.raises(tf.errors.InvalidArgumentError):
            model.fit(dataset, verbose=0)
        even = {"y": np.zeros((4, 2), "float32"), "s": np.zeros((4, 3), "float32")}
        assert len(model.fit(even, verbose=0).history["loss"]) == 1
