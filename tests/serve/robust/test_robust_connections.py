"""Clients that do not speak HTTP well, or not to the end: nobody else is kept waiting."""

import contextlib
import json
import re
import socket
import threading

import pytest

from tests.serve.robust.waiting import PATIENCE, wait

SAMPLE = b"/flows/alone/sample"
BODY = b'{"seed": 7}'
CLOSE = b"Connection: close"
CHUNKED = b"Transfer-Encoding: chunked"
AUTHORIZED = b"Authorization: Bearer secret"


def head(path=SAMPLE, method=b"POST", *lines, version=b"HTTP/1.1"):
    return b"\r\n".join([b"%s %s %s" % (method, path, version), b"Host: a", *lines, b"", b""])


def post(body, *lines):
    return head(SAMPLE, b"POST", b"Content-Length: %d" % len(body), *lines) + body


@pytest.fixture
def connect(client):
    """Opens connections to the server, which are closed in the end."""
    with contextlib.ExitStack() as stack:
        yield lambda to=client: stack.enter_context(opened(to))


def opened(client):
    url = client.base_url
    return contextlib.closing(socket.create_connection((url.host, url.port), timeout=PATIENCE))


def read(connection):
    """Everything until the server closes the connection."""
    pieces = []
    with contextlib.suppress(ConnectionError):
        while piece := connection.recv(65_536):
            pieces.append(piece)
    return b"".join(pieces)


def said(connection, data):
    """All answers to some bytes, the last of which end the connection."""
    connection.sendall(data)
    return read(connection)


def statuses(text):
    return [int(one) for one in re.findall(rb"HTTP/1\.1 ([0-9]{3}) ", text)]


@pytest.fixture(autouse=True)
def unharmed(client):
    """After every test the server answers as before."""
    before = client.post("/flows/alone/sample", json={"seed": 7}).content
    yield
    assert client.post("/flows/alone/sample", json={"seed": 7}).content == before


NO_HTTP = {
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "http2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "no_words": b"\r\n\r\n\x00\x00\r\n\r\n",
    "unknown_method": head(b"/livez", b"BREW"),
    "connect": head(b"a:80", b"CONNECT"),
    "path_beyond_ascii": head(b"/flows/\xc3\xa9", b"GET"),
    "path_with_a_space": head(b"/flows/a b", b"GET"),
    "folded_header": head(b"/livez", b"GET", b"X-Request-Id: a", b" b"),
    "header_without_a_name": head(b"/livez", b"GET", b": b"),
    "bare_line_feed_in_a_header": head(b"/livez", b"GET", b"X-Request-Id: a\nX-Other: b\x00"),
    "negative_length": head(SAMPLE, b"POST", b"Content-Length: -1") + BODY,
    "length_in_words": head(SAMPLE, b"POST", b"Content-Length: ten") + BODY,
    "huge_length": head(SAMPLE, b"POST", b"Content-Length: " + b"9" * 30) + BODY,
    "two_lengths": head(SAMPLE, b"POST", b"Content-Length: 2", b"Content-Length: 11") + BODY,
    "length_and_chunks": post(BODY, CHUNKED),
    "unknown_transfer_encoding": head(SAMPLE, b"POST", b"Transfer-Encoding: gzip") + BODY,
    "damaged_chunk": head(SAMPLE, b"POST", CHUNKED) + b"zz\r\n{}\r\n",
    "huge_chunk": head(SAMPLE, b"POST", CHUNKED) + b"f" * 17 + b"\r\n{}",
}  # fmt: skip


@pytest.mark.parametrize("name", NO_HTTP)
def test_what_is_no_http_is_refused(connect, name):
    answers = statuses(said(connect(), NO_HTTP[name]))
    assert set(answers) <= {400}


WEBSOCKET = [
    b"Connection: Upgrade, close", b"Upgrade: websocket", b"Sec-WebSocket-Version: 13",
    b"Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
]  # fmt: skip
LARGE = b"Content-Length: 99999999999"

STRANGE = {
    "http_1_0": (head(b"/livez", b"GET", version=b"HTTP/1.0"), 200),
    "without_a_host": (b"GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n", 200),
    "two_hosts": (head(b"/livez", b"GET", b"Host: evil.example", CLOSE), 200),
    "absolute_path": (head(b"http://evil.example/livez", b"GET", CLOSE), 200),
    "asterisk": (head(b"*", b"OPTIONS", CLOSE), 404),
    "websocket": (head(b"/livez", b"GET", *WEBSOCKET), 200),
    "no_body": (head(SAMPLE, b"POST", CLOSE), 200),
    "damaged_percents": (head(b"/flows/%ff%fe%00", b"GET", CLOSE), 404),
    "line_ends_in_percents": (head(b"/flows/%0d%0aX-Other:%20b", b"GET", CLOSE), 404),
    "long_path": (head(b"/flows/" + b"a" * 60_000, b"GET", CLOSE), 404),
    "body_not_waited_for": (head(SAMPLE, b"POST", LARGE, b"Expect: 100-continue", CLOSE), 413),
}


@pytest.mark.parametrize("name", STRANGE)
def test_what_is_strange_but_http_is_answered(connect, name):
    data, status = STRANGE[name]
    text = said(connect(), data)
    assert statuses(text) == [status], text
    assert b"x-other" not in text.lower().partition(b"\r\n\r\n")[0]


def test_a_body_in_chunks_is_a_body(connect, client):
    chunks = b"".join(b"%x\r\n%s\r\n" % (1, BODY[at : at + 1]) for at in range(len(BODY)))
    text = said(connect(), head(SAMPLE, b"POST", CHUNKED, CLOSE) + chunks + b"0\r\n\r\n")
    expected = client.post("/flows/alone/sample", json={"seed": 7}).content
    assert text.endswith(expected)


def test_requests_in_a_row_are_answered_in_their_order(connect, client):
    seeds = list(range(8))
    asked = b"".join(post(b'{"seed": %d}' % seed) for seed in seeds)
    text = said(connect(), asked + head(b"/livez", b"GET", CLOSE))
    found = [json.loads(body) for body in re.findall(rb'\{"y".*?\]\]\}', text)]
    assert found == [client.post("/flows/alone/sample", json={"seed": s}).json() for s in seeds]


def test_a_client_that_leaves_in_the_middle_of_its_body_is_counted_and_forgotten(client, connect):
    name = (
        'flowspec_errors_total{flow="alone",output="sample",protocol="http",reason="damaged-body"'
    )

    def count():
        lines = client.get("/metrics").text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

    before = count()
    for _ in range(5):
        connection = connect()
        connection.sendall(head(SAMPLE, b"POST", b"Content-Length: 500") + BODY)
        connection.close()
    wait(lambda: count() == before + 5)


def test_a_hundred_clients_that_say_nothing_keep_nobody_waiting(connect, client):
    half = [b"", b"POST ", head()[:-2], post(BODY)[:-1]]
    connections = [connect() for _ in range(100)]
    for at, connection in enumerate(connections):
        connection.sendall(half[at % len(half)])
    assert all(
        client.post("/flows/alone/sample", json={"seed": seed}).status_code == 200
        for seed in range(20)
    )
    connections[3].sendall(BODY[-1:])
    assert statuses(connections[3].recv(65_536)) == [200]


STUCK = {
    "nothing": (b"", []),
    "half_a_word": (b"POS", []),
    "half_a_head": (head()[:-2], []),
    "half_a_body": (post(BODY, AUTHORIZED)[:-1], [408]),
    "half_a_chunk": (
        head(SAMPLE, b"POST", CHUNKED, AUTHORIZED) + b"ff\r\n{", [408],
    ),
    "half_of_what_is_refused": (
        head(SAMPLE, b"POST", b"Content-Length: 99999999999", AUTHORIZED) + b"{", [413],
    ),
    "half_a_second_head": (post(BODY, AUTHORIZED) + b"POST ", [200]),
}  # fmt: skip


@pytest.mark.parametrize("name", STUCK)
def test_a_client_that_stops_in_the_middle_is_not_waited_for(strict, connect, name):
    data, answers = STUCK[name]
    connection = connect(strict)
    connection.sendall(data)
    assert statuses(read(connection)) == answers


def test_a_client_that_sends_byte_by_byte_is_not_waited_for(strict, connect):
    connection = connect(strict)
    stop = threading.Event()

    def drip():
        with contextlib.suppress(OSError):
            while not stop.wait(0.1):
                connection.sendall(b" ")

    connection.sendall(head(SAMPLE, b"POST", b"Content-Length: 9999", AUTHORIZED))
    thread = threading.Thread(target=drip)
    thread.start()
    try:
        text = read(connection)
    finally:
        stop.set()
        thread.join()
    assert statuses(text) == [408]
    assert b'"path":"body"' in text


@pytest.mark.parametrize("lines", [[b"X: " + b"a" * 3_000_000], [b"X: a"] * 300_000])
def test_a_head_without_end_is_refused(strict, connect, lines):
    connection = connect(strict)
    with contextlib.suppress(OSError):
        connection.sendall(head(b"/livez", b"GET", *lines))
    assert statuses(read(connection)) in ([400], [])


def test_a_client_that_reads_no_answer_is_not_waited_for(strict, connect):
    connection = connect(strict)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.sendall(head(b"/openapi.json", b"GET", AUTHORIZED) * 80)

    def is_ended():
        try:
            connection.sendall(b" ")
        except OSError:
            return True
        return False

    wait(is_ended)


def test_more_requests_in_a_row_than_wait_are_not_kept(connect):
    connection = connect()
    with contextlib.suppress(OSError):
        connection.sendall(head(b"/livez", b"GET") * 10_000)
    assert statuses(read(connection))[-1] == 400


def test_large_bodies_together_have_a_limit_that_small_ones_do_not_feel(strict):
    large = b" " * 3_000_000 + BODY
    told = []

    def meets_others():
        with opened(strict) as first, opened(strict) as second:
            for one in (first, second):
                one.sendall(post(large, AUTHORIZED)[:2_500_000])
            told[:] = [
                strict.post("/flows/alone/sample", content=large),
                strict.post("/flows/alone/sample", content=BODY),
            ]
        return told[0].status_code == 429

    wait(meets_others)  # what others have sent may not have come yet
    assert told[0].headers["Retry-After"] == "1"
    assert "bytes" in told[0].json()["error"]
    assert told[1].status_code == 200
    wait(lambda: strict.post("/flows/alone/sample", content=large).content == told[1].content)
