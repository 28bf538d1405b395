"""The deployment in Ray Serve's local testing mode: one replica, in one process."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from tests.serve.conftest import close

ASKED = {"x": [[0.5], [-1.0]], "seed": [7, 8]}

REFUSED = {
    "autoscaling_config.max_replica=4": (
        "unknown-ray-option",
        "autoscaling_config.max_replica",
        "max_replicas",
    ),
    "max_ongoing_request=4": ("unknown-ray-option", "max_ongoing_request", "max_ongoing_requests"),
    "name=mine": ("unknown-ray-option", "name", None),
    "max_ongoing_requests=many": ("wrong-ray-option", "max_ongoing_requests", None),
    "backpressure_config.status_code=500": (
        "wrong-ray-option",
        "backpressure_config.status_code",
        None,
    ),
    "ray_actor_options=3": ("wrong-ray-option", None, None),
    "ray_actor_options.num_cpu=1": ("wrong-ray-option", None, None),
    "autoscaling_config.max_replicas=4": ("wrong-ray-option", None, None),  # beside `replicas`
}


@pytest.fixture(scope="module")
def found(small):
    """What a process found that ran the application in local testing mode."""
    told = {"folder": str(small[1]), "asked": ASKED, "cases": list(REFUSED)}
    # An address where no Ray is: should anything start one after all, it fails instead.
    environment = {**os.environ, "PYTHONPATH": os.getcwd(), "RAY_ADDRESS": "127.0.0.1:1"}
    run = subprocess.run(
        [sys.executable, "-m", "tests.serve.ray.local", json.dumps(told)],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


def test_a_replica_answers_what_the_flow_answers(found, small):
    assert found["answer"]["status"] == 200
    expected = small[0].ask("sample", x=np.asarray(ASKED["x"]), seed=np.asarray(ASKED["seed"]))
    assert found["answer"]["body"].keys() == expected.keys()
    for name, value in found["answer"]["body"].items():
        close(value, expected[name])


def test_a_replica_says_that_it_answered(found):
    assert found["answer"]["headers"]["x-flowspec-replica"] == "local"


def test_nothing_listens_in_local_testing_mode_and_no_ray_runs(found):
    assert found["listeners"] == []
    assert not found["runs"]


def test_ray_is_silent_towards_its_makers_on_loopback_and_behind_a_token(found):
    environment = found["environment"]
    assert environment["RAY_USAGE_STATS_ENABLED"] == "0"
    assert environment["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] == "0"
    assert environment["RAY_AUTH_MODE"] == "token"
    assert len(environment["RAY_AUTH_TOKEN"]) == 64


@pytest.mark.parametrize("text", REFUSED)
def test_an_option_that_ray_does_not_take_is_refused_where_it_is_wrong(found, text):
    [(slug, path, nearest, message)] = found["refused"][text]
    assert (slug, path, nearest) == REFUSED[text]
    assert "\n" not in message


def test_options_reach_the_deployment_beside_the_usual_ones(found):
    assert found["settings"] == {
        "max_ongoing_requests": 7,
        "graceful_shutdown_timeout_s": 12.0,
        "ray_actor_options": {"num_cpus": 0, "num_gpus": 1},
        "num_replicas": 1,
    }
