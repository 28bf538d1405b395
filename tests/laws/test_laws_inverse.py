"""The two directions undo each other, and the ldj is that of the automatic Jacobian."""

from __future__ import annotations

import pytest

from flowspec.laws.budget import KNOT_ULPS
from tests.laws.agreement import agree, over_one_ulp
from tests.laws.cases import every_case, every_dtype
from tests.laws.flows import answers, call, compiled, rows_of
from tests.laws.jacobian import log_volume, of_flow


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
@pytest.mark.parametrize("direction", ["forward", "inverse"])
def test_ldj_is_the_log_determinant_of_the_automatic_jacobian(case, direction):
    ldj, matrix = of_flow(case, direction)
    agree("jacobian", "float64", ldj, log_volume(matrix))


@every_case
def test_float32_answers_are_those_of_float64(case):
    for question in ("from_event", "from_latent"):
        slack = over_one_ulp(case, question, rows_of(case), "float32")
        exact = answers(case, question)
        for name, got in answers(case, question, "float32").items():
            agree("float64 twin", "float32", got, exact[name], KNOT_ULPS * slack[name])
