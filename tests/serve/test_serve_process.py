"""The command `serve` as a process: it tells where it listens, and ends as it should."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager

import httpx
import numpy as np
import pytest

from tests.serve.conftest import close, wait_for

QUICK = ["--port", "0", "--no-grpc", "--max-batch", "4"]


@contextmanager
def process(*words, env=None):
    """The command as a process, with what it told as JSON; it is ended whatever happens."""
    command = [sys.executable, "-m", "flowspec", "serve", *map(str, words), *QUICK, "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, **(env or {})},
    ) as running:  # fmt: skip
        try:
            yield running, told(running.stdout)
        finally:
            running.kill()


def told(stream):
    """The JSON object at the start of a stream."""
    text = ""
    for line in stream:
        text += line
        if line == "}\n":
            return json.loads(text)
    raise AssertionError(f"nothing was told: {text}")


@pytest.fixture(scope="module")
def served(tiny, alone, tmp_path_factory):
    """A process that serves two flows, the first from a copy of its bundle."""
    folder = shutil.copytree(tiny[1], tmp_path_factory.mktemp("served") / "tiny.bundle")
    with (
        process(folder, f"3={alone[1]}", "--watch", "0") as (running, said),
        httpx.Client(base_url=said["http"]) as client,
    ):
        wait_for(lambda: client.get("/readyz").status_code == 200)
        yield running, said, client, folder


def test_it_tells_where_it_listens_and_what_it_serves(served):
    _, said, client, _ = served
    assert said["http"].startswith("http://127.0.0.1:")
    assert [(one["name"], one["revision"]) for one in said["flows"]] == [("tiny", 1), ("alone", 3)]
    assert client.get("/flows/alone").json()["revision"] == 3


def test_it_answers_what_the_flow_answers(served, alone):
    _, _, client, _ = served
    y = [[0.5, -0.25]]
    found = client.post("/flows/alone/log_prob", json={"y": y}).json()["log_prob"]
    close(found, alone[0].log_prob(np.asarray(y)))


def test_it_never_imports_what_builds_a_flow(tiny):
    code = (
        "import sys\n"
        "from flowspec.serve import Application, parse_source\n"
        "from flowspec.serve.service import Service\n"
        f"Application(Service([parse_source({str(tiny[1])!r})])).openapi()\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('tensorflow', 'keras') or "
        "m.startswith(('flowspec.build', 'flowspec.models', 'flowspec.training'))])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_sigterm_answers_what_is_under_way_and_ends_well(tiny):
    with process(tiny[1]) as (running, said), httpx.Client(base_url=said["http"]) as client:
        wait_for(lambda: client.get("/readyz").status_code == 200)
        body = {"x": [[0, 0, 0]] * 2000, "colour": [0] * 2000, "draws": 5}
        answers = []
        thread = threading.Thread(
            target=lambda: answers.append(
                httpx.post(f"{said['http']}/flows/tiny/sample", json=body, timeout=60)
            )
        )
        thread.start()
        wait_for(lambda: "flowspec_waiting_rows 10000.0" in client.get("/metrics").text)
        running.send_signal(signal.SIGTERM)
        thread.join()
        assert running.wait(60) == 0
        assert answers[0].status_code == 200
        assert np.shape(answers[0].json()["y"]) == (2000, 5, 2)
        events = [json.loads(line)["event"] for line in running.stderr]
        assert events[-2:] == ["stopping", "stopped"] or events[-1] == "stopped"


@pytest.mark.slow
def test_sigint_ends_it_well_while_it_loads(tiny):
    with process(tiny[1]) as (running, _):
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 0


def test_sighup_looks_for_a_bundle_that_was_saved_anew(served, other):
    running, _, client, folder = served
    y, x, colour = np.array([[0.1, 2.0]]), np.zeros((1, 3)), np.array([1])
    body = {"y": y.tolist(), "x": x.tolist(), "colour": colour.tolist()}
    expected = other[0].log_prob(y, x=x, colour=colour)
    other[0].save(folder)
    running.send_signal(signal.SIGHUP)

    def is_new():
        found = client.post("/flows/tiny/log_prob", json=body).json()["log_prob"]
        return abs(found[0] - expected[0]) < 1e-5

    wait_for(is_new)


def test_a_port_that_is_taken_is_told(run, tiny):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _, said = run("serve", tiny[1], "--port", port, "--no-grpc")
    assert code == 2
    assert "port-in-use" in said
    assert f"the port {port} of 127.0.0.1 is taken" in said


def test_a_host_that_is_not_here_is_told(run, tiny):
    code, _, said = run("serve", tiny[1], "--host", "192.0.2.1", "--port", 0, "--no-grpc")
    assert code == 2
    assert "cannot-listen" in said
    assert "open-to-everybody" in said


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        (["nowhere.bundle"], "not-a-bundle"),
        (["{tiny}", "{tiny}"], "same-revision"),
        (["{tiny}", "--label", "tiny"], "wrong-label"),
        (["{tiny}", "--label", "tiny@stable=2"], "wrong-label"),
        (["{tiny}", "--token-file", "nowhere.txt"], "unreadable-file"),
        (["{tiny}", "--token-file", "{empty}"], "wrong-token"),
        (["{bare}"], "no-saved-model"),
    ],
)
def test_what_cannot_be_served_is_told(run, tiny, tmp_path, words, slug):
    empty, bare = tmp_path / "empty.txt", tmp_path / "bare.bundle"
    empty.write_text("\n")
    tiny[0].save(bare, saved_model=False)
    named = [word.format(tiny=tiny[1], empty=empty, bare=bare) for word in words]
    code, _, said = run("serve", *named)
    assert code in (1, 2)
    assert f"error[{slug}]" in said
