"""What is computed together is what is computed alone."""

import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from flowspec.seeds import derived_seeds, row_seeds
from tests.serve.robust.known import known_questions, near, told, values_of
from tests.serve.robust.questions import ASK, numbers

SIZES = [1, 1, 1, 2, 3, 5, 15, 16, 17, 40]
"""Rows of a request; a batch has 16 at most."""


@pytest.fixture(scope="module")
def flow(flows):
    return flows["robust"][0]


@pytest.fixture(scope="module")
def questions(flow):
    return known_questions(flow, 64, SIZES)


def test_sixty_four_at_once_are_answered_as_one_by_one(ask, questions):
    alone = [ask(one.asked) for one in questions]
    with ThreadPoolExecutor(64) as threads:
        together = list(threads.map(lambda one: ask(one.asked), questions))
    for one, single, batched in zip(questions, alone, together, strict=True):
        assert one.is_right(single), single.text
        assert one.is_right(batched), batched.text
        want = numbers(single, one.output)
        for name, found in numbers(batched, one.output).items():
            assert near(found, np.asarray(want[name], float))


def test_many_of_one_output_at_once_are_answered_each_its_own(ask, flow):
    values = [values_of("sample", 1 + at % 7, np.random.default_rng(at)) for at in range(64)]
    asked = [ASK["native"]("robust", "sample", one) for one in values]
    with ThreadPoolExecutor(64) as threads:
        answers = list(threads.map(ask, asked))
    for one, answer in zip(values, answers, strict=True):
        for name, want in told(flow, "sample", one).items():
            assert near(answer.json()[name], want)


@pytest.mark.parametrize("output", ["sample", "forward", "log_prob"])
def test_a_large_request_is_its_rows(ask, output):
    values = values_of(output, 50, np.random.default_rng(3))
    whole = numbers(ask(ASK["native"]("robust", output, values)), output)
    for at in (0, 15, 16, 31, 49):
        row = {name: one[at : at + 1] for name, one in values.items()}
        single = numbers(ask(ASK["native"]("robust", output, row)), output)
        for name, want in single.items():
            assert near(whole[name][at : at + 1], np.asarray(want, float))


def test_the_seed_of_a_request_draws_as_the_flow_does(client, flow):
    values = values_of("centre", 5, np.random.default_rng(4))
    arrays = {"x": np.array(values["x"], np.float32), "group": np.array(values["group"], np.int32)}
    one = client.post("/flows/robust/sample", json={**values, "seed": 7}).json()["y"]
    assert near(one, np.asarray(flow.sample(seed=7, **arrays), float))


def test_the_draws_of_a_row_have_seeds_derived_from_its_own(client, flow):
    values = values_of("centre", 5, np.random.default_rng(4))
    many = client.post("/flows/robust/sample", json={**values, "seed": 7, "draws": 9}).json()["y"]
    repeated = {name: np.repeat(one, 9, axis=0).tolist() for name, one in values.items()}
    seeds = derived_seeds(row_seeds(7, 5), 9).reshape(-1).tolist()
    want = told(flow, "sample", {**repeated, "seed": seeds})["y"]
    assert near(many, want.reshape(5, 9, 2))


def test_equal_seeds_draw_alike_in_every_protocol(ask):
    values = values_of("sample", 3, np.random.default_rng(5))
    answers = [numbers(ask(write("robust", "sample", values)), "sample") for write in ASK.values()]
    for answer in answers[1:]:
        for name, want in answers[0].items():
            assert near(answer[name], np.asarray(want, float))


def test_without_a_seed_draws_differ(client):
    body = json.dumps({"x": [[0.0, 0.0, 0.0]] * 2, "group": [0, 0]})
    draws = [client.post("/flows/robust/sample", content=body).json()["y"] for _ in range(2)]
    rows = [tuple(row) for draw in draws for row in draw]
    assert len(set(rows)) == 4


def test_a_request_that_fails_does_not_fail_those_beside_it(ask, client, questions):
    bad = [
        lambda: client.post("/flows/robust/sample", json={"x": [[0, 0, "a"]], "group": [0]}),
        lambda: client.post("/flows/robust/sample", content=b"{"),
        lambda: client.post(
            "/flows/robust/sample", headers={"X-Request-Timeout": "1e-9"},
            json={"x": [[0, 0, 0]], "group": [0]},
        ),
    ]  # fmt: skip
    jobs = [job for one in questions for job in (lambda one=one: ask(one.asked), *bad)]
    with ThreadPoolExecutor(32) as threads:
        answers = list(threads.map(lambda job: job(), jobs))
    assert all(one.is_right(got) for one, got in zip(questions, answers[::4], strict=True))
    assert {one.status_code for one in answers[1::4]} == {422}
    assert {one.status_code for one in answers[2::4]} == {400}
    assert {one.status_code for one in answers[3::4]} == {503}
