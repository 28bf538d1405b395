"""What goes wrong within a service is told as such, and ends nothing else."""

import json

import httpx
import pytest

from flowspec import bundle
from flowspec.serve import Application, parse_source
from flowspec.serve.service import Service
from tests.serve.conftest import listening, serving, wait_for


def test_a_computation_that_fails_is_an_internal_error_and_harms_no_other(alone, capfd):
    with serving(alone[1]) as client:
        endpoint = client.service.shelf.endpoint("alone", "sample")
        kept = endpoint._batched

        async def broken(arrays, rows):
            raise RuntimeError("a reason for the log alone")

        endpoint.open(broken)
        for path in ("/flows/alone/sample", "/v1/models/alone:predict"):
            body = {"signature_name": "sample", "inputs": {}} if "v1" in path else {}
            failed = client.post(path, json=body, headers={"x-request-id": "r7"})
            assert failed.status_code == 500
            assert failed.json()["diagnostics"][0]["slug"] == "internal-error"
            assert "r7" in failed.json()["error"]
            assert "reason" not in failed.text
        endpoint.open(kept)
        assert client.post("/flows/alone/sample", json={}).is_success
        assert client.post("/flows/alone/log_prob", json={"y": [[0, 0]]}).is_success


def test_a_service_that_is_about_to_end_takes_nothing_more(alone):
    with serving(alone[1]) as client:
        client.service.is_closing = True
        refused = client.post("/flows/alone/sample", json={})
        assert refused.status_code == 503
        assert refused.json()["diagnostics"][0]["slug"] == "shutting-down"
        assert client.get("/readyz").json()["status"] == "closing"
        assert client.get("/livez").is_success


@pytest.fixture
def damaged(alone, tmp_path):
    """A bundle whose SavedModel is none, though it is what was saved."""
    flow, folder = alone
    values = bundle.read_values(folder)
    files = {"saved_model.pb": b"no model"}
    bundle.write(tmp_path / "d.bundle", flow.plan, values.weights, saved_model=files)
    return tmp_path / "d.bundle"


def test_a_saved_model_that_cannot_be_loaded_is_told_and_never_ready(damaged):
    service = Service([parse_source(str(damaged))])
    with listening(Application(service)) as address, httpx.Client(base_url=address) as client:
        wait_for(lambda: service.failure is not None)
        assert service.failure.diagnostics[0].slug == "saved-model-damaged"
        assert client.get("/readyz").status_code == 503


def test_the_command_ends_where_a_saved_model_cannot_be_loaded(run, damaged):
    code, out, said = run("serve", damaged, "--port", 0, "--no-grpc", "--json")
    assert code == 1
    assert json.loads(out)["http"].startswith("http://127.0.0.1:")
    assert "error[saved-model-damaged]" in said


@pytest.mark.parametrize("path", ["", "/ready", "/infer", "/versions/9/infer", "/versions/x"])
def test_a_model_that_there_is_not_is_told(client, path):
    ask = client.post if path.endswith("infer") else client.get
    for name in ("alone.smaple", "alone", "nothing.sample"):
        found = ask(f"/v2/models/{name}{path}")
        assert found.status_code == 404
        slug = found.json()["diagnostics"][0]["slug"]
        assert slug in ("unknown-model", "unknown-revision")


def test_a_body_of_another_form_is_told(client):
    refused = client.post("/v2/models/alone.sample/infer", json={"inputs": 3})
    assert refused.status_code == 400
    assert refused.json()["diagnostics"][0]["slug"] == "malformed-request"


def test_what_v2_does_not_understand_is_told(client):
    outputs = [{"name": "y", "parameters": {"classification": 1}}]
    refused = client.post("/v2/models/alone.sample/infer", json={"outputs": outputs})
    assert refused.status_code == 400
    assert refused.json()["diagnostics"][0]["slug"] == "unsupported-parameter"
