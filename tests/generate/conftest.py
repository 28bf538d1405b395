"""Bundles to generate from: one of a flow that answers, and one whose texts are hostile."""

import numpy as np
import pytest

from flowspec import bundle as bundles
from flowspec.plan import plan as plan_spec
from flowspec.spec import load_spec
from tests.generate.hostile import COUPLING
from tests.generate.hostile import SPEC as HOSTILE
from tests.generate.project import generated, serving

SPEC = {
    "flowspec": 1,
    "name": "tiny_policy",
    "version": "1.2.0",
    "description": "An action given the state.",
    "event": {
        "name": "action",
        "shape": [2],
        "fields": ["left", "right"],
        "support": {"kind": "interval", "low": -1, "high": [1, 2]},
    },
    "context": {
        "state": {"kind": "vector", "size": 3, "standardize": True},
        "mode": {"kind": "category", "labels": ["walk", 'run "fast"\n', "θ"]},
        "json": {"kind": "category", "count": 4},
    },
    "layers": [COUPLING, COUPLING],
    "outputs": {
        "sample": {"returns": ["action"]},
        "three": {"returns": ["action", "log_prob"], "draws": 3},
        "forward": {"inputs": ["latent"], "returns": ["action", "ldj"]},
        "log_prob": {"inputs": ["action"], "returns": ["log_prob"]},
        "close": {"returns": ["action"], "deterministic": True},
    },
}

ROWS = 5

TOKEN = "a token"


@pytest.fixture(scope="session")
def flow():
    """A flow whose every variable has been moved off its start."""
    from flowspec import compile

    flow = compile(SPEC)
    random = np.random.default_rng(1)
    for variable in flow.variables.values():
        variable.assign(0.5 + 0.3 * random.normal(size=variable.shape))
    return flow


@pytest.fixture(scope="session")
def given():
    """Rows of its inputs."""
    random = np.random.default_rng(2)
    return {
        "state": random.normal(size=(ROWS, 3)).astype("float32"),
        "mode": np.array([0, 1, 2, 1, 0]),
        "json": np.array([3, 2, 1, 0, 3]),
    }


@pytest.fixture(scope="session")
def bundle(flow, tmp_path_factory):
    folder = tmp_path_factory.mktemp("generate") / "tiny.bundle"
    flow.save(folder)
    return folder


@pytest.fixture(scope="session")
def server(bundle, tmp_path_factory):
    """The address of the generated server, run where flowspec cannot be imported."""
    project = generated("server", bundle, tmp_path_factory.mktemp("server"))
    settings = {"TOKEN": TOKEN, "MAX_ROWS": "1000", "MAX_BYTES": "100000"}
    with serving(project, "tiny_policy_server", settings) as address:
        yield address


def write_bundle(spec, folder, saved_model):
    """A bundle of an untrained flow, made without TensorFlow."""
    plan = plan_spec(load_spec(spec))
    weights = {v.path: np.zeros(v.shape, v.dtype) for v in plan.variables}
    bundles.write(folder, plan, weights, saved_model=saved_model)
    return folder


FILES = {"saved_model.pb": b"graph\x00", "variables/variables.index": b"index"}


@pytest.fixture(scope="session")
def plain(tmp_path_factory):
    """A bundle with what only looks like a SavedModel."""
    return write_bundle(SPEC, tmp_path_factory.mktemp("plain") / "tiny.bundle", FILES)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    """The same of the flow with hostile texts."""
    return write_bundle(HOSTILE, tmp_path_factory.mktemp("hostile") / "hostile.bundle", FILES)
