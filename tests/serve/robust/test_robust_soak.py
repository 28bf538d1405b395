"""A minute of mixed traffic: no wrong answer, no failure of the server, flat memory."""

import contextlib
import random
import socket
import statistics
import threading
import time
from collections import Counter

import httpx
import pytest

from tests.serve.robust.known import known_questions
from tests.serve.robust.memory import resident
from tests.serve.robust.test_robust_lies import LENGTH
from tests.serve.robust.waiting import PATIENCE, wait

SECONDS, REQUESTS, CALLERS = 75, 60_000, 4
WARM_UP = 20
"""Seconds in which buffers and pools of threads take their size."""

MIB = 1024 * 1024
GROWTH = 10 * MIB
"""What allocators move memory by: a leak of a kilobyte a request would be several times this."""

GOOD_SHARE = 0.7


class Caller(threading.Thread):
    """Sends good and bad requests in its own order, and counts what was answered."""

    def __init__(self, number, base, questions, bad, end):
        super().__init__()
        self._random = random.Random(number)
        self._base = base
        self._questions = questions
        self._bad = bad
        self._end = end
        self.statuses = Counter()
        self.wrong = []
        self.left = 0

    def run(self):
        with httpx.Client(base_url=self._base, timeout=PATIENCE) as client:
            for _ in range(REQUESTS // CALLERS):
                if time.monotonic() > self._end:
                    return
                self._one(client)

    def _one(self, client):
        chance = self._random.random()
        if chance < GOOD_SHARE:
            known = self._random.choice(self._questions)
            answer = self._send(client, known.asked.path, known.asked.body, known.asked.headers)
            if not known.is_right(answer):
                self.wrong.append((known.asked, answer.text))
        elif chance < 0.99:
            path, body, headers, status = self._random.choice(self._bad)
            answer = self._send(client, path, body, headers)
            if answer.status_code != status:
                self.wrong.append((path, body[:200], answer.text))
        else:
            self._leave()

    def _send(self, client, path, body, headers):
        answer = client.post(path, content=body, headers=headers)
        self.statuses[answer.status_code] += 1
        return answer

    def _leave(self):
        """Go away in the middle of a body."""
        url = httpx.URL(self._base)
        with contextlib.closing(socket.create_connection((url.host, url.port))) as connection:
            connection.sendall(b"POST /flows/alone/sample HTTP/1.1\r\nHost: a\r\n")
            connection.sendall(b"Content-Length: 1000\r\n\r\n{")
        self.left += 1


SAMPLE, INFER = "/flows/robust/sample", "/v2/models/robust.sample/infer"
PREDICT = "/v1/models/robust:predict"
X = b'"x": [[0, 0, 0]]'

BAD = [
    (SAMPLE, b"{", {}, 400),
    (SAMPLE, b"{" + X + b"}", {}, 422),
    (SAMPLE, b'{"x": [[0, 0, NaN]], "group": [0]}', {}, 422),
    (SAMPLE, b'{"x": [[0, 0]], "group": [0]}', {}, 422),
    (SAMPLE, b"{" + X + b', "group": ["nothing"]}', {}, 422),
    (SAMPLE, b"{" + X + b', "group": [0], "draws": 100000000}', {}, 413),
    (SAMPLE, b'{"group": [0], "x": [' + b"[0,0,0]," * 70_000 + b"[0,0,0]]}", {}, 413),
    (SAMPLE, b"{" + X + b', "group": [0]}', {"X-Request-Timeout": "1e-9"}, 503),
    (SAMPLE, b"no gzip", {"Content-Encoding": "gzip"}, 400),
    (SAMPLE + "s", b"{}", {}, 404),
    (INFER, b"{}", {LENGTH: "99"}, 400),
    (INFER, b'{"inputs": [{"name": "x", "shape": [99999999, 3], "datatype": "FP32"}]}', {}, 413),
    (INFER, b'{"inputs": [1]}', {}, 400),
    (PREDICT, b'{"signature_name": "sample", "instances": []}', {}, 400),
    (PREDICT, b'{"signature_name": "nothing", "instances": [1]}', {}, 404),
    ("/nothing", b"", {}, 404),
]
"""Bad requests, and the status that each is told."""


def counted(client):
    """Requests that the server has counted, by status."""
    found = Counter()
    for line in client.get("/metrics").text.splitlines():
        if line.startswith("flowspec_requests_total"):
            labels, _, value = line.rpartition(" ")
            found[int(labels.partition('status="')[2].partition('"')[0])] += int(float(value))
    return found


@pytest.mark.slow
def test_a_minute_of_mixed_traffic_does_no_harm(process, flows):
    child, client = process
    questions = known_questions(flows["robust"][0], 120, [1, 1, 1, 4, 30, 64, 65, 300])
    before = counted(client)
    start = time.monotonic()
    base = str(client.base_url)
    callers = [Caller(at, base, questions, BAD, start + SECONDS) for at in range(CALLERS)]
    for caller in callers:
        caller.start()
    sizes = []
    while any(caller.is_alive() for caller in callers):
        time.sleep(0.5)
        sizes.append((time.monotonic() - start, resident(child.pid)))
    for caller in callers:
        caller.join()

    assert [wrong for caller in callers for wrong in caller.wrong][:3] == []
    sent = sum((caller.statuses for caller in callers), Counter())
    assert not any(status >= 500 and status != 503 for status in sent), sent
    sent[400] += sum(caller.left for caller in callers)  # a body that is cut short
    wait(lambda: sum((counted(client) - before).values()) >= sum(sent.values()) + 1)
    after = counted(client) - before
    assert {status: count for status, count in after.items() if status != 200} == {
        status: count for status, count in sent.items() if status != 200
    }

    warm = [size for at, size in sizes if at > WARM_UP]
    third = len(warm) // 3
    growth = statistics.median(warm[-third:]) - statistics.median(warm[:third])
    assert growth < GROWTH, (growth, warm)
