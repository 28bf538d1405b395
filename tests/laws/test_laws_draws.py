"""What the options of an output mean: `draws`, `temperature`, `deterministic`."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tests.laws.agreement import agree, over_one_ulp, unclipped
from tests.laws.cases import each_kind
from tests.laws.flows import answers, call, compiled, features, rows_of
from tests.laws.questions import TEMPERATURE, answerable


def centre(case):
    """The base's centre in each row, where it has one."""
    flow, rows = compiled(case), rows_of(case)
    base = flow.store.base
    start = tf.zeros(len(rows["seed"]), tf.int64)
    return base(start, features(flow, base, rows), mode="centre")[0].numpy()


@each_kind
def test_several_draws_are_the_single_draw_and_others_on_an_axis_of_their_own(case):
    single = answers(case, "drawn")
    for question in ("one_draw", "three_draws"):
        for name, value in answers(case, question).items():
            agree("rows", "float64", value[:, 0], single[name])


@each_kind
def test_each_of_several_draws_agrees_with_itself_given_alone(case):
    flow, rows, drawn = compiled(case), rows_of(case), answers(case, "three_draws")
    for draw in (1, 2):
        alone = {**rows, "latent": drawn["latent"][:, draw]}
        for name, value in call(flow, "from_latent", alone).items():
            agree("rows", "float64", value, drawn[name][:, draw])


@each_kind
def test_temperature_scales_the_draws_about_the_centre_of_the_base(case):
    if "tempered" not in answerable(compiled(case).plan):
        return
    plain, tempered, middle = answers(case, "drawn"), answers(case, "tempered"), centre(case)
    wanted = middle + TEMPERATURE * (plain["latent"] - middle)
    agree("outputs", "float64", tempered["latent"], wanted)
    wanted = plain["base_log_prob"] - middle.shape[-1] * np.log(TEMPERATURE)
    agree("outputs", "float64", tempered["base_log_prob"], wanted)


@each_kind
def test_tempered_draws_have_the_log_prob_of_the_tempered_distribution(case):
    flow = compiled(case)
    if "tempered" not in answerable(flow.plan):
        return
    drawn = answers(case, "tempered")
    rows = {**rows_of(case), case.event: drawn[case.event]}
    keep = unclipped(case, drawn[case.event])
    slack = over_one_ulp(case, "tempered_from_event", rows, "float64")
    given = call(flow, "tempered_from_event", rows)
    for name in ("log_prob", "base_log_prob"):
        agree("outputs", "float64", given[name][keep], drawn[name][keep], slack[name][keep])
    forward = call(flow, "forward", {**rows, "latent": drawn["latent"]})
    agree("outputs", "float64", drawn[case.event], forward[case.event])


@each_kind
def test_a_deterministic_output_is_the_image_of_the_centre(case):
    flow = compiled(case)
    if "centre" not in answerable(flow.plan):
        return
    got, rows = answers(case, "centre"), {**rows_of(case), "latent": centre(case)}
    assert np.array_equal(got["latent"], rows["latent"])
    for name, value in call(flow, "from_latent", rows).items():
        agree("outputs", "float64", got[name], value)
