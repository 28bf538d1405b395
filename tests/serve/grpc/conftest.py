"""Two tiny flows, a service that answers for them, and the public clients that ask it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import grpc
import numpy as np
import pytest

from flowspec.serve.grpc.inference_pb2_grpc import GRPCInferenceServiceStub
from tests.serve.grpc.running import running

ROOT = Path(__file__).resolve().parents[3]

CLIENTS = Path(os.environ.get("FLOWSPEC_CLIENTS_PYTHON", ROOT / ".venv/clients/bin/python"))
"""The interpreter of the environment with the public clients; `make clients` makes it."""

MAX_BODY = 1 << 20
MAX_ROWS = 50

TINY = {
    "flowspec": 1,
    "name": "tiny",
    "event": {"name": "y", "shape": [2]},
    "context": {
        "x": {"kind": "vector", "size": 3},
        "task": {"kind": "category", "count": 3},
    },
    "layers": [
        {
            "kind": "elementwise",
            "transform": {"kind": "affine"},
            "conditioner": {"kind": "mlp", "hidden": [4]},
        }
    ],
    "outputs": {
        "sample_and_log_prob": {"returns": ["y", "log_prob"]},
        "draws": {"returns": ["y", "log_prob"], "draws": 3},
        "inverse": {"inputs": ["y"], "returns": ["latent", "ldj"]},
        "forward": {"inputs": ["latent"], "returns": ["y", "ldj"]},
        "centre": {"returns": ["y"], "deterministic": True},
    },
}

ALONE = {
    "flowspec": 1,
    "name": "alone",
    "dtype": "float64",
    "event": {"name": "y", "shape": [2]},
    "layers": [{"kind": "elementwise", "transform": {"kind": "affine"}}],
    "outputs": {
        "sample_and_log_prob": {"returns": ["y", "log_prob"]},
        "log_prob": {"inputs": ["y"], "returns": ["log_prob"]},
    },
}


@pytest.fixture(scope="session")
def flows():
    """Flows by name, every variable of them moved off its start."""
    from flowspec import compile

    random = np.random.default_rng(1)
    found = {}
    for spec in (TINY, ALONE):
        flow = found[spec["name"]] = compile(spec)
        for variable in flow.variables.values():
            variable.assign(0.5 + 0.1 * random.normal(size=variable.shape))
    return found


@pytest.fixture(scope="session")
def bundles(flows, tmp_path_factory):
    """Their bundles by name."""
    folder = tmp_path_factory.mktemp("bundles")
    for name, flow in flows.items():
        flow.save(folder / f"{name}.bundle")
    return {name: folder / f"{name}.bundle" for name in flows}


@pytest.fixture(scope="session")
def service(bundles):
    """A service of both, over HTTP and gRPC."""
    with running(*bundles.values(), max_batch=16, max_body=MAX_BODY, max_rows=MAX_ROWS) as found:
        yield found


@pytest.fixture(scope="session")
def stub(service):
    """Calls its methods."""
    options = [("grpc.max_send_message_length", -1)]
    with grpc.insecure_channel(service.grpc, options=options) as channel:
        yield GRPCInferenceServiceStub(channel)


@pytest.fixture(scope="session")
def clients():
    """The interpreter of the public clients."""
    assert CLIENTS.exists(), f"{CLIENTS} is missing: `make clients`"
    return CLIENTS


@pytest.fixture(scope="session")
def triton(service, clients):
    """Calls a method of one of the public clients; what it returns, or why it raises."""
    command = [clients, Path(__file__).with_name("triton.py"), service.http, service.grpc]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=sys.stderr, text=True
    )

    def call(face, do, **arguments):
        process.stdin.write(json.dumps({"face": face, "do": do, "with": arguments}) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    yield call
    process.stdin.close()
    process.stdout.close()
    assert process.wait(30) == 0
