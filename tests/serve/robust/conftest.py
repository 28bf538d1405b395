"""Two tiny bundles, and servers that answer from them, shared by the whole folder."""

import functools

import pytest

from tests.serve.robust.serving import saved, served_apart, served_here

SMALL = {"max_rows": 100, "max_body": 4_000_000, "max_bodies": 5_000_000}


@pytest.fixture(scope="session")
def flows(tmp_path_factory):
    """Each flow by name, and the bundle that it was saved as."""
    return saved(tmp_path_factory.mktemp("robust"))


@pytest.fixture(scope="session")
def start(flows):
    """Serves the bundles in a thread of this process, as long as a context lasts."""
    return functools.partial(served_here, flows)


@pytest.fixture(scope="session")
def client(start):
    """Asks a server that has no token."""
    with start() as client:
        yield client


@pytest.fixture(scope="session")
def strict(start):
    """Asks a server with a token, that takes little and waits for nobody."""
    with start(patience=0.5, token="secret", deadline=2.0, **SMALL) as client:
        client.headers["Authorization"] = "Bearer secret"
        yield client


@pytest.fixture(scope="session")
def ask(client):
    """The answer to a request that a protocol made."""
    return lambda asked: client.post(asked.path, content=asked.body, headers=asked.headers)


@pytest.fixture(scope="session")
def process(flows):
    """`flowspec serve` in a process of its own: the process, and a client."""
    with served_apart(flows) as both:
        yield both
