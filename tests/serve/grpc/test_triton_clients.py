"""The public client `tritonclient`, as it is, asks both faces of Open Inference Protocol."""

import json
import urllib.request

import numpy as np
import pytest

from flowspec import __version__
from flowspec.seeds import derived_seeds, row_seeds
from tests.serve.grpc.asked import MODELS, arrays_of, ask, tensors_of

FACES = ["http", "grpc", "http.aio", "grpc.aio"]
SYNC = ["http", "grpc"]


def as_json(face):
    return {"as_json": True} if face.startswith("grpc") else {}


def close(flow, name):
    tolerance = 1e-6 if flow.plan.dtype == "float32" else 1e-12
    return {"rtol": tolerance, "atol": tolerance, "err_msg": name}


@pytest.mark.parametrize("face", FACES)
def test_the_server_lives_and_is_ready(triton, face):
    assert triton(face, "is_server_live") == {"result": True}
    assert triton(face, "is_server_ready") == {"result": True}


@pytest.mark.parametrize("face", FACES)
def test_every_output_is_a_model_that_is_ready(triton, face):
    for model in MODELS:
        assert triton(face, "is_model_ready", model_name=model) == {"result": True}
        found = triton(face, "is_model_ready", model_name=model, model_version="1")
        assert found == {"result": True}


@pytest.mark.parametrize("face", SYNC)
def test_the_metadata_name_the_server(triton, face):
    found = triton(face, "get_server_metadata", **as_json(face))["result"]
    assert (found["name"], found["version"]) == ("flowspec", __version__)


@pytest.mark.parametrize("face", FACES)
def test_the_metadata_of_a_model_are_those_of_its_plan(flows, triton, face):
    datatypes = {"float32": "FP32", "float64": "FP64", "int32": "INT32", "int64": "INT64"}
    for model, (name, output) in MODELS.items():
        found = triton(face, "get_model_metadata", model_name=model, **as_json(face))["result"]
        assert (found["name"], found["versions"]) == (model, ["1"])
        record = next(one for one in flows[name].plan.outputs if one.name == output)
        for key, records in (("inputs", record.inputs), ("outputs", record.returns)):
            assert [
                (one["name"], one["datatype"], [int(size) for size in one["shape"]])
                for one in found[key]
            ] == [
                (
                    one.name,
                    datatypes[one.dtype],
                    [s if isinstance(s, int) else -1 for s in one.shape],
                )
                for one in records
            ]


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("binary", [True, False])
def test_every_output_answers_what_the_flow_answers(flows, triton, face, binary):
    for model, (name, output) in MODELS.items():
        arrays = arrays_of(flows[name], output)
        expected = flows[name].ask(output, **arrays)
        found = ask(triton, face, model, tensors_of(flows[name], output, arrays), binary=binary)
        assert found["model"] == [model, "1"]
        assert list(found["arrays"]) == list(expected)
        for quantity, values in expected.items():
            got = np.array(found["arrays"][quantity])
            np.testing.assert_allclose(got, values, **close(flows[name], f"{model} {quantity}"))
            assert got.shape == values.shape


def test_binary_and_json_outputs_hold_the_same_numbers(flows, triton):
    model = "tiny.sample_and_log_prob"
    tensors = tensors_of(flows["tiny"], "sample_and_log_prob")
    answers = [
        ask(triton, "http", model, tensors, outputs=[["y", y], ["log_prob", log_prob]])
        for y in (True, False)
        for log_prob in (True, False)
    ]
    assert [one["as_json"] for one in answers] == [[], ["log_prob"], ["y"], ["y", "log_prob"]]
    assert all(one["arrays"] == answers[0]["arrays"] for one in answers)


@pytest.mark.parametrize("face", FACES)
def test_only_the_outputs_that_are_named_are_answered_in_that_order(flows, triton, face):
    model, tensors = "tiny.draws", tensors_of(flows["tiny"], "draws")
    one = ask(triton, face, model, tensors, outputs=[["log_prob"]])
    assert list(one["arrays"]) == ["log_prob"]
    two = ask(triton, face, model, tensors, outputs=[["log_prob"], ["y"]])
    assert list(two["arrays"]) == ["log_prob", "y"]
    assert two["arrays"] == ask(triton, face, model, tensors)["arrays"]


@pytest.mark.parametrize("face", FACES)
def test_a_request_keeps_its_name(flows, triton, face):
    tensors = tensors_of(flows["tiny"], "centre")
    assert ask(triton, face, "tiny.centre", tensors, request_id="seven")["id"] == "seven"
    assert ask(triton, face, "tiny.centre", tensors)["id"] == ""


@pytest.mark.parametrize("face", FACES)
def test_a_lone_seed_gives_the_rows_seeds_as_the_flow_does(flows, triton, face):
    flow = flows["tiny"]
    arrays = arrays_of(flow, "sample_and_log_prob", without=("seed",))
    tensors = tensors_of(flow, "sample_and_log_prob", arrays)
    found = ask(triton, face, "tiny.sample_and_log_prob", tensors, parameters={"seed": 7})
    expected = flow.sample(**arrays, seed=7)
    np.testing.assert_allclose(found["arrays"]["y"], expected, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("face", FACES)
def test_draws_stand_on_an_axis_of_their_own(flows, triton, face):
    flow = flows["tiny"]
    arrays = arrays_of(flow, "sample_and_log_prob", without=("seed",))
    tensors = tensors_of(flow, "sample_and_log_prob", arrays)
    parameters = {"seed": 7, "draws": 4}
    found = ask(triton, face, "tiny.sample_and_log_prob", tensors, parameters=parameters)
    repeated = {name: np.repeat(array, 4, axis=0) for name, array in arrays.items()}
    seeds = derived_seeds(row_seeds(7, 5), 4).reshape(-1)
    expected = flow.ask("sample_and_log_prob", **repeated, seed=seeds)
    for name, shape in (("y", (5, 4, 2)), ("log_prob", (5, 4))):
        rows = expected[name].reshape(shape)
        np.testing.assert_allclose(found["arrays"][name], rows, rtol=1e-6, atol=1e-6)


def test_the_same_seed_gives_the_same_draws_over_http_and_grpc(flows, triton):
    found = [
        ask(triton, face, "alone.sample_and_log_prob", [], parameters={"seed": 7, "draws": 5})
        for face in FACES
    ]
    assert np.shape(found[0]["arrays"]["y"]) == (1, 5, 2)
    assert all(one["arrays"] == found[0]["arrays"] for one in found)


def test_without_a_seed_draws_differ_from_request_to_request(flows, triton):
    tensors = tensors_of(
        flows["tiny"], "draws", arrays_of(flows["tiny"], "draws", without=("seed",))
    )
    found = [ask(triton, face, "tiny.draws", tensors)["arrays"]["y"] for face in SYNC * 2]
    assert len({json.dumps(one) for one in found}) == 4


@pytest.mark.parametrize("algorithm", ["gzip", "deflate"])
def test_requests_may_be_compressed_and_answers_asked_compressed(flows, triton, algorithm):
    tensors = tensors_of(flows["tiny"], "inverse")
    plain = ask(triton, "http", "tiny.inverse", tensors)["arrays"]
    compressed = {"request_compression_algorithm": algorithm}
    for options in (compressed, {**compressed, "response_compression_algorithm": algorithm}):
        assert ask(triton, "http", "tiny.inverse", tensors, **options)["arrays"] == plain
        as_json = ask(triton, "http", "tiny.inverse", tensors, binary=False, **options)
        assert as_json["arrays"] == plain
    found = ask(triton, "grpc", "tiny.inverse", tensors, compression_algorithm=algorithm)
    assert found["arrays"] == plain


@pytest.mark.parametrize("face", FACES)
def test_a_wrong_shape_is_told_in_our_words(triton, face):
    tensors = [["x", "FP32", [[1.0, 2.0]]], ["task", "INT32", [1]]]
    found = triton(face, "infer", model="tiny.centre", inputs=tensors)
    assert found["fault"] == "the input `x` has the wrong shape (expected (B, 3), got (1, 2))"
    assert found["status"] == ("400" if "http" in face else "StatusCode.INVALID_ARGUMENT")


@pytest.mark.parametrize("face", FACES)
def test_an_unknown_model_is_told_with_the_nearest_one(triton, face):
    for options in ({"model": "tiny.center"}, {"model": "tiny.centre", "model_version": "7"}):
        found = triton(face, "infer", inputs=[["x", "FP32", [[1.0, 2.0, 3.0]]]], **options)
        told = "did you mean `tiny.centre`?" if len(options) == 1 else "there is no revision `7`"
        assert told in found["fault"]
        assert found["status"] == ("404" if "http" in face else "StatusCode.NOT_FOUND")


@pytest.mark.parametrize("face", SYNC)
def test_a_fault_names_its_input(triton, face):
    for tensor, told in (
        (["x", "FP64", [[1.0, 2.0, 3.0]]], "`x` has the wrong datatype (expected FP32, got FP64)"),
        (["x", "FP32", [[1.0, float("nan"), 3.0]]], "row 0 of `x.1` is not finite"),
        (["z", "FP32", [[1.0]]], "there is no input named `z`"),
    ):
        for binary in (True, False):
            inputs = [tensor, ["task", "INT32", [1]]]
            found = triton(face, "infer", model="tiny.centre", inputs=inputs, binary=binary)
            assert told in found["fault"]


@pytest.mark.parametrize("face", SYNC)
def test_what_is_not_understood_of_an_output_is_refused(flows, triton, face):
    tensors = tensors_of(flows["tiny"], "centre")
    asked = {"model": "tiny.centre", "inputs": tensors, "outputs": [["y", True, 2]]}
    found = triton(face, "infer", **asked)
    assert found["fault"].startswith("`y` cannot be answered with `classification`")


def test_an_answer_in_json_is_what_the_protocol_says(service):
    body = {
        "id": "one",
        "inputs": [
            {"name": "x", "datatype": "FP32", "shape": [1, 3], "data": [[1, 2, 3]]},
            {"name": "task", "datatype": "INT32", "shape": [1], "data": [1]},
        ],
    }
    address = f"http://{service.http}/v2/models/tiny.centre/infer"
    with urllib.request.urlopen(address, json.dumps(body).encode()) as answer:
        found = json.load(answer)
    assert list(found) == ["model_name", "model_version", "id", "outputs"]
    (output,) = found["outputs"]
    assert (output["name"], output["datatype"], output["shape"]) == ("y", "FP32", [1, 2])
    assert len(output["data"]) == 2
