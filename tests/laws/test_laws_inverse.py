"""The two directions undo each other, and the ldj is that of the automatic Jacobian."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tests.laws.agreement import agree, over_one_ulp
from tests.laws.cases import every_case, every_dtype
from tests.laws.flows import answers, call, compiled, rows_of
from tests.laws.jacobian import log_volume, of_output


@every_case
@every_dtype
def test_inverse_undoes_forward(case, dtype):
    flow, rows = compiled(case, dtype), rows_of(case)
    there = answers(case, "from_latent", dtype)
    rows = {**rows, case.event: there[case.event]}
    back = call(flow, "from_event", rows)
    slack = over_one_ulp(case, "from_event", rows, dtype)
    agree("round trip", dtype, back["latent"], rows["latent"], slack["latent"])
    agree("round trip", dtype, -back["ldj"], there["ldj"], slack["ldj"])
    agree("round trip", dtype, back["log_prob"], there["log_prob"], slack["log_prob"])


@every_case
@every_dtype
def test_forward_undoes_inverse(case, dtype):
    flow, rows = compiled(case, dtype), rows_of(case)
    there = answers(case, "from_event", dtype)
    rows = {**rows, "latent": there["latent"]}
    back = call(flow, "from_latent", rows)
    slack = over_one_ulp(case, "from_latent", rows, dtype)
    agree("round trip", dtype, back[case.event], rows[case.event], slack[case.event])
    agree("round trip", dtype, -back["ldj"], there["ldj"], slack["ldj"])
    agree("round trip", dtype, back["log_prob"], there["log_prob"], slack["log_prob"])


@every_case
@pytest.mark.parametrize("output", ["forward", "inverse"])
def test_ldj_is_the_log_determinant_of_the_automatic_jacobian(case, output):
    value, jacobian = of_output(case, output)
    agree("jacobian", "float64", value["ldj"], log_volume(jacobian))


@every_case
def test_float32_answers_are_those_of_float64(case):
    for output in ("from_event", "from_latent"):
        slack = over_one_ulp(case, output, rows_of(case), "float32")
        exact = answers(case, output)
        for name, got in answers(case, output, "float32").items():
            agree("float64 twin", "float32", got, exact[name], slack[name])


@every_case
@every_dtype
def test_answers_have_the_dtype_and_shape_of_the_plan(case, dtype):
    for record in compiled(case, dtype).plan.outputs:
        got = answers(case, record.name, dtype)
        assert list(got) == [returned.name for returned in record.returns]
        for returned in record.returns:
            wanted = tuple(
                len(rows_of(case)["seed"]) if axis == "B" else axis for axis in returned.shape
            )
            assert got[returned.name].shape == wanted
            assert got[returned.name].dtype == np.dtype(returned.dtype) == np.dtype(dtype)
            assert tf.reduce_all(tf.math.is_finite(got[returned.name]))
