"""All ways to a number lead to the same number: directions, models, short cuts.

The log_prob of a drawn event is that of the event given, within the budget and what one ulp of
the event changes.
"""

from __future__ import annotations

import numpy as np
import pytest

import flowspec
from tests.laws.agreement import agree, over_one_ulp, unclipped
from tests.laws.cases import CASES, each_kind, every_case, every_dtype
from tests.laws.flows import ROWS, answers, call, compiled, only_context, rows_of
from tests.laws.questions import answerable


def taken(model, rows):
    """The inputs that a model takes among `rows`."""
    return {record.name: rows[record.name] for record in model.output_record.inputs}


@every_case
@every_dtype
def test_drawn_log_prob_is_the_log_prob_of_the_drawn_event(case, dtype):
    flow, drawn = compiled(case, dtype), answers(case, "drawn", dtype)
    keep = unclipped(case, drawn[case.event])
    assert keep.sum() > len(keep) / 2
    rows = {**rows_of(case), case.event: drawn[case.event]}
    given = call(flow, "from_event", rows)
    slack = over_one_ulp(case, "from_event", rows, dtype)
    for name, sign in (("log_prob", 1), ("base_log_prob", 1), ("latent", 1), ("ldj", -1)):
        got, wanted = sign * given[name][keep], drawn[name][keep]
        agree("outputs", dtype, got, wanted, slack[name][keep])


@every_case
@every_dtype
def test_drawn_quantities_are_those_of_the_drawn_latent(case, dtype):
    drawn = answers(case, "drawn", dtype)
    rows = {**rows_of(case), "latent": drawn["latent"]}
    for name, value in call(compiled(case, dtype), "from_latent", rows).items():
        agree("outputs", dtype, value, drawn[name])


@every_case
@every_dtype
def test_log_prob_is_made_of_the_base_and_the_ldj_of_the_direction(case, dtype):
    for question, sign in (("drawn", -1), ("from_latent", -1), ("from_event", 1)):
        answer = answers(case, question, dtype)
        total = answer["base_log_prob"] + sign * answer["ldj"]
        agree("outputs", dtype, total, answer["log_prob"])


@each_kind
@every_dtype
def test_answers_have_the_shapes_and_the_dtype_of_the_plan(case, dtype):
    flow, size = compiled(case, dtype), compiled(case).plan.event.size
    questions = answerable(flow.plan)
    for question in questions if dtype == "float64" else ("drawn", "from_event"):
        node = questions[question]
        answer = answers(case, question, dtype)
        assert tuple(answer) == tuple(node["returns"])
        draws = (node["draws"],) if "draws" in node else ()
        for name, value in answer.items():
            sizes = (size,) if name in (case.event, "latent") else ()
            assert value.shape == (ROWS, *draws, *sizes)
            assert value.dtype == np.dtype(dtype)
            assert np.isfinite(value).all()


@each_kind
def test_models_return_what_the_plan_answers(case):
    flow, rows = compiled(case), rows_of(case)
    for output in flow.plan.outputs:
        got = flow.models[output.name](taken(flow.models[output.name], rows))
        assert tuple(got) == tuple(record.name for record in output.returns)
        if output.name in answerable(flow.plan):
            for name, value in answers(case, output.name).items():
                agree("outputs", "float64", got[name], value)


@each_kind
def test_numpy_short_cuts_return_what_the_plan_answers(case):
    flow, rows = compiled(case), rows_of(case)
    event, context = case.event, only_context(case, rows)
    log_prob = flow.log_prob(rows[event], **context)
    agree("compiled", "float64", log_prob, answers(case, "log_prob")["log_prob"])
    latent = flow.inverse(rows[event], **context)
    agree("compiled", "float64", latent, answers(case, "inverse")["latent"])
    image = flow.forward(rows["latent"], **context)
    agree("compiled", "float64", image, answers(case, "forward")[event])
    if flow.plan.conditional:
        drawn = flow.sample(seed=rows["seed"], **context)
        agree("compiled", "float64", drawn, answers(case, "sample")[event])


BASES_AND_SPECS = [case for case in CASES if case.family in ("bases", "specs")]
base_or_spec = pytest.mark.parametrize("case", BASES_AND_SPECS, ids=str)


@base_or_spec
def test_outputs_of_every_question_are_models_that_answer_it(case):
    questions = answerable(compiled(case).plan)
    flow, rows = (
        flowspec.compile({**case.node, "dtype": "float64", "outputs": questions}),
        rows_of(case),
    )
    flow.assign({path: np.asarray(variable) for path, variable in compiled(case).variables.items()})
    assert list(flow.models) == list(questions)
    for question, model in flow.models.items():
        for name, value in model(taken(model, rows)).items():
            agree("outputs", "float64", value, answers(case, question)[name])


@base_or_spec
def test_ask_returns_what_the_models_return(case):
    flow, rows = compiled(case), rows_of(case)
    for name, model in flow.models.items():
        wanted = model(taken(model, rows))
        for quantity, value in flow.ask(name, **taken(model, rows)).items():
            assert isinstance(value, np.ndarray)
            agree("compiled", "float64", value, wanted[quantity])


@base_or_spec
@every_dtype
def test_predict_returns_what_calling_the_model_returns(case, dtype):
    """In float64 too, where Keras rounds inputs to float32: the rows of the laws are so already."""
    flow, rows = compiled(case, dtype), rows_of(case)
    for output in flow.plan.outputs[:2]:
        model = flow.models[output.name]
        wanted = model(taken(model, rows))
        for name, value in model.predict(taken(model, rows), verbose=0).items():
            agree("compiled", dtype, value, wanted[name])
