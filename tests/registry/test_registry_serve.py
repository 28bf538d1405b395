"""A bundle in a registry is loaded, trained on and served, and an alias that moves is followed."""

from __future__ import annotations

import json
import signal
import threading

import httpx
import numpy as np
import pytest

import flowspec
from flowspec.registry import Registry
from flowspec.serve.sources import RegistrySource, Source, parse_source
from tests.serve.conftest import ALONE, close, compiled, serving, wait_for
from tests.serve.test_serve_process import process

Y = np.asarray([[0.5, 0.25]])
BODY = {"y": Y.tolist()}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Two trainings of one version: what each says of an event, and its bundle."""
    flow, first = compiled(ALONE, tmp_path_factory.mktemp("trained"), 3)
    one = flow.log_prob(Y)
    for variable in flow.variables.values():
        variable.assign(variable + 0.25)
    second = first.with_name("second.bundle")
    flow.save(second)
    return [(one, first), (flow.log_prob(Y), second)]


@pytest.fixture
def registry(trained, tmp_path, monkeypatch):
    monkeypatch.setenv("FLOWSPEC_REGISTRY", str(tmp_path / "registry"))
    registry = Registry(tmp_path / "registry")
    for _, folder in trained:
        registry.add(folder)
    registry.alias("alone@champion", "1")
    return registry


def log_prob(client, place="/flows/alone"):
    response = client.post(f"{place}/log_prob", json=BODY)
    assert response.status_code == 200, response.text
    return response.json()["log_prob"][0]


def labels(client):
    return client.get("/flows/alone").json()["labels"]


def is_near(value, expected):
    return abs(value - expected[0]) < 1e-9


def test_a_flow_is_loaded_from_a_registry(registry, trained, tmp_path, monkeypatch):
    close(flowspec.load("registry:alone@champion").log_prob(Y), trained[0][0])
    close(flowspec.load("registry:alone@0.1.0").log_prob(Y), trained[1][0])
    monkeypatch.delenv("FLOWSPEC_REGISTRY")
    close(flowspec.load("registry:alone@1", registry=registry.place).log_prob(Y), trained[0][0])


@pytest.mark.slow
def test_commands_ask_a_bundle_in_a_registry(registry, run, tmp_path):
    drawn = [
        run("sample", place, "--draws", 3, "--seed", 7)
        for place in ("registry:alone@1", registry.fetch(registry.find("alone@1")))
    ]
    assert drawn[0] == drawn[1]
    assert drawn[0][0] == 0
    before = registry.find("alone@1").bundle
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(json.dumps({"y": [0.1 * i, 0.2 * i]}) + "\n" for i in range(8)))
    out = tmp_path / "trained.bundle"
    code, _, err = run("fit", "registry:alone@1", rows, "-o", out, "--epochs", 1, "--quiet")
    assert (code, err) == (0, "")
    assert registry.add(out).revision.revision == 3
    assert registry.find("alone@1").bundle == before


def test_an_alias_that_moves_is_followed_and_no_request_is_dropped(registry, trained):
    with serving("registry:alone@champion", watch=0.05) as client:
        assert is_near(log_prob(client), trained[0][0])
        assert client.get("/flows/alone").json()["revision"] == 1
        assert labels(client) == {"champion": 1}
        seen, done = [], threading.Event()

        def keep_asking():
            with httpx.Client(base_url=client.base_url) as another:
                while not done.is_set():
                    seen.append(log_prob(another))

        threads = [threading.Thread(target=keep_asking) for _ in range(3)]
        for thread in threads:
            thread.start()
        registry.alias("alone@champion", "2")
        wait_for(lambda: seen and is_near(seen[-1], trained[1][0]))
        done.set()
        for thread in threads:
            thread.join()
        expected = [answer[0] for answer, _ in trained]
        assert all(min(abs(value - one) for one in expected) < 1e-9 for value in seen)
        assert labels(client) == {"champion": 2}
        assert is_near(log_prob(client, "/flows/alone/revisions/2"), trained[1][0])
        metrics = client.get("/metrics").text
        assert 'flowspec_ready{flow="alone",revision="2"} 1.0' in metrics
        assert 'flowspec_ready{flow="alone",revision="1"}' not in metrics


@pytest.mark.slow
def test_two_aliases_of_one_revision_are_loaded_once_and_may_part(registry, trained):
    registry.alias("alone@challenger", "1")
    with serving("registry:alone@champion", "registry:alone@challenger", watch=0.05) as client:
        assert len(client.service.shelf.served) == 1
        assert labels(client) == {"champion": 1, "challenger": 1}
        registry.alias("alone@challenger", "2")
        wait_for(lambda: labels(client) == {"champion": 1, "challenger": 2})
        assert len(client.service.shelf.served) == 2
        assert is_near(log_prob(client, "/flows/alone/revisions/1"), trained[0][0])
        registry.alias("alone@challenger", "1")
        wait_for(lambda: labels(client) == {"champion": 1, "challenger": 1})
        assert len(client.service.shelf.served) == 1


def test_a_damaged_revision_leaves_the_old_one_in_its_place(registry, trained, tmp_path):
    weights = registry.manifest(registry.find("alone@2")).files["weights"].sha256
    file = tmp_path / "registry" / "objects" / weights
    whole = file.read_bytes()
    file.write_bytes(b"x")
    with serving("registry:alone@champion", watch=0.05) as client:
        registry.alias("alone@champion", "2")
        wait_for(lambda: 'result="failed"} 1.0' in client.get("/metrics").text)
        assert is_near(log_prob(client), trained[0][0])
        assert labels(client) == {"champion": 1}
        file.write_bytes(whole)
        wait_for(lambda: is_near(log_prob(client), trained[1][0]))


@pytest.mark.slow
def test_a_number_before_a_reference_is_the_revision(registry, trained):
    with serving("7=registry:alone@champion", "registry:alone@2", watch=0.05) as client:
        assert sorted(client.service.shelf.flows["alone"]) == [2, 7]
        assert labels(client) == {"champion": 7}
        assert is_near(log_prob(client, "/flows/alone/revisions/7"), trained[0][0])
        registry.alias("alone@champion", "2")
        wait_for(lambda: is_near(log_prob(client, "/flows/alone/revisions/7"), trained[1][0]))


@pytest.mark.slow
def test_the_command_serves_a_registry_and_sighup_looks_into_it(registry, trained):
    with (
        process("registry:alone@champion", "--watch", "0") as (running, said),
        httpx.Client(base_url=said["http"]) as client,
    ):
        assert [(one["name"], one["revision"]) for one in said["flows"]] == [("alone", 1)]
        wait_for(lambda: client.get("/readyz").status_code == 200)
        assert is_near(log_prob(client), trained[0][0])
        registry.alias("alone@champion", "2")
        running.send_signal(signal.SIGHUP)
        wait_for(lambda: is_near(log_prob(client), trained[1][0]))


def test_sources_are_parsed_with_the_registry_of_the_environment(registry, monkeypatch, tmp_path):
    place = registry.place
    assert parse_source("registry:alone@champion") == RegistrySource(place, "alone@champion")
    assert parse_source("2=registry:alone") == RegistrySource(place, "alone@latest", 2)
    assert parse_source("2=registry") == Source(tmp_path.__class__("registry"), 2)
    for text in ("registry:", "registry:a b"):
        with pytest.raises(flowspec.FlowspecError, match="wrong-reference"):
            parse_source(text)
    monkeypatch.delenv("FLOWSPEC_REGISTRY")
    with pytest.raises(flowspec.FlowspecError, match="no-registry"):
        parse_source("registry:alone")
