"""A flow answers as before once it was saved and loaded, and once it was exported."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

import flowspec
from tests.laws.agreement import agree
from tests.laws.cases import EACH_KIND, each_kind
from tests.laws.flows import answers, call, compiled, rows_of
from tests.laws.questions import answerable

exported = pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, marks=[] if case.family == "specs" else pytest.mark.slow, id=str(case))
        for case in EACH_KIND
    ],
)


@each_kind
def test_a_loaded_flow_is_the_saved_one_bit_for_bit(case, tmp_path):
    flow = compiled(case)
    flow.save(tmp_path / "b", saved_model=False)
    loaded = flowspec.load(tmp_path / "b")
    assert loaded.plan == flow.plan
    for path, variable in loaded.variables.items():
        np.testing.assert_array_equal(variable, flow.variables[path])
    for question in answerable(flow.plan):
        np.testing.assert_equal(call(loaded, question, rows_of(case)), answers(case, question))


@exported
def test_signatures_of_a_saved_model_answer_as_the_models_do(case, tmp_path):
    flow, rows = compiled(case), rows_of(case)
    flow.export(tmp_path / "m")
    signatures = tf.saved_model.load(str(tmp_path / "m")).signatures
    assert set(signatures) == set(flow.models)
    for output in flow.plan.outputs:
        given = {r.name: tf.constant(rows[r.name], r.dtype) for r in output.inputs}
        wanted = flow.models[output.name](given)
        got = signatures[output.name](**given)
        assert set(got) == set(wanted)
        for name, value in wanted.items():
            agree("compiled", "float64", got[name], value)
