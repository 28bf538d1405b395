"""Two tiny bundles, and a server that answers from them over a socket of this machine."""

import asyncio
import contextlib
import json
import subprocess
import sys
import threading

import httpx
import numpy as np
import pytest

from tests.serve.robust.waiting import PATIENCE, wait

SPEC = """\
flowspec: 1
name: robust
event:
  name: y
  shape: [2]
  fields: [a, b]
  support: {kind: interval, low: [-1.0, 0.0], high: [1.0, 5.0]}
context:
  x: {kind: vector, size: 3}
  group: {kind: category, count: 3, labels: [low, mid, high], encoder: {kind: one_hot}}
layers:
  - kind: elementwise
    transform: {kind: affine}
    conditioner: {kind: mlp, hidden: [4]}
outputs:
  sample: {returns: [y, log_prob]}
  draws: {returns: [y], draws: 3}
  forward: {inputs: [latent], returns: [y, ldj]}
  inverse: {inputs: [y], returns: [latent]}
  log_prob: {inputs: [y], returns: [log_prob]}
  centre: {returns: [y], deterministic: true}
"""

ALONE = """\
flowspec: 1
name: alone
event: {name: y, shape: [2]}
layers:
  - {kind: elementwise, transform: {kind: affine}}
outputs:
  sample: {returns: [y]}
  log_prob: {inputs: [y], returns: [log_prob]}
"""


@pytest.fixture(scope="session")
def flows(tmp_path_factory):
    """Each flow by name, and the bundle that it was saved as."""
    from flowspec import compile

    folder = tmp_path_factory.mktemp("robust")
    random = np.random.default_rng(1)
    found = {}
    for name, spec in (("robust", SPEC), ("alone", ALONE)):
        (folder / f"{name}.yaml").write_text(spec)
        flow = compile(folder / f"{name}.yaml")
        for variable in flow.variables.values():
            variable.assign(0.3 * random.normal(size=variable.shape))
        flow.save(folder / f"{name}.bundle")
        found[name] = flow, folder / f"{name}.bundle"
    return found


@pytest.fixture(scope="session")
def start(flows):
    """Serves the bundles in a thread of this process, as long as a context lasts."""

    @contextlib.contextmanager
    def run(patience=20.0, **options):
        from flowspec.serve import Application, ServeOptions, Source, parse_label
        from flowspec.serve.service import Service

        sources = [Source(folder) for _, folder in flows.values()]
        labels = [parse_label("robust@stable=1")]
        options = ServeOptions(max_batch=16, access_log=False, **options)
        service = Service(sources, options, labels)
        with _served(Application(service), patience) as port:
            base = f"http://127.0.0.1:{port}"
            with httpx.Client(base_url=base, timeout=PATIENCE) as client:
                wait(lambda: client.get("/readyz").status_code == 200)
                yield client

    return run


@pytest.fixture(scope="session")
def client(start):
    """Asks a server that has no token."""
    with start() as client:
        yield client


SMALL = {"max_body": 4_000_000, "max_bodies": 5_000_000}


@pytest.fixture(scope="session")
def strict(start):
    """Asks a server with a token, that takes little and waits for nobody."""
    with start(patience=0.5, token="secret", max_rows=100, deadline=2.0, **SMALL) as client:
        client.headers["Authorization"] = "Bearer secret"
        yield client


@pytest.fixture(scope="session")
def ask(client):
    """The answer to a request that a protocol made."""
    return lambda asked: client.post(asked.path, content=asked.body, headers=asked.headers)


@pytest.fixture(scope="session")
def process(flows):
    """`flowspec serve` in a process of its own: the process, and a client."""
    command = [sys.executable, "-m", "flowspec", "serve", "--port", "0", "--no-grpc", "--quiet"]
    bundles = [str(folder) for _, folder in flows.values()]
    child = subprocess.Popen(
        [*command, "--json", "--max-batch", "64", *bundles], stdout=subprocess.PIPE, text=True
    )
    try:
        with httpx.Client(base_url=_announced(child), timeout=PATIENCE) as client:
            wait(lambda: client.get("/readyz").status_code == 200)
            yield child, client
    finally:
        child.terminate()
        child.wait(PATIENCE)
        child.stdout.close()


def _announced(child):
    decoder, text = json.JSONDecoder(), ""
    while child.poll() is None:
        text += child.stdout.readline()
        with contextlib.suppress(ValueError):
            return decoder.raw_decode(text)[0]["http"]
    raise AssertionError(f"the server ended with {child.returncode}")


@contextlib.contextmanager
def _served(application, patience):
    import uvicorn

    from flowspec.serve.http.connection import connection_class

    config = uvicorn.Config(
        application, host="127.0.0.1", port=0, http=connection_class(patience), lifespan="on",
        log_config=None, access_log=False, proxy_headers=False, ws="none",
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve()))
    thread.start()
    try:
        wait(lambda: server.started or not thread.is_alive())
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
