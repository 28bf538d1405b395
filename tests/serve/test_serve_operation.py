"""Probes, metrics, logs, tokens, limits: what those who run a service rely on."""

import json
import logging

import pytest

from tests.serve.conftest import serving


def counted(client, line):
    found = [row for row in client.get("/metrics").text.splitlines() if row.startswith(line)]
    return float(found[0].rpartition(" ")[2]) if found else 0.0


def test_probes_tell_that_it_lives_and_is_ready(client):
    assert client.get("/livez").json() == {"status": "live"}
    assert client.get("/readyz").json() == {"status": "ready"}
    assert client.head("/readyz").status_code == 200


def test_what_is_not_loaded_is_not_ready(alone):
    import httpx

    from flowspec.serve import Application, parse_source
    from flowspec.serve.service import Service
    from tests.serve.conftest import listening

    service = Service([parse_source(str(alone[1]))])
    service.start = lambda: None
    with (
        listening(Application(service)) as address,
        httpx.Client(base_url=address) as client,
    ):
        found = client.get("/readyz")
        assert found.status_code == 503
        assert found.json() == {"status": "loading", "waiting_for": ["alone 1"]}
        assert client.get("/livez").status_code == 200
        assert client.get("/v2/health/live").status_code == 200
        assert client.get("/v2/health/ready").status_code == 400
        refused = client.post("/flows/alone/sample", json={})
        assert refused.status_code == 503
        assert refused.headers["retry-after"]
        assert refused.json()["diagnostics"][0]["slug"] == "not-ready"
        state = client.get("/v1/models/alone").json()["model_version_status"][0]["state"]
        assert state == "LOADING"


def test_requests_rows_and_errors_are_counted(client):
    head = 'flow="alone",output="log_prob",protocol="http"'
    labels = f'{head},revision="1"'
    good = f'flowspec_requests_total{{{labels},status="200"}}'
    bad = f'flowspec_errors_total{{{head},reason="wrong-shape",revision="1"}}'
    took = f"flowspec_request_seconds_count{{{labels}}}"
    before = [counted(client, line) for line in (good, bad, took)]
    client.post("/flows/alone/log_prob", json={"y": [[0, 0]]})
    client.post("/flows/alone/log_prob", json={"y": [[0]]})
    after = [counted(client, line) for line in (good, bad, took)]
    assert [b - a for a, b in zip(before, after, strict=True)] == [1, 1, 2]
    batches = 'flowspec_batch_rows_count{flow="alone",output="log_prob",revision="1"}'
    assert counted(client, batches) >= 1
    assert counted(client, 'flowspec_ready{flow="alone",revision="1"}') == 1
    assert counted(client, "flowspec_waiting_rows") == 0


def test_what_callers_make_up_is_no_label(client):
    client.post("/flows/made_up/sample", json={})
    client.get("/v2/models/made.up")
    assert "made" not in client.get("/metrics").text


def test_a_request_has_the_name_that_its_caller_gave_it(client):
    assert (
        client.get("/livez", headers={"x-request-id": "abc-1"}).headers["x-request-id"] == "abc-1"
    )
    for bad in ("a b", "x" * 200, 'a"b'):
        made = client.get("/livez", headers={"x-request-id": bad}).headers["x-request-id"]
        assert made != bad
    first, second = (client.get("/livez").headers["x-request-id"] for _ in range(2))
    assert first != second


def test_every_request_is_a_line_of_the_log(client, monkeypatch, capfd):
    from flowspec.serve import logs

    monkeypatch.setattr(logs.LOGGER, "handlers", [])
    monkeypatch.setattr(logs.LOGGER, "propagate", True)
    logs.configure("json")
    headers = {"x-request-id": "r1"}
    client.post("/flows/alone/log_prob", json={"y": [[0, 0], [1, 1]]}, headers=headers)
    client.post("/flows/alone/log_prob", json={"y": [[0]]}, headers=headers)
    client.get("/livez", headers=headers)
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    found = [(one["event"], one["id"], one["status"], one.get("rows")) for one in lines]
    assert found == [("request", "r1", 200, 2), ("request", "r1", 422, None)]
    assert lines[1]["reason"] == "wrong-shape"
    assert {"time", "level", "method", "path", "ms"} <= lines[0].keys()


def test_the_log_can_be_text(capfd, monkeypatch):
    from flowspec.serve import logs

    monkeypatch.setattr(logs.LOGGER, "handlers", [])
    monkeypatch.setattr(logs.LOGGER, "propagate", True)
    logs.configure("text")
    try:
        raise ValueError("some reason")
    except ValueError:
        logs.log("failed", logging.ERROR, error=True, why="two words", line="a\nb")
    said = capfd.readouterr().err
    assert ' error   failed why="two words" line="a\\nb"\n' in said
    assert "ValueError: some reason" in said


@pytest.fixture(scope="module")
def guarded(alone):
    """A service with a token."""
    with serving(alone[1], token="s3cret") as client:
        yield client


def test_nothing_is_told_without_the_token(guarded):
    for path in ("/flows", "/metrics", "/openapi.json", "/v2", "/v1/models/alone", "/nothing"):
        refused = guarded.get(path)
        assert refused.status_code == 401, path
        assert refused.headers["www-authenticate"] == "Bearer"
    refused = guarded.post("/flows/alone/sample", json={})
    assert refused.json()["diagnostics"][0]["slug"] == "token-refused"


@pytest.mark.parametrize("said", ["Bearer wrong", "s3cret", "Basic s3cret", "Bearer s3cretx"])
def test_another_token_is_refused(guarded, said):
    refused = guarded.post("/flows/alone/sample", json={}, headers={"authorization": said})
    assert refused.status_code == 401


def test_who_carries_the_token_is_answered(guarded):
    for said in ("Bearer s3cret", "bearer s3cret"):
        headers = {"authorization": said}
        assert guarded.post("/flows/alone/sample", json={}, headers=headers).is_success
        assert guarded.get("/metrics", headers=headers).is_success


def test_probes_need_no_token(guarded):
    for path in ("/livez", "/readyz", "/v2/health/live", "/v2/health/ready", "/"):
        assert guarded.get(path).status_code == 200


def test_a_body_over_the_limit_is_refused(alone):
    with serving(alone[1], max_body=1000) as client:
        rows = [[0.25, 0.5]] * 200
        for headers in ({}, {"transfer-encoding": "chunked"}):
            content = json.dumps({"y": rows}).encode()
            sent = iter([content[:500], content[500:]]) if headers else content
            refused = client.post("/flows/alone/log_prob", content=sent)
            assert refused.status_code == 413
            assert refused.json()["diagnostics"][0]["slug"] == "body-too-large"
        assert client.post("/flows/alone/log_prob", json={"y": rows[:10]}).is_success


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"y": [[0, 0]] * 101}, "y"),
        ({"y": [[0, 0]] * 5000}, "y"),
    ],
    ids=["rows", "values"],
)
def test_more_rows_than_are_allowed_are_refused(alone, body, named):
    with serving(alone[1], max_rows=100) as client:
        refused = client.post("/flows/alone/log_prob", json=body)
        assert refused.status_code == 413
        assert refused.json()["diagnostics"][0]["slug"] == "too-many-rows"
        assert refused.json()["diagnostics"][0]["path"] == named
        drawn = client.post("/flows/alone/sample", json={"seed": [1, 2], "draws": 51})
        assert drawn.status_code == 413
        assert drawn.json()["diagnostics"][0]["path"] == "draws"


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_compressed_body_is_read(client, encoding):
    import gzip
    import zlib

    text = json.dumps({"y": [[0, 0]]}).encode()
    body = gzip.compress(text) if encoding == "gzip" else zlib.compress(text)
    headers = {"content-encoding": encoding}
    assert client.post("/flows/alone/log_prob", content=body, headers=headers).is_success
    for damaged in (body[:-4], b"no", b""):
        refused = client.post("/flows/alone/log_prob", content=damaged, headers=headers)
        assert refused.status_code == 400
        assert refused.json()["diagnostics"][0]["slug"] == "damaged-body"
    odd = client.post("/flows/alone/log_prob", content=body, headers={"content-encoding": "br"})
    assert odd.json()["diagnostics"][0]["slug"] == "unknown-encoding"


def test_a_bomb_is_not_unpacked(alone):
    import gzip

    with serving(alone[1], max_body=100_000) as client:
        bomb = gzip.compress(b" " * 50_000_000)
        refused = client.post(
            "/flows/alone/log_prob", content=bomb, headers={"content-encoding": "gzip"}
        )
        assert refused.status_code == 413
