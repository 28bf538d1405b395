"""Two tiny bundles, and servers that answer from them over a socket of this machine."""

import asyncio
import contextlib
import json
import subprocess
import sys
import tempfile
import threading

import httpx
import numpy as np

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


def saved(folder):
    """Each flow by name, its every variable moved off its start, and its bundle in a folder."""
    from flowspec import compile

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


@contextlib.contextmanager
def served_here(flows, patience=20.0, **options):
    """A client of a server in a thread of this process."""
    from flowspec.serve import Application, ServeOptions, Source, parse_label
    from flowspec.serve.service import Service

    sources = [Source(folder) for _, folder in flows.values()]
    options = ServeOptions(max_batch=16, access_log=False, **options)
    service = Service(sources, options, [parse_label("robust@stable=1")])
    with _running(Application(service), patience) as port, _asking(port) as client:
        yield client


@contextlib.contextmanager
def served_apart(flows):
    """`flowspec serve` in a process of its own: the process, and a client."""
    command = [sys.executable, "-m", "flowspec", "serve", "--port", "0", "--no-grpc", "--quiet"]
    bundles = [str(folder) for _, folder in flows.values()]
    command += ["--json", "--max-batch", "64", *bundles]
    with tempfile.TemporaryFile() as log:
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            with _asking(_announced(child, log)) as client:
                yield child, client
        finally:
            child.terminate()
            child.wait(PATIENCE)
            child.stdout.close()


@contextlib.contextmanager
def _asking(port):
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as client:
        wait(lambda: client.get("/readyz").status_code == 200)
        yield client


def _announced(child, log):
    """The port that a process says it has taken."""
    decoder, text = json.JSONDecoder(), ""
    while child.poll() is None:
        text += child.stdout.readline()
        with contextlib.suppress(ValueError):
            return httpx.URL(decoder.raw_decode(text)[0]["http"]).port
    log.seek(0)
    raise AssertionError(log.read().decode())


@contextlib.contextmanager
def _running(application, patience):
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
