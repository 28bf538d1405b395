"""The typed routes answer what the flow answers."""

import numpy as np
import pytest

from tests.serve.conftest import close, inputs_of, serving

OUTPUTS = [
    "sample", "sample_and_log_prob", "draws", "forward", "inverse", "log_prob", "centre",
]  # fmt: skip


def ask(client, path, body):
    response = client.post(path, json=body)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize("output", OUTPUTS)
def test_every_output_answers_what_the_flow_answers(client, tiny, other, rows, output):
    for revision, (flow, _) in {1: tiny, 2: other}.items():
        body = inputs_of(flow, output, rows)
        found = ask(client, f"/flows/tiny/revisions/{revision}/{output}", body)
        expected = flow.ask(output, **{name: np.asarray(v) for name, v in body.items()})
        assert list(found) == list(expected)
        for name, value in expected.items():
            close(found[name], value)


def test_the_latest_revision_answers_where_none_is_named(client, other, rows):
    body = inputs_of(other[0], "log_prob", rows)
    found = ask(client, "/flows/tiny/log_prob", body)
    close(found["log_prob"], ask(client, "/flows/tiny/revisions/2/log_prob", body)["log_prob"])


def test_a_category_is_named_by_its_label(client, rows):
    body = {"x": rows["x"], "y": rows["y"], "colour": rows["colour"]}
    named = {**body, "colour": [["red", "green", "blue"][index] for index in rows["colour"]]}
    path = "/flows/tiny/log_prob"
    assert ask(client, path, named) == ask(client, path, body)


def test_a_lone_seed_draws_what_flow_sample_draws(client, other, alone, rows):
    context = {name: rows[name] for name in ("x", "colour")}
    found = ask(client, "/flows/tiny/sample", {**context, "seed": 7})["y"]
    arrays = {name: np.asarray(value) for name, value in context.items()}
    close(found, other[0].sample(seed=7, **arrays))
    found = ask(client, "/flows/alone/sample", {"seed": 7, "draws": 4})["y"]
    close(found, alone[0].sample(4, seed=7)[np.newaxis])


def test_rows_draw_the_same_alone_and_together(client, rows):
    context = {name: rows[name] for name in ("x", "colour")}
    body = {**context, "seed": [3, 1, 4, 1, 5], "draws": 2}
    together = ask(client, "/flows/tiny/sample_and_log_prob", body)
    assert np.shape(together["y"]) == (5, 2, 2)
    for at in range(5):
        row = {name: [body[name][at]] for name in ("x", "colour", "seed")}
        one = ask(client, "/flows/tiny/sample_and_log_prob", {**row, "draws": 2})
        close(one["y"][0], together["y"][at])
        close(one["log_prob"][0], together["log_prob"][at])


def test_draws_of_one_row_differ_and_begin_with_the_fewer(client, rows):
    body = {"x": rows["x"][:1], "colour": [0], "seed": [3]}
    five = ask(client, "/flows/tiny/sample", {**body, "draws": 5})["y"][0]
    assert len({tuple(draw) for draw in five}) == 5
    assert ask(client, "/flows/tiny/sample", {**body, "draws": 2})["y"][0] == five[:2]


def test_draws_of_an_output_that_draws_several_have_an_axis_of_their_own(client, rows):
    body = {"x": rows["x"], "colour": rows["colour"], "draws": 4}
    assert np.shape(ask(client, "/flows/tiny/draws", body)["y"]) == (5, 4, 3, 2)


def test_without_a_seed_draws_differ_from_request_to_request_and_after_a_restart(alone):
    seen = []
    for _ in range(2):
        with serving(alone[1]) as client:
            seen += [str(ask(client, "/flows/alone/sample", {})) for _ in range(2)]
    assert len(set(seen)) == 4


def test_a_flow_without_context_has_as_many_rows_as_seeds(client):
    assert np.shape(ask(client, "/flows/alone/sample", {})["y"]) == (1, 2)
    assert np.shape(ask(client, "/flows/alone/sample", {"seed": [1, 2, 3]})["y"]) == (3, 2)


def test_an_empty_body_asks_with_no_inputs(client):
    response = client.post("/flows/alone/sample")
    assert response.status_code == 200
    assert np.shape(response.json()["y"]) == (1, 2)


def test_more_rows_than_a_batch_are_answered(client, alone):
    y = np.random.default_rng(0).normal(size=(100, 2))
    found = ask(client, "/flows/alone/log_prob", {"y": y.tolist()})["log_prob"]
    close(found, alone[0].log_prob(y))


def test_a_number_that_is_not_finite_is_null(client):
    found = ask(client, "/flows/alone/log_prob", {"y": [[1e300, 0.0], [0.0, 0.0]]})["log_prob"]
    assert found[0] is None
    assert found[1] is not None


def test_a_float32_number_has_the_digits_of_one(client, rows):
    found = client.post("/flows/tiny/centre", json={"x": rows["x"][:1], "colour": [1]})
    assert len(found.text) < 45


def test_every_example_of_a_description_is_answered(client):
    for flow in client.get("/flows").json()["flows"]:
        assert flow["ready"]
        for output in flow["outputs"]:
            path = f"/flows/{flow['name']}/revisions/{flow['revision']}/{output['name']}"
            found = ask(client, path, output["example"])
            assert list(found) == [one["name"] for one in output["returns"]]


def test_an_example_is_taken_from_the_bundle(client, other, tiny):
    flow = client.get("/flows/tiny/revisions/1").json()
    example = next(o["example"] for o in flow["outputs"] if o["name"] == "log_prob")
    mean = tiny[0].variables["context.x.mean"].numpy()
    np.testing.assert_array_equal(np.float32(example["x"][0]), mean)
    assert example["colour"] == ["red"]
    assert -1 < example["y"][0][0] < 1


def test_a_description_tells_shapes_ranges_and_labels(client):
    flow = client.get("/flows/tiny").json()
    assert (flow["revision"], flow["revisions"], flow["labels"]) == (2, [1, 2], {"stable": 1})
    inputs = {
        one["name"]: one
        for output in flow["outputs"] if output["name"] == "log_prob"
        for one in output["inputs"]
    }  # fmt: skip
    assert inputs["y"]["low"] == [-1.0, 0.0]
    assert inputs["y"]["high"] == [1.0, 5.0]
    assert inputs["y"]["fields"] == ["a", "b"]
    assert inputs["colour"]["labels"] == ["red", "green", "blue"]
    assert [part["kind"] for part in flow["chain"]] == ["normal", "elementwise", "interval"]


@pytest.mark.parametrize(
    ("path", "slug", "nearest"),
    [
        ("/flows/tinny/sample", "unknown-flow", "tiny"),
        ("/flows/tiny/smaple", "unknown-output", "sample"),
        ("/flows/tiny/revisions/7/sample", "unknown-revision", None),
        ("/flows/tiny/revisions/one/sample", "unknown-label", None),
        ("/nothing/here", "unknown-path", None),
    ],
)
def test_what_is_not_there_is_told(client, path, slug, nearest):
    response = client.post(path, json={})
    found = response.json()
    assert response.status_code == 404
    assert isinstance(found["error"], str)
    assert found["diagnostics"][0]["slug"] == slug
    assert found["diagnostics"][0].get("nearest") == nearest


def test_another_method_is_refused(client):
    response = client.get("/flows/tiny/revisions/1/sample")
    assert response.status_code == 405
    assert response.json()["diagnostics"][0]["slug"] == "wrong-method"
