"""Ten million rows, in every way they can be asked for: refused by name, before they are made."""

import gzip
import json
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.serve.robust.memory import peak_growth
from tests.serve.robust.questions import LENGTH, Asked

ROWS = 10_000_000
MIB = 1024 * 1024
MAX_BODY = 32 * MIB

SAMPLE = "/flows/robust/sample"
INFER = "/v2/models/robust.sample/infer"
PREDICT = "/v1/models/robust:predict"


def many(before, row, after):
    """A text with ten million rows between two others."""
    return before + row + (b"," + row) * (ROWS - 1) + after


def bomb(size):
    """A gzip stream of so many zeros: a compressed block of a mebibyte, as often as needed."""
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = engine.compress(bytes(MIB)) + engine.flush(zlib.Z_FULL_FLUSH)
    return gzip.compress(b"")[:10] + block * (size // MIB)


def tensors(*, size=None, data=None):
    """V2 inputs that claim ten million rows, as bytes or as JSON."""
    tensor = {"name": "x", "shape": [ROWS, 3], "datatype": "FP32"}
    said = {"parameters": {"binary_data_size": size}} if size else {"data": data}
    return json.dumps({"inputs": [{**tensor, **said}]}).encode()


def option(path, body):
    return Asked(path, json.dumps({"x": [[0, 0, 0]], "group": [0], **body}).encode())


BINARY = tensors(size=12 * ROWS)

QUESTIONS = {
    "native": (lambda: Asked(SAMPLE, many(b'{"seed":[', b"0", b'],"x":[[0,0,0]]}')), "seed"),
    "native_rows": (lambda: Asked(SAMPLE, many(b'{"x":[', b"[]", b"]}")), "x"),
    "native_over_the_limit": (lambda: Asked(SAMPLE, many(b'{"x":[', b"[0,0,0]", b"]}")), "body"),
    "native_draws": (lambda: option(SAMPLE, {"draws": ROWS}), "draws"),
    "v2_claims_bytes": (lambda: Asked(INFER, BINARY, {LENGTH: str(len(BINARY))}), "x"),
    "v2_claims_data": (lambda: Asked(INFER, tensors(data=[0])), "x"),
    "v2_data": (lambda: Asked(INFER, many(tensors(data=[])[:-4], b"0", b"]}]}")), "x"),
    "v2_draws": (
        lambda: Asked(
            "/v2/models/alone.sample/infer", json.dumps({"parameters": {"draws": ROWS}}).encode()
        ),
        "draws",
    ),
    "tf_instances": (
        lambda: Asked(PREDICT, many(b'{"signature_name":"sample","instances":[', b"{}", b"]}")),
        "instances",
    ),
    "tf_columns": (
        lambda: Asked(PREDICT, many(b'{"inputs":{"seed":[', b"0", b'],"x":[]}}')),
        "seed",
    ),
    "compressed": (
        lambda: Asked(
            SAMPLE,
            gzip.compress(many(b'{"x":[', b"[0,0,0]", b"]}"), 1),
            {"Content-Encoding": "gzip"},
        ),
        "body",
    ),
    "bomb": (lambda: Asked(SAMPLE, bomb(1024 * MIB), {"Content-Encoding": "gzip"}), "body"),
}  # fmt: skip


def refused(answer, field):
    assert 400 <= answer.status_code < 500, answer.text
    body = answer.json()
    assert field in body["error"]
    assert field in [one.get("path") for one in body["diagnostics"]], body


@pytest.mark.parametrize("name", QUESTIONS)
def test_ten_million_rows_are_refused_by_name(ask, name):
    make, field = QUESTIONS[name]
    refused(ask(make()), field)


def test_a_body_that_does_not_say_how_long_it_is_is_read_up_to_the_limit(client):
    piece = b" " * MIB
    answer = client.post(SAMPLE, content=(piece for _ in range(40)))
    assert answer.status_code == 413
    refused(answer, "body")


def test_the_most_rows_are_answered_and_one_more_is_not(strict):
    most = strict.get("/flows/alone").json()["outputs"][0]["rows"]
    good = strict.post("/flows/alone/sample", json={"seed": [7] * most})
    assert len(good.json()["y"]) == most
    assert strict.post("/flows/alone/sample", json={"seed": [7] * (most + 1)}).status_code == 413
    assert strict.post("/flows/alone/sample", json={"draws": most + 1}).status_code == 413


@pytest.mark.slow
def test_memory_grows_by_a_few_bodies_at_most(process):
    """Every refusal above, one after the other, by a server in a process of its own.

    A body may be there four times: in pieces as it came, in one piece, decompressed, and in the
    room that decompressing doubles as it fills. The lists that JSON becomes are counted first.
    """
    child, client = process

    def ask_all():
        for make, field in QUESTIONS.values():
            asked = make()
            answer = client.post(asked.path, content=asked.body, headers=asked.headers)
            refused(answer, field)

    assert peak_growth(child.pid, ask_all) < 4 * MAX_BODY


@pytest.mark.slow
def test_memory_does_not_grow_with_how_many_send_large_bodies(process):
    """Sixty bodies of which each fits, sent at once: plain, or as a small gzip of one.

    Together they may have 256 MiB; the one that is read is there twice more, as pieces and whole.
    """
    child, client = process
    plain = b" " * (MAX_BODY - 100)
    bodies = [(plain, {}), (gzip.compress(plain), {"Content-Encoding": "gzip"})]

    def ask_all():
        with ThreadPoolExecutor(60) as threads:
            jobs = [threads.submit(send, *bodies[at % 2]) for at in range(60)]
            assert {job.result() for job in jobs} <= {400, 429}

    def send(body, headers):
        return client.post("/flows/alone/sample", content=body, headers=headers).status_code

    assert peak_growth(child.pid, ask_all) < 256 * MIB + 8 * MAX_BODY
