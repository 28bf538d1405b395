"""Small flows saved as bundles, and an application that serves them in this process."""

import socket
import threading
import time
from contextlib import contextmanager

import httpx
import numpy as np
import pytest
import uvicorn

SPEC = """\
flowspec: 1
name: tiny
version: 1.2.0
event:
  name: y
  shape: [2]
  fields: [a, b]
  support: {kind: interval, low: [-1.0, 0.0], high: [1.0, 5.0]}
context:
  x: {kind: vector, size: 3, standardize: true}
  colour: {kind: category, labels: [red, green, blue]}
layers:
  - kind: elementwise
    transform: {kind: affine}
    conditioner: {kind: mlp, hidden: [4]}
outputs:
  sample: {returns: [y]}
  sample_and_log_prob: {returns: [y, log_prob]}
  draws: {returns: [y, log_prob], draws: 3}
  forward: {inputs: [latent], returns: [y, ldj]}
  inverse: {inputs: [y], returns: [latent, ldj]}
  log_prob: {inputs: [y], returns: [log_prob]}
  centre: {returns: [y], deterministic: true}
"""

ALONE = """\
flowspec: 1
name: alone
event: {name: y, shape: [2]}
dtype: float64
layers:
  - {kind: elementwise, transform: {kind: affine}}
"""


def compiled(text, folder, seed):
    """A flow whose every variable was moved off its start, and its bundle."""
    from flowspec import compile

    name = text.partition("name: ")[2].split()[0]
    (folder / f"{name}.yaml").write_text(text)
    flow = compile(folder / f"{name}.yaml")
    random = np.random.default_rng(seed)
    for variable in flow.variables.values():
        variable.assign(0.5 + 0.1 * random.normal(size=variable.shape))
    flow.save(folder / f"{name}.bundle")
    return flow, folder / f"{name}.bundle"


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    return compiled(SPEC, tmp_path_factory.mktemp("tiny"), 1)


@pytest.fixture(scope="session")
def other(tmp_path_factory):
    """Another training of the same architecture."""
    return compiled(SPEC, tmp_path_factory.mktemp("other"), 2)


@pytest.fixture(scope="session")
def alone(tmp_path_factory):
    return compiled(ALONE, tmp_path_factory.mktemp("alone"), 3)


@contextmanager
def serving(*bundles, labels=(), **options):
    """A client of an application that serves some bundles, once everything is ready."""
    from flowspec.serve import Application, ServeOptions, parse_label, parse_source
    from flowspec.serve.service import Service

    told = ServeOptions(**{"max_batch": 16, "watch": 0.0, **options})
    sources = [parse_source(str(bundle)) for bundle in bundles]
    service = Service(sources, told, [parse_label(label) for label in labels])
    with listening(Application(service)) as address, httpx.Client(base_url=address) as client:
        client.service = service
        wait_for(lambda: client.get("/readyz").status_code == 200)
        yield client


@contextmanager
def listening(application):
    """The address of an ASGI application that listens on the loopback interface meanwhile."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()  # who comes before the server is there waits, and is not refused
        server = uvicorn.Server(
            uvicorn.Config(application, log_config=None, access_log=False, lifespan="on")
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def wait_for(condition, seconds=60):
    """Come back once a condition holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)


@pytest.fixture(scope="session")
def client(tiny, other, alone):
    """Two revisions of one flow, and a flow without context."""
    with serving(tiny[1], f"2={other[1]}", alone[1], labels=["tiny@stable=1"]) as client:
        yield client


@pytest.fixture(scope="session")
def rows():
    """Rows for every input of the conditional flow, as JSON."""
    random = np.random.default_rng(0)
    count = 5
    return {
        "x": random.normal(size=(count, 3)).round(3).tolist(),
        "colour": [0, 1, 2, 1, 0],
        "latent": random.normal(size=(count, 2)).round(3).tolist(),
        "y": np.stack([random.uniform(-0.9, 0.9, count), random.uniform(0.1, 4.9, count)], 1)
        .round(3)
        .tolist(),
    }


def inputs_of(flow, output, rows, **more):
    """What an output is asked, from rows for every input."""
    record = next(one for one in flow.plan.outputs if one.name == output)
    named = {one.name: rows[one.name] for one in record.inputs if one.name != "seed"}
    seeded = any(one.name == "seed" for one in record.inputs)
    return {**named, **({"seed": list(range(5))} if seeded else {}), **more}


def close(found, expected):
    """Equal to 1e-6 relative to 1 + |value|, in shape too."""
    found, expected = np.asarray(found, np.float64), np.asarray(expected, np.float64)
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)
    assert found.shape == expected.shape
