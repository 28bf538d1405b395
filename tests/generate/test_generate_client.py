"""The generated client asks the generated server, and says what went wrong."""

import asyncio
import inspect
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import numpy as np
import pytest

from tests.generate.conftest import ROWS, SPEC, TOKEN
from tests.generate.project import generated, module

CLOSE = {"rtol": 1e-5, "atol": 1e-5}
LABELS = SPEC["context"]["mode"]["labels"]
ACTIONS = np.random.default_rng(4).uniform(-0.9, 0.9, (ROWS, 2)).astype("float32")


@pytest.fixture(scope="module")
def written(plain, tmp_path_factory):
    """The generated module; it needs no more of a bundle than its plan."""
    folder = generated("client", plain, tmp_path_factory.mktemp("client"))
    return module(folder / "tiny_policy_client.py")


@pytest.fixture(scope="module")
def client(written, server):
    with written.TinyPolicyClient(server, token=TOKEN, timeout=60) as client:
        yield client


def test_every_output_has_a_method_and_a_result(client, flow, given):
    asked = {
        "sample": ({}, {"seed": np.arange(ROWS)}),
        "three": ({}, {"seed": np.arange(ROWS)}),
        "forward": ({"latent": ACTIONS}, {}),
        "log_prob": ({"action": ACTIONS}, {}),
        "close": ({}, {}),
    }
    assert asked.keys() == SPEC["outputs"].keys()
    for output, (inputs, options) in asked.items():
        method = getattr(client, {"close": "close_"}.get(output, output))
        result = method(**given, **inputs, **options)
        for name, value in flow.ask(output, **given, **inputs, **options).items():
            found = getattr(result, name)
            assert found.dtype == value.dtype
            np.testing.assert_allclose(found, value, **CLOSE)


def test_rows_are_arrays_or_lists_and_categories_labels_or_indices(client, given):
    whole = client.close_(**given).action
    rows = {name: value.tolist() for name, value in given.items()}
    np.testing.assert_array_equal(client.close_(**rows).action, whole)
    for labels in (
        [LABELS[index] for index in rows["mode"]],
        np.array([LABELS[index] for index in rows["mode"]]),
        [LABELS[rows["mode"][0]], *rows["mode"][1:]],
    ):
        np.testing.assert_array_equal(client.close_(**{**given, "mode": labels}).action, whole)


def test_one_seed_and_draws_are_options(client, flow, given):
    found = client.sample(**given, seed=np.int64(7)).action
    np.testing.assert_allclose(found, flow.sample(seed=7, **given), **CLOSE)
    several = client.sample(**given, seed=7, draws=4).action
    assert several.shape == (ROWS, 4, 2)
    np.testing.assert_array_equal(several, client.sample(**given, seed=7, draws=4).action)
    assert (client.sample(**given).action != client.sample(**given).action).all()


def test_the_async_client_answers_alike(written, server, client, given):
    async def ask():
        async with written.AsyncTinyPolicyClient(server, token=TOKEN, timeout=60) as other:
            return await asyncio.gather(
                other.sample(**given, seed=1),
                other.log_prob(**given, action=ACTIONS),
                other.close_(**given),
            )

    sample, log_prob, close = asyncio.run(ask())
    np.testing.assert_array_equal(sample.action, client.sample(**given, seed=1).action)
    wanted = client.log_prob(**given, action=ACTIONS)
    np.testing.assert_array_equal(log_prob.log_prob, wanted.log_prob)
    np.testing.assert_array_equal(close.action, client.close_(**given).action)


def test_a_refusal_is_an_exception_with_what_the_server_said(written, server, client, given):
    with pytest.raises(written.TinyPolicyError, match="422") as caught:
        client.log_prob(**given, action=ACTIONS + 5)
    assert caught.value.status == 422
    assert "outside the support" in caught.value.message
    assert {one["slug"] for one in caught.value.diagnostics} == {"outside-support"}
    stranger = written.TinyPolicyClient(server)
    with stranger, pytest.raises(written.TinyPolicyError) as caught:
        stranger.close_(**given)
    assert caught.value.status == 401


def test_what_is_no_array_of_finite_numbers_is_not_sent(client, given):
    for state in (np.full((ROWS, 3), np.nan), [[0.0, np.inf, 0.0]] * ROWS):
        with pytest.raises(ValueError, match="`state` holds a number that is not finite"):
            client.close_(**{**given, "state": state})
    for state in ([[1, 2], [3]], [[None] * 3] * ROWS, np.array([[b"x"] * 3] * ROWS)):
        with pytest.raises(ValueError, match="`state` is no array"):
            client.close_(**{**given, "state": state})


def test_a_server_that_is_not_there_is_an_error_of_httpx(written, given):
    nobody = written.TinyPolicyClient("http://127.0.0.1:9")
    with nobody, pytest.raises(httpx.TransportError):
        nobody.close_(**given)


@pytest.fixture
def scripted():
    """A server that answers with one prepared response after the other; what it was asked."""
    answers, asked = [], []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            status, headers, body = answers.pop(0)
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", answers, asked
    server.shutdown()
    server.server_close()
    thread.join()


LATER = (503, {"Retry-After": "0"}, b'{"error": "later", "diagnostics": []}')
FULL = (429, {"Retry-After": "0"}, b'{"error": "full"}')
DONE = (200, {}, b'{"action": [[null, 0.5]]}')


def both(written, address, given, **options):
    """What the method returns that both clients have, asked one after the other."""

    async def ask():
        async with written.AsyncTinyPolicyClient(address, **options) as client:
            return await client.close_(**given)

    with written.TinyPolicyClient(address, **options) as client:
        yield lambda: client.close_(**given)
    yield lambda: asyncio.run(ask())


def test_what_is_put_off_is_asked_again_and_null_is_nan(written, scripted, given):
    address, answers, asked = scripted
    for ask in both(written, address, given):
        answers[:] = [LATER, FULL, DONE]
        np.testing.assert_array_equal(ask().action, np.array([[np.nan, 0.5]], "float32"))
        assert len(asked) == 3
        assert asked[0] == asked[1] == asked[2]
        asked.clear()


def test_patience_has_an_end(written, scripted, given):
    address, answers, asked = scripted
    for ask in both(written, address, given, retries=1):
        answers[:] = [LATER, LATER, DONE]
        with pytest.raises(written.TinyPolicyError, match="503: later"):
            ask()
        assert len(asked) == 2
        asked.clear()


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'{"detail": 1}'])
def test_an_answer_of_another_form_is_an_exception(written, scripted, given, body):
    address, answers, _ = scripted
    for ask in both(written, address, given):
        answers[:] = [(500, {}, body)]
        with pytest.raises(written.TinyPolicyError) as caught:
            ask()
        assert (caught.value.status, caught.value.diagnostics) == (500, ())
        assert caught.value.message


def test_methods_are_typed_and_documented(written):
    for kind in (written.TinyPolicyClient, written.AsyncTinyPolicyClient):
        sample = inspect.signature(kind.sample)
        assert list(sample.parameters) == ["self", "state", "mode", "json", "seed", "draws"]
        assert sample.return_annotation == "SampleResult"
        assert "state: (B, 3), a vector of 3." in kind.sample.__doc__
        assert "θ" in kind.sample.__doc__
    assert set(written.__all__) <= set(vars(written))


@pytest.mark.slow
def test_the_client_passes_strict_checks(plain, tmp_path):
    folder = generated("client", plain, tmp_path)
    rules = ["--select", "E,F,I,B,UP,D1,ANN,N", "--ignore", "ANN401"]
    ruff = ["ruff", "check", "--isolated", "--line-length", "100", *rules, "."]
    pyright = ["basedpyright", "--level", "error", "--pythonpath", sys.executable, "."]
    for words in (ruff, pyright):
        run = subprocess.run(
            [sys.executable, "-m", *words], cwd=folder, capture_output=True, text=True, check=False
        )
        assert run.returncode == 0, run.stdout
