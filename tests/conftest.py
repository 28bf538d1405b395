"""Settings of the whole suite, made before anything imports TensorFlow, and commands to call."""

import gc
import os
import sys

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

if "PYTEST_XDIST_WORKER" in os.environ:
    # Each worker has one core; more threads than cores only wait for each other.
    for _variable in (
        "TF_NUM_INTRAOP_THREADS",
        "TF_NUM_INTEROP_THREADS",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
    ):
        os.environ[_variable] = "1"

# The first example of a law traces TensorFlow graphs, so neither deadline nor speed means anything.
# On CI the examples are the same in every run; `make test-all` tries more of them.
settings.register_profile(
    "flowspec",
    deadline=None,
    max_examples=int(os.environ.get("FLOWSPEC_EXAMPLES", "40")),
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
settings.load_profile("flowspec")


@pytest.fixture(autouse=True, scope="module")
def _settled():
    """What a module leaves, graphs and compiled flows, is not looked through again by every later
    collection of garbage, which would take longer from module to module.
    """
    yield
    gc.collect()
    gc.freeze()


@pytest.fixture
def run(capfd, monkeypatch):
    """Runs a command in this process; its exit code, output and error stream."""
    from flowspec.cli import main

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["flowspec", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code
        out, err = capfd.readouterr()
        return code, out, err

    return call
