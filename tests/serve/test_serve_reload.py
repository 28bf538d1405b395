"""A bundle that is saved anew is served anew, and no request notices."""

import shutil
import threading

import httpx
import numpy as np
import pytest

from tests.serve.conftest import close, compiled, serving, wait_for

BODY = {"y": [[0.5, 0.25]]}


@pytest.fixture
def bundle(alone, tmp_path):
    return shutil.copytree(alone[1], tmp_path / "alone.bundle")


def moved(alone, bundle):
    """The flow with other weights, saved into the bundle."""
    flow, _ = alone
    kept = {path: variable.numpy() for path, variable in flow.variables.items()}
    for variable in flow.variables.values():
        variable.assign(variable + 0.25)
    expected = flow.log_prob(np.asarray(BODY["y"]))
    flow.save(bundle)
    flow.assign(kept)
    return expected


def log_prob(client):
    response = client.post("/flows/alone/log_prob", json=BODY)
    assert response.status_code == 200, response.text
    return response.json()["log_prob"]


def test_a_bundle_that_is_saved_anew_is_served_anew(alone, bundle):
    with serving(bundle, watch=0.05) as client:
        close(log_prob(client), alone[0].log_prob(np.asarray(BODY["y"])))
        before = client.get("/flows/alone").json()["created"]
        expected = moved(alone, bundle)
        wait_for(lambda: abs(log_prob(client)[0] - expected[0]) < 1e-9)
        assert client.get("/flows/alone").json()["created"] >= before
        assert 'flowspec_reloads_total{flow="alone",result="loaded"} 1.0' in metrics(client)


def metrics(client):
    return client.get("/metrics").text


def test_no_request_is_dropped_while_a_bundle_is_loaded_anew(alone, bundle):
    with serving(bundle, watch=0.05) as client:
        old = log_prob(client)[0]
        seen, done = [], threading.Event()

        def keep_asking():
            with httpx.Client(base_url=client.base_url) as another:
                while not done.is_set():
                    seen.append(log_prob(another)[0])

        threads = [threading.Thread(target=keep_asking) for _ in range(3)]
        for thread in threads:
            thread.start()
        new = moved(alone, bundle)[0]
        wait_for(lambda: abs(seen[-1] - new) < 1e-9)
        done.set()
        for thread in threads:
            thread.join()
        close([min(abs(value - old), abs(value - new)) for value in seen], np.zeros(len(seen)))


def test_a_damaged_bundle_leaves_the_old_one_in_its_place(alone, bundle):
    with serving(bundle, watch=0.05) as client:
        old = log_prob(client)
        (bundle / "manifest.json").write_text("{}")
        wait_for(lambda: 'result="failed"} 1.0' in metrics(client))
        assert log_prob(client) == old
        expected = moved_over(alone, bundle)
        wait_for(lambda: abs(log_prob(client)[0] - expected[0]) < 1e-9)


def moved_over(alone, bundle):
    """The flow with other weights, saved where something else lies."""
    shutil.rmtree(bundle)
    return moved(alone, bundle)


def test_other_outputs_are_routes_once_they_are_loaded(bundle, tmp_path):
    spec = (
        "flowspec: 1\nname: alone\nevent: {name: y, shape: [1]}\n"
        "layers: [{kind: elementwise, transform: {kind: affine}}]\n"
        "outputs: {density: {inputs: [y], returns: [log_prob]}}\n"
    )
    with serving(bundle, watch=0.05) as client:
        _, other = compiled(spec, tmp_path, 0)
        assert other == bundle
        wait_for(lambda: client.post("/flows/alone/density", json={"y": [[0]]}).is_success)
        assert client.post("/flows/alone/sample", json={}).status_code == 404
        assert "/flows/alone/density" in client.get("/openapi.json").json()["paths"]


def test_another_flow_in_the_place_of_one_is_not_taken_for_its_revision(alone, bundle, tiny):
    with serving(bundle, tiny[1], watch=0.05) as client:
        shutil.rmtree(bundle)
        shutil.copytree(tiny[1], bundle)
        wait_for(lambda: 'result="failed"} 1.0' in metrics(client))
        assert log_prob(client)
