"""Hostile paths, methods, headers and tokens: nothing leaks into logs, metrics or answers."""

import http.client
import io
import json
import logging
import sys

import pytest

from flowspec.serve import logs
from tests.serve.robust.waiting import wait

GOOD = {"seed": 7}


@pytest.fixture
def raw(client):
    """Sends a request whose path nobody tidies up on the way."""

    def ask(method, path, headers=(), to=client):
        connection = http.client.HTTPConnection(to.base_url.host, to.base_url.port, timeout=60)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in [("Host", "a"), *headers]:
                connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    return ask


@pytest.fixture
def lines(monkeypatch):
    """What is logged meanwhile, in a form."""
    text = io.StringIO()
    kept = logs.LOGGER.handlers[:], logs.LOGGER.level, logs.LOGGER.propagate

    def start(form):
        monkeypatch.setattr(sys, "stderr", text)
        logs.configure(form)
        return lambda: text.getvalue().splitlines()

    yield start
    logs.LOGGER.handlers[:], logs.LOGGER.propagate = kept[0], kept[2]
    logs.LOGGER.setLevel(kept[1] or logging.NOTSET)


@pytest.mark.parametrize(
    "path",
    [
        "/flows/", "/flows/robust/", "/flows/robust/sample/", "//flows", "/flows//robust",
        "/./flows", "/../flows", "/FLOWS", "/page", "/page/", "/page/../page/page.js",
        "/page/..%2f..%2fhttp%2fpage.py", "/page/%2e%2e/index.html", "/page//etc/passwd",
        "/page/....//page.css", "/page/page.css%00", "/page/C:%5cwindows", "/docs", "/redoc",
        "/static/../../pyproject.toml", "/v2/models//infer", "/v1/models/", "/%00", "/%",
        "/metrics/", "/flows?a=b/../..", "/v2/models/alone.sample/versions//ready",
    ],
)  # fmt: skip
def test_a_path_that_is_not_there_leads_nowhere(raw, path):
    status, headers, body = raw("GET", path)
    if path.partition("?")[0] == "/flows":
        assert status == 200
        return
    assert status == 404, (status, headers)
    assert isinstance(json.loads(body)["error"], str)
    assert "location" not in headers


@pytest.mark.parametrize("path", ["/flows/%72obust", "/flows/robust?x=1", "/%66lows/robust"])
def test_a_name_may_be_written_in_percents(raw, path):
    assert raw("GET", path)[0] == 200


@pytest.mark.parametrize(
    "name",
    ["robüst", "流", "robust%2Fsample", "robust\u202e", "ro" * 5000, "`", "%27%3B--", "{name}"],
)
def test_a_flow_that_is_not_there_is_told_shortly(client, name):
    answer = client.get(f"/flows/{name}")
    assert answer.status_code in (404, 405)
    assert len(answer.content) < 2000


def test_the_flow_that_was_meant_is_named(client):
    assert client.get("/flows/Robust").json()["diagnostics"][0]["nearest"] == "robust"


@pytest.mark.parametrize(
    "version", ["0", "-1", "2", "x", "1.0", "٣", "²", "9" * 19, "9" * 5000, "%00"]
)
@pytest.mark.parametrize(
    "path", ["/flows/alone/revisions/{}", "/v1/models/alone/versions/{}",
             "/v2/models/alone.sample/versions/{}"],
)  # fmt: skip
def test_a_revision_that_is_not_there_is_unknown(client, path, version):
    answer = client.get(path.format(version))
    assert answer.status_code == 404
    assert len(answer.content) < 2000


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "HEAD"])
def test_a_wrong_method_is_told_the_right_one(raw, method):
    for path in ("/flows/robust/sample", "/flows/x/y", "/v2/models/x.y/infer"):
        status, headers, _ = raw(method, path)
        assert (status, headers["allow"]) == (405, "POST")


@pytest.mark.parametrize("path", ["/flows", "/flows/robust", "/metrics", "/livez", "/v2", "/"])
def test_what_is_read_is_not_written(raw, path):
    assert raw("POST", path)[0] == 405
    assert raw("DELETE", path)[0] == 405


@pytest.mark.parametrize("path", ["/", "/flows", "/livez", "/readyz", "/v2", "/v1/models/alone"])
def test_head_is_get_without_a_body(raw, path):
    status, headers, body = raw("HEAD", path)
    full = raw("GET", path)
    changing = {"date", "x-request-id"}
    assert status == full[0] == 200
    assert body == b""
    assert {k: v for k, v in headers.items() if k not in changing} == {
        k: v for k, v in full[1].items() if k not in changing
    }


@pytest.mark.parametrize("name", ["abc-1", "A.b_c:d/e+f=", "x" * 128])
def test_a_request_keeps_its_name(raw, name):
    assert raw("GET", "/livez", [("X-Request-Id", name)])[1]["x-request-id"] == name


@pytest.mark.parametrize(
    "name",
    ["", " ", "a b", "a\tb", "é", "x" * 129, "<script>", '"', "a;b", "a,b", "{", "\x7f"],
)
def test_a_request_with_a_bad_name_is_given_another(raw, name):
    status, headers, _ = raw("GET", "/livez", [("X-Request-Id", name.encode())])
    if status != 400:  # what HTTP itself forbids
        assert headers["x-request-id"] != name
        assert headers["x-request-id"].replace("-", "").isalnum()


HOSTILE = [
    ("/flows/%0a%7b%22level%22:%22error%22%7d", []),
    ("/flows/%1b[31m%0d%0a", []),
    ("/flows/%e2%80%a8%c2%85", []),
    ("/flows/x", [("X-Request-Id", "a b")]),
    ("/flows/" + "%0a" * 3000, []),
    ("/flows/x%20status=200%20level=error", []),
]


@pytest.mark.parametrize("form", logs.FORMATS)
def test_every_request_is_one_line_of_the_log(raw, lines, form):
    told = lines(form)
    for path, headers in HOSTILE:
        raw("GET", path, headers)
    wait(lambda: len(told()) >= len(HOSTILE))  # a line is written after its answer
    found = told()
    assert len(found) == len(HOSTILE)
    assert all(line.isprintable() and line.isascii() for line in found)
    for line in found if form == "json" else ():
        assert json.loads(line)["event"] == "request"
        assert json.loads(line)["status"] == 404
    if form == "text":
        assert "status=404" in found[-1].partition('path="')[2].partition('" ')[2]


def series(client):
    text = client.get("/metrics").text
    return {line.rpartition(" ")[0] for line in text.splitlines() if not line.startswith("#")}


def test_no_caller_makes_new_time_series(client, raw):
    def ask_all(word):
        raw("GET", f"/flows/{word}")
        raw("GET", f"/flows/alone/revisions/{word}")
        raw("BREW", "/livez")
        for method in ("DELETE", "GET"):
            raw(method, f"/{word}")
        client.post(f"/flows/alone/{word}", json=GOOD)
        client.post(f"/v2/models/{word}.sample/infer", json={})
        client.post(f"/v2/models/alone.sample/versions/{word}/infer", json={})
        client.post(f"/v1/models/{word}:predict", json={})
        client.post("/v1/models/alone:predict", json={"signature_name": word})
        client.post("/flows/alone/sample", json={word: 1})

    ask_all("first")
    before = series(client)
    for at in range(20):
        ask_all(f"other{at}")
    assert series(client) == before


WRONG = [
    [], ["Bearer"], ["Bearer "], ["Bearer secre"], ["Bearer secrets"], ["Bearer SECRET"],
    ["secret"], ["Basic secret"], ["Basic c2VjcmV0"], ["Bearer secret secret"], ["Bearer é"],
    ['Bearer "secret"'], ["Bearer secret", "Bearer wrong"], ["Token secret"],
]  # fmt: skip


@pytest.mark.parametrize("given", WRONG)
def test_nobody_is_let_in_by_a_wrong_token(strict, raw, given):
    headers = [("Authorization", one.encode()) for one in given]
    paths = ["/flows", "/metrics", "/openapi.json", "/v2", "/nothing", "/livez/", "//livez",
             "/livez/../flows", "/page/page.js%20"]  # fmt: skip
    for path in paths:
        status, told, body = raw("GET", path, headers, to=strict)
        assert status == 401, path
        assert told["www-authenticate"] == "Bearer"
        assert b"secret" not in body
    for method in ("POST", "DELETE", "OPTIONS"):
        assert raw(method, "/flows/alone/sample", headers, to=strict)[0] == 401
    for path in ("/", "/livez", "/readyz", "/v2/health/live", "/v2/health/ready"):
        assert raw("GET", path, headers, to=strict)[0] == 200


def test_the_right_token_lets_in(strict):
    assert strict.post("/flows/alone/sample", json=GOOD).status_code == 200


def test_an_answer_does_not_depend_on_the_host(raw):
    answers = {
        raw("GET", path, [("X-Forwarded-Host", host), ("Forwarded", f"host={host}")])[2]
        for path in ("/flows/nothing",)
        for host in ("a", "evil.example")
    }
    assert len(answers) == 1
