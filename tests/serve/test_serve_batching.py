"""Requests that come together are computed together, and nobody notices."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from flowspec.serve.batcher import Batcher
from flowspec.serve.request_error import RequestError
from flowspec.serve.room import Room
from tests.serve.conftest import close, serving


class Steps:
    """A computation that doubles, tells the sizes of its batches, and waits to be let on."""

    def __init__(self):
        self.sizes = []
        self.go = threading.Event()

    def __call__(self, arrays):
        assert self.go.wait(30)
        self.sizes.append(len(arrays["x"]))
        if np.isnan(arrays["x"]).any():
            raise ValueError("no number")
        return {"y": 2 * arrays["x"]}


def batched(run, *requests, size=8):
    """The answers to some requests, of which all but the first wait for it."""

    async def ask():
        with ThreadPoolExecutor(1) as executor:
            batcher = Batcher(run, executor, size, lambda rows: None)
            waiting = [
                asyncio.create_task(batcher({"x": np.asarray(x, float)}, len(x))) for x in requests
            ]
            await asyncio.sleep(0.05)
            run.go.set()
            return await asyncio.gather(*waiting, return_exceptions=True)

    return asyncio.run(ask())


def test_what_waits_while_a_batch_is_computed_is_the_next_batch():
    run = Steps()
    found = batched(run, [1], [2, 3], [4], [5, 6, 7])
    assert [answer["y"].tolist() for answer in found] == [[2], [4, 6], [8], [10, 12, 14]]
    assert run.sizes == [7] or run.sizes == [1, 6]


def test_a_batch_is_never_larger_than_it_may_be():
    run = Steps()
    found = batched(run, *[[at] * 3 for at in range(10)], size=8)
    assert [answer["y"].tolist() for answer in found] == [[2 * at] * 3 for at in range(10)]
    assert max(run.sizes) <= 8


def test_a_large_request_is_answered_in_pieces():
    run = Steps()
    (found,) = batched(run, list(range(20)), size=8)
    assert found["y"].tolist() == [2 * at for at in range(20)]
    assert run.sizes == [8, 8, 4]


def test_a_small_request_does_not_wait_for_all_of_a_large_one():
    run = Steps()
    batched(run, list(range(40)), [1], size=8)
    assert 1 in run.sizes[:2] or run.sizes[1] in (1, 8)
    assert run.sizes.index(1) <= 2


def test_a_batch_that_fails_leaves_the_next_unharmed():
    run = Steps()
    found = batched(run, [float("nan")] * 8, [3] * 8, size=8)
    assert isinstance(found[0], ValueError)
    assert found[1]["y"].tolist() == [6] * 8


def test_who_went_away_is_not_computed():
    run = Steps()

    async def ask():
        with ThreadPoolExecutor(1) as executor:
            batcher = Batcher(run, executor, 1, lambda rows: None)
            first = asyncio.create_task(batcher({"x": np.ones(1)}, 1))
            await asyncio.sleep(0.02)
            gone = asyncio.create_task(batcher({"x": np.zeros(1)}, 1))
            await asyncio.sleep(0.02)
            gone.cancel()
            run.go.set()
            await first
            return await batcher({"x": np.full(1, 4.0)}, 1)

    assert asyncio.run(ask())["y"].tolist() == [8]
    assert run.sizes == [1, 1]


def test_there_is_room_for_one_request_however_large():
    room = Room(10)
    with room.taken(100):
        assert room.used == 100
        with pytest.raises(RequestError) as caught, room.taken(1):
            pass
    assert room.used == 0
    assert (caught.value.status, caught.value.diagnostics[0].slug) == (429, "queue-full")
    with room.taken(10):
        pass


def test_together_and_alone_the_answers_are_equal(client, rows):
    requests = [
        {"x": rows["x"][:n], "colour": rows["colour"][:n], "seed": [seed + at for at in range(n)]}
        for seed, n in enumerate([1, 2, 5, 1, 3, 4] * 8)
    ]

    def ask(body):
        response = client.post("/flows/tiny/sample_and_log_prob", json=body)
        assert response.status_code == 200, response.text
        return response.json()

    alone = list(map(ask, requests))
    with ThreadPoolExecutor(24) as pool:
        together = list(pool.map(ask, requests))
    for one, other in zip(alone, together, strict=True):
        close(other["y"], one["y"])
        close(other["log_prob"], one["log_prob"])


def held(client, output):
    """Make a batch of an output of the first flow wait; returns what lets it on."""
    endpoint = client.service.shelf.endpoint("alone", output)
    go, answered = threading.Event(), endpoint._batched

    async def waiting(arrays, rows):
        await asyncio.to_thread(go.wait, 30)
        return await answered(arrays, rows)

    endpoint.open(waiting)
    return go


def test_who_finds_no_room_is_sent_away_and_told_when_to_come_again(alone):
    with serving(alone[1], max_queue=4) as client, ThreadPoolExecutor(2) as pool:
        go = held(client, "sample")
        first = pool.submit(client.post, "/flows/alone/sample", json={"seed": [1, 2, 3]})
        while client.service.room.used < 3:
            pass
        refused = client.post("/flows/alone/sample", json={"seed": [1, 2]})
        go.set()
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.json()["diagnostics"][0]["slug"] == "queue-full"
        assert first.result().status_code == 200
        assert client.post("/flows/alone/sample", json={"seed": [1, 2]}).status_code == 200


@pytest.mark.parametrize("told", ["service", "caller"])
def test_a_request_that_takes_too_long_is_given_up(alone, told):
    deadline = 0.05 if told == "service" else 30.0
    headers = {"x-request-timeout": "0.05"} if told == "caller" else {}
    with serving(alone[1], deadline=deadline) as client:
        go = held(client, "log_prob")
        late = client.post("/flows/alone/log_prob", json={"y": [[0, 0]]}, headers=headers)
        go.set()
        assert late.status_code == 503
        assert int(late.headers["retry-after"]) >= 1
        assert late.json()["diagnostics"][0]["slug"] == "deadline-exceeded"
        assert client.service.room.used == 0


@pytest.mark.parametrize("seconds", ["0", "-1", "nan", "inf", "soon"])
def test_a_time_to_wait_that_is_none_is_refused(client, seconds):
    response = client.post("/flows/alone/sample", json={}, headers={"x-request-timeout": seconds})
    assert response.status_code == 422
    assert response.json()["diagnostics"][0]["slug"] == "wrong-timeout"
