"""Two replicas on a Ray that runs in a network namespace of its own."""

import os
import shutil
import signal
import sys
import time

import numpy as np
import pytest

from tests.serve.conftest import close, wait_for
from tests.serve.ray.cluster import running

pytestmark = pytest.mark.slow

X = [[0.5], [-1.0], [2.0]]
SAMPLE = "/flows/small/revisions/1/sample"
LOG_PROB = {"x": X, "y": [[0.25, -0.5], [1.0, 1.5], [-2.0, 0.0]]}

CALL = """
import sys
import grpc

with grpc.insecure_channel(f"127.0.0.1:{sys.argv[1]}") as channel:
    try:
        channel.unary_unary("/ray.serve.ASGIService/HandleRequest")(b"", timeout=10)
    except grpc.RpcError as error:
        print(error.code().name)
"""


@pytest.fixture(scope="module")
def moving(small, tmp_path_factory):
    """A bundle that is saved anew while it is served, as revision 2."""
    return shutil.copytree(small[1], tmp_path_factory.mktemp("moving") / "small.bundle")


@pytest.fixture(scope="module")
def cluster(small, moving):
    with running(small[1], moving, replicas=2, health_check_period_s=1) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def ask(cluster):
    with cluster.asking() as ask:
        yield ask


def by_replica(ask, count, *words, seconds=120, **more):
    """Answers to the same question, one from each of so many replicas."""
    found = {}
    end = time.monotonic() + seconds
    while len(found) < count:
        assert time.monotonic() < end, f"only {list(found)} answered"
        answer = ask(*words, **more)
        assert answer.status_code == 200, answer.text
        found[answer.headers["x-flowspec-replica"]] = answer
    return found


def test_no_request_meets_a_replica_that_is_not_ready(cluster, ask):
    assert len(cluster.replicas()) == 2
    for _ in range(20):
        assert ask("GET", "/readyz").status_code == 200


def test_both_replicas_answer_what_the_flow_answers(ask, small):
    expected = small[0].log_prob(np.asarray(LOG_PROB["y"]), x=np.asarray(X))
    for answer in by_replica(ask, 2, "POST", "/flows/small/log_prob", json=LOG_PROB).values():
        close(answer.json()["log_prob"], expected)


def test_a_seed_gives_the_same_draws_whichever_replica_answers(ask, small):
    body = {"x": X, "seed": [7, 8, 9]}
    left, right = by_replica(ask, 2, "POST", SAMPLE, json=body).values()
    assert left.content == right.content
    expected = small[0].ask("sample", x=np.asarray(X), seed=np.asarray([7, 8, 9]))
    close(left.json()["y"], expected["y"])


def test_draws_without_a_seed_differ_between_requests_and_replicas(ask):
    found = [ask("POST", SAMPLE, json={"x": X}).content for _ in range(10)]
    assert len(set(found)) == 10


def test_each_replica_tells_its_own_metrics_under_its_name(ask):
    for name, answer in by_replica(ask, 2, "GET", "/metrics").items():
        assert f'flowspec_ready{{flow="small",replica="{name}",revision="1"}} 1.0' in answer.text


def test_beyond_loopback_listen_replicas_alone_and_they_ask_for_a_token(cluster):
    beyond = [
        (port, process)
        for address, port, process in cluster.namespace.listeners()
        if address not in ("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]")
    ]
    assert beyond
    for port, process in beyond:
        assert "ServeRepli" in process
        said = cluster.namespace.output(sys.executable, "-c", CALL, port)
        assert said.strip() == "UNAUTHENTICATED"


def test_nothing_is_reported_to_rays_makers(cluster):
    assert (cluster.work / "ray" / "session_latest" / "logs").is_dir()
    assert not list(cluster.work.rglob("usage_stats.json"))


def test_sighup_has_every_replica_load_what_was_saved_anew(cluster, ask, moving, trained_anew):
    trained_anew[0].save(moving)
    cluster.process.send_signal(signal.SIGHUP)
    expected = trained_anew[0].log_prob(np.asarray(LOG_PROB["y"]), x=np.asarray(X))

    def is_new(answer):
        return np.allclose(answer.json()["log_prob"], expected, atol=1e-6)

    path = "/flows/small/revisions/2/log_prob"
    wait_for(
        lambda: all(map(is_new, by_replica(ask, 2, "POST", path, json=LOG_PROB).values())), 120
    )


def test_requests_are_answered_while_a_replica_that_was_killed_is_replaced(cluster, ask):
    before = by_replica(ask, 2, "GET", "/readyz").keys()
    os.kill(cluster.replicas()[0], signal.SIGKILL)
    names = set()
    end = time.monotonic() + 240
    while not names - before:
        assert time.monotonic() < end, "it was not replaced"
        answer = ask("POST", SAMPLE, json={"x": X, "seed": 7})
        assert answer.status_code == 200, answer.text
        names.add(answer.headers["x-flowspec-replica"])
    assert len(names & before) == 1
