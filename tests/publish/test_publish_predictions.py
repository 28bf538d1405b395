"""A published model answers as the flow does, and refuses what does not fit."""

import json

import numpy as np
import pandas as pd
import pytest

from flowspec.diagnostics import FlowspecError
from flowspec.publish import pyfunc
from flowspec.publish.pyfunc import _load_pyfunc
from flowspec.seeds import derived_seeds, row_seeds
from tests.publish.conftest import framed, inputs_of

OUTPUTS = ["sample", "draws", "forward", "log_prob"]


@pytest.fixture(scope="session")
def direct(tiny):
    """The same model as MLflow holds, without what MLflow does to data."""
    return _load_pyfunc(str(tiny[1]), {"output": "log_prob"})


def column_of(answers, *names):
    return answers[list(names)].to_numpy()


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("output", OUTPUTS)
def test_a_data_frame_is_answered_as_the_flow_answers_arrays(tiny, model, rows, output):
    inputs = inputs_of(tiny[0], output, rows)
    expected = tiny[0].ask(output, **inputs)
    answers = model.predict(framed(inputs), {"output": output})
    for name, values in expected.items():
        columns = {"y": ["a", "b"], "latent": ["latent.0", "latent.1"]}.get(name, [name])
        close(column_of(answers, *columns), values.reshape(-1, len(columns)))
    if output == "draws":
        assert answers["row"].tolist() == np.repeat(range(5), 3).tolist()
        assert answers["draw"].tolist() == [0, 1, 2] * 5


def test_arrays_lists_and_columns_say_the_same(tiny, model, rows):
    inputs = inputs_of(tiny[0], "log_prob", rows)
    expected = model.predict(framed(inputs))
    # MLflow makes a data frame of arrays, where an array of one feature has one axis.
    arrays = {**inputs, "age": inputs["age"][:, 0]}
    pd.testing.assert_frame_equal(model.predict(arrays), expected)
    lists = pd.DataFrame({name: list(values) for name, values in arrays.items()})
    pd.testing.assert_frame_equal(model.predict(lists), expected)


def test_what_is_loaded_answers_the_arrays_of_the_flow(tiny, direct, rows):
    inputs = inputs_of(tiny[0], "log_prob", rows)
    close(direct.predict(inputs)["log_prob"], tiny[0].ask("log_prob", **inputs)["log_prob"])


def test_answers_by_default_are_those_that_the_signature_names(tiny, model, rows):
    answers = model.predict(framed(inputs_of(tiny[0], "log_prob", rows)))
    outputs = model.metadata.signature.outputs
    assert list(answers.columns) == outputs.input_names()
    assert list(answers.dtypes) == outputs.numpy_types()


def test_answers_keep_the_index_of_the_rows(tiny, model, rows):
    frame = framed(inputs_of(tiny[0], "log_prob", rows)).set_index(pd.Index(list("abcde")))
    assert model.predict(frame).index.tolist() == list("abcde")


def test_one_seed_gives_the_same_draws_as_the_seeds_derived_from_it(tiny, model, rows):
    inputs = inputs_of(tiny[0], "sample", rows)
    context = {name: values for name, values in inputs.items() if name != "seed"}
    params = {"output": "sample", "seed": 7}
    answers = model.predict(framed(context), params)
    close(answers, tiny[0].ask("sample", **context, seed=row_seeds(7, 5))["y"])
    pd.testing.assert_frame_equal(model.predict(framed(context), params), answers)
    assert not np.allclose(model.predict(framed(context), {**params, "seed": 8}), answers)
    unseeded = model.predict(framed(context), {"output": "sample"})
    assert not np.allclose(unseeded, model.predict(framed(context), {"output": "sample"}))


@pytest.mark.parametrize(("output", "own"), [("sample", 1), ("draws", 3)])
def test_draws_repeat_rows_with_seeds_of_their_own(tiny, model, rows, output, own):
    inputs = inputs_of(tiny[0], output, rows)
    answers = model.predict(framed(inputs), {"output": output, "draws": 4})
    repeated = {name: np.repeat(values, 4, axis=0) for name, values in inputs.items()}
    repeated["seed"] = derived_seeds(inputs["seed"], 4).reshape(-1)
    expected = tiny[0].ask(output, **repeated)["y"].reshape(-1, 2)
    close(column_of(answers, "a", "b"), expected)
    assert answers["row"].tolist() == np.repeat(range(5), 4 * own).tolist()
    assert answers["draw"].tolist() == list(range(4 * own)) * 5


def test_a_flow_without_context_draws_as_often_as_it_is_asked(alone):
    flow, folder = alone
    found = _load_pyfunc(str(folder))
    close(
        column_of(found.predict(pd.DataFrame(), {"seed": 7, "draws": 6}), "y.0", "y.1"),
        flow.sample(6, seed=7),
    )
    close(found.predict({"seed": np.arange(3)}), flow.ask("sample", seed=np.arange(3))["y"])
    close(found.predict({}, {"seed": 7}), flow.ask("sample", seed=np.array([7]))["y"])
    assert found.predict({}).dtypes.tolist() == [np.float64] * 2


def test_rows_are_computed_some_at_a_time(tiny, direct, rows, monkeypatch):
    inputs = inputs_of(tiny[0], "log_prob", rows)
    expected = direct.predict(inputs)
    monkeypatch.setattr(pyfunc, "MOST_ROWS", 2)
    close(direct.predict(inputs), expected)


def test_the_example_is_answered(tiny, model, logged):
    close(model.predict(model.input_example), direct_of_example(tiny[0]))
    served = json.loads((logged / "serving_input_example.json").read_text())["dataframe_split"]
    assert "red" in served["data"][0]


def direct_of_example(flow):
    from flowspec.export.example import example_row

    kept = {name: np.array([value]) for name, value in example_row(flow.store).items()}
    return [flow.ask("log_prob", **inputs_of(flow, "log_prob", kept))["log_prob"]]


def without(*names, **changes):
    def change(inputs):
        return {k: v for k, v in {**inputs, **changes}.items() if k not in names}

    return change


REFUSED = {
    "an event outside the support": (without(y=np.full((5, 2), 9.0)), {}, "outside-support"),
    "a number that is none": (without(x=np.full((5, 3), np.nan)), {}, "not-finite"),
    "an unknown label": (without(colour=np.array(["gren"] * 5)), {}, "unknown-category"),
    "an index out of range": (without(room=np.array([4] * 5)), {}, "unknown-category"),
    "a missing event": (without("y"), {}, "missing-input"),
    "a missing vector": (without("x"), {}, "missing-input"),
    "a feature too few": (without(x=np.zeros((5, 2))), {}, "missing-column"),
    "a feature too many": (without(x=np.zeros((5, 4))), {}, "wrong-length"),
    "an unknown output": (without(), {"output": "logprob"}, "unknown-output"),
    "a seed of what does not draw": (without(), {"seed": 7}, "option-without-effect"),
    "no draws": (without(), {"output": "sample", "draws": 0}, "wrong-count"),
    "seeds twice": (without(), {"output": "sample", "seed": 7}, "answered-twice"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_is_refused_by_name(tiny, model, rows, name):
    change, params, slug = REFUSED[name]
    inputs = {**rows, "age": rows["age"][:, 0]}
    with pytest.raises(FlowspecError) as caught:
        model.predict(change(inputs), params)
    assert {diagnostic.slug for diagnostic in caught.value.diagnostics} <= {slug, "more-faults"}


DIRECTLY_REFUSED = {
    "an unknown input": (without(z=np.zeros(5)), {}, "unknown-input"),
    "rows of different lengths": (
        without(x=np.array([[1.0], *([[1.0, 2.0, 3.0]] * 4)], object)), {}, "wrong-shape",
    ),
    "an unknown parameter": (without(), {"ouput": "sample"}, "unknown-parameter"),
    "a seed that is none": (without("seed"), {"output": "sample", "seed": 1.5}, "wrong-seed"),
    "no names": (lambda inputs: inputs["x"], {}, "unnamed-inputs"),
}  # fmt: skip
"""MLflow leaves out, or refuses, these before the flow is asked."""


@pytest.mark.parametrize("name", DIRECTLY_REFUSED)
def test_what_is_loaded_refuses_what_mlflow_would_not_hand_on(direct, rows, name):
    change, params, slug = DIRECTLY_REFUSED[name]
    with pytest.raises(FlowspecError) as caught:
        direct.predict(change(rows), params)
    assert [diagnostic.slug for diagnostic in caught.value.diagnostics] == [slug]


def test_other_columns_of_a_frame_are_not_looked_at(tiny, direct, rows):
    frame = framed(inputs_of(tiny[0], "log_prob", rows))
    pd.testing.assert_frame_equal(
        direct.predict(frame.assign(note="kept for later")), direct.predict(frame)
    )
