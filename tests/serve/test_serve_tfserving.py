"""TensorFlow Serving's REST interface: rows and columns, revisions and labels."""

import numpy as np
import pytest

from tests.serve.conftest import close, inputs_of


def predict(client, place, body):
    response = client.post(f"/v1/models/{place}:predict", json=body)
    assert response.status_code == 200, response.text
    return response.json()


def test_columns_are_answered_by_name(client, other, rows):
    inputs = inputs_of(other[0], "inverse", rows)
    found = predict(client, "tiny", {"signature_name": "inverse", "inputs": inputs})["outputs"]
    expected = other[0].ask("inverse", **{name: np.asarray(v) for name, v in inputs.items()})
    close(found["latent"], expected["latent"])
    close(found["ldj"], expected["ldj"])


def test_rows_are_answered_row_by_row(client, other, rows):
    inputs = inputs_of(other[0], "inverse", rows)
    instances = [
        dict(zip(inputs, values, strict=True)) for values in zip(*inputs.values(), strict=True)
    ]
    body = {"signature_name": "inverse", "instances": instances}
    found = predict(client, "tiny", body)["predictions"]
    expected = other[0].ask("inverse", **{name: np.asarray(v) for name, v in inputs.items()})
    close([row["latent"] for row in found], expected["latent"])
    close([row["ldj"] for row in found], expected["ldj"])


def test_one_input_and_one_quantity_need_no_names(client, alone):
    y = [[0.1, 0.2], [0.3, 0.4]]
    expected = alone[0].log_prob(np.asarray(y))
    body = {"signature_name": "log_prob"}
    close(predict(client, "alone", {**body, "instances": y})["predictions"], expected)
    close(predict(client, "alone", {**body, "inputs": y})["outputs"], expected)


def test_instances_without_names_draw_a_row_each(client):
    body = {"signature_name": "sample", "instances": [{}, {}, {}]}
    found = predict(client, "alone", body)["predictions"]
    assert np.shape(found) == (3, 2)
    assert len({tuple(row) for row in found}) == 3


def test_a_revision_is_named_by_its_number_or_its_label(client, tiny, rows):
    inputs = inputs_of(tiny[0], "log_prob", rows)
    body = {"signature_name": "log_prob", "inputs": inputs}
    expected = tiny[0].log_prob(
        np.asarray(inputs["y"]), x=np.asarray(inputs["x"]), colour=np.asarray(inputs["colour"])
    )
    for place in ("tiny/versions/1", "tiny/labels/stable"):
        close(predict(client, place, body)["outputs"], expected)


def test_status_lists_every_revision_or_the_one_that_is_named(client):
    every = client.get("/v1/models/tiny").json()["model_version_status"]
    assert [(one["version"], one["state"]) for one in every] == [
        ("1", "AVAILABLE"),
        ("2", "AVAILABLE"),
    ]
    for place in ("tiny/versions/1", "tiny/labels/stable"):
        found = client.get(f"/v1/models/{place}").json()["model_version_status"]
        assert [one["version"] for one in found] == ["1"]


def test_metadata_tells_every_signature(client):
    found = client.get("/v1/models/tiny/metadata").json()
    assert found["model_spec"] == {"name": "tiny", "signature_name": "", "version": "2"}
    signatures = found["metadata"]["signature_def"]["signature_def"]
    x = signatures["sample"]["inputs"]["x"]
    assert x["dtype"] == "DT_FLOAT"
    assert [axis["size"] for axis in x["tensor_shape"]["dim"]] == ["-1", "3"]
    assert signatures["sample"]["inputs"]["seed"]["dtype"] == "DT_INT64"


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"inputs": {}}, "signature_name"),
        ({"signature_name": "sample"}, "instances"),
        ({"signature_name": "sample", "inputs": {}, "instances": []}, "instances"),
        ({"signature_name": 3, "inputs": {}}, "signature_name"),
        ({"signature_name": "sample", "inputs": [[1]]}, "inputs"),
        ({"signature_name": "sample", "instances": 3}, "instances"),
        ({"signature_name": "sample", "instances": []}, "instances"),
        ({"signature_name": "sample", "instances": [{"seed": 1}, {}]}, "instances"),
        ({"signature_name": "sample", "instances": [{"seed": 1}, 3]}, "instances"),
        ({"signature_name": "sample", "instances": [[1.0]]}, "instances"),
        ({"signature_name": "sample", "inputs": {}, "outputs": []}, "outputs"),
        ({"signature_name": "sample", "inputs": {"draws": 2}}, "draws"),
    ],
    ids=str,
)
def test_a_body_of_another_form_is_refused(client, body, named):
    response = client.post("/v1/models/tiny:predict", json=body)
    assert response.status_code == 400, response.text
    assert response.json()["diagnostics"][0]["path"] == named


@pytest.mark.parametrize(
    "place", ["nothing", "tiny/versions/9", "tiny/versions/x", "tiny/labels/canary"]
)
def test_what_is_not_there_is_told(client, place):
    response = client.post(f"/v1/models/{place}:predict", json={})
    assert response.status_code == 404
    assert isinstance(response.json()["error"], str)
