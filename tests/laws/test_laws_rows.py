"""A batch is a loop over its rows, draws included: what a row draws depends on its seed alone."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tests.laws.agreement import agree
from tests.laws.cases import CASES, every_case, every_dtype
from tests.laws.flows import ROWS, answers, call, compiled, context_of, only_context, rows_of, take

DRAWING = ("drawn", "three_draws")


@every_case
@every_dtype
@pytest.mark.parametrize("question", ["drawn", "from_event"])
def test_a_row_of_a_batch_is_what_it_is_alone(case, dtype, question):
    flow, row = compiled(case, dtype), 3
    alone = call(flow, question, take(rows_of(case), slice(row, row + 1)))
    for name, value in answers(case, question, dtype).items():
        agree("rows", dtype, alone[name][0], value[row])


@pytest.mark.parametrize("case", [c for c in CASES if c.family in ("bases", "specs")], ids=str)
@pytest.mark.parametrize("question", ["three_draws", "from_latent", "from_event"])
def test_a_batch_is_a_loop_over_its_rows(case, question):
    flow, rows = compiled(case), rows_of(case)
    loop = [call(flow, question, take(rows, slice(row, row + 1))) for row in range(ROWS)]
    for name, value in answers(case, question).items():
        agree("rows", "float64", np.concatenate([alone[name] for alone in loop]), value)


@every_case
@pytest.mark.parametrize("question", DRAWING)
def test_draws_of_a_row_stay_the_same_in_another_order_and_among_more_rows(case, question):
    flow, rows = compiled(case), rows_of(case)
    order = [5, 1, 1, 6, 0, 2, 3, 4, 5]
    again = call(flow, question, take(rows, order))
    for name, value in answers(case, question).items():
        agree("rows", "float64", again[name], value[order])


@every_case
def test_draws_of_a_row_do_not_depend_on_the_seeds_of_other_rows(case):
    flow, rows = compiled(case), rows_of(case)
    seed = rows["seed"].copy()
    seed[1::2] += 1
    changed = call(flow, "drawn", {**rows, "seed": seed})[case.event]
    drawn = answers(case, "drawn")[case.event]
    assert np.array_equal(changed[::2], drawn[::2])
    assert np.all(changed[1::2] != drawn[1::2])


@every_case
def test_rows_of_one_seed_draw_the_same_latents_and_draws_of_a_row_differ(case):
    flow, rows = compiled(case), rows_of(case)
    same = {**take(rows, [0] * ROWS), "seed": np.full(ROWS, -7)}
    latent = call(flow, "three_draws", same)["latent"]
    agree("rows", "float64", latent, np.broadcast_to(latent[:1], latent.shape))
    assert len(np.unique(latent[0])) == latent[0].size


@pytest.mark.parametrize("case", [c for c in CASES if c.family in ("bases", "specs")], ids=str)
def test_draws_are_the_same_under_xla(case):
    flow, rows = compiled(case), rows_of(case)
    inputs = {**only_context(case, rows), "seed": rows["seed"]}
    tensors = {
        record.name: tf.constant(inputs[record.name], record.dtype)
        for record in flow.models["sample"].output_record.inputs
    }
    run = tf.function(flow.models["sample"], jit_compile=True, autograph=False)
    agree("compiled", "float64", run(tensors)[case.event], answers(case, "sample")[case.event])


@pytest.mark.parametrize("count", [1, 4])
def test_counts_of_draws_share_their_first_draws(count):
    for case in CASES:
        if case.conditional and case.family in ("bases", "specs"):
            flow, rows = compiled(case), rows_of(case)
            context = only_context(case, rows)
            drawn = flow.sample(count, seed=rows["seed"], **context)
            wanted = answers(case, "three_draws")[case.event]
            shared = min(count, 3)
            assert drawn.shape == (ROWS, count, wanted.shape[-1])
            agree("compiled", "float64", drawn[:, :shared], wanted[:, :shared])


def test_a_seed_of_a_flow_without_context_draws_the_same_first_events_for_any_count():
    for case in CASES:
        if not case.conditional and case.family in ("bases", "specs"):
            flow = compiled(case)
            few, many = flow.sample(3, seed=7), flow.sample(8, seed=7)
            agree("rows", "float64", few, many[:3])
            assert not np.any(many == flow.sample(8, seed=8))


def test_seeds_that_were_not_given_differ_from_call_to_call_and_from_row_to_row():
    for case in CASES:
        if case.conditional and case.family in ("bases", "specs"):
            flow = compiled(case)
            context = take(context_of(case), [0] * ROWS)
            first, second = flow.sample(**context), flow.sample(**context)
            assert not np.any(first == second)
            assert len(np.unique(first[:, 0])) == ROWS
