"""How what runs on Ray ends: what is under way is answered, and nothing is left."""

import re
import signal

import httpx
import numpy as np
import pytest

from tests.serve.conftest import wait_for
from tests.serve.ray.cluster import running

pytestmark = pytest.mark.slow

BODY = {"x": [[0.5]] * 600, "draws": 10, "seed": 7}


def test_sigterm_answers_what_is_under_way_and_leaves_nothing(small):
    autoscaling = {"min_replicas": 1, "max_replicas": 2}
    with running(small[1], autoscaling_config=autoscaling) as cluster:
        assert len(cluster.replicas()) == 1
        path = f"{cluster.address}/flows/small/sample"
        with cluster.namespace.threads() as thread, cluster.asking() as ask:
            under_way = thread.submit(httpx.post, path, json=BODY, timeout=120)
            wait_for(lambda: waiting(ask("GET", "/metrics").text) > 0)
            cluster.process.send_signal(signal.SIGTERM)
            answer = under_way.result()
        assert answer.status_code == 200
        assert np.shape(answer.json()["y"]) == (600, 10, 2)
        assert cluster.process.wait(120) == 0
        assert cluster.namespace.is_empty_within(60)
        assert [one["event"] for one in cluster.events()][-2:] == ["stopping", "stopped"]


def waiting(metrics):
    """How many rows wait, from the text of the metrics."""
    return float(re.search(r"flowspec_waiting_rows\{.*\} (\S+)", metrics)[1])


def test_sigint_ends_it_well_while_replicas_start(small):
    with running(small[1], at_once=True) as cluster:
        wait_for(lambda: cluster.replicas(), 240)
        cluster.process.send_signal(signal.SIGINT)
        assert cluster.process.wait(120) == 0
        assert cluster.namespace.is_empty_within(60)
