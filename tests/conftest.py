"""Settings of the whole suite, made before anything imports TensorFlow."""

import os

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
# On CI the examples are the same in every run.
settings.register_profile(
    "flowspec",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize="CI" in os.environ,
)
settings.load_profile("flowspec")
