"""The generated server runs without flowspec and answers as the flow does."""

import json
import re
import subprocess
import sys

import httpx
import numpy as np
import pytest

from flowspec.diagnostics import BundleError
from flowspec.generate import generate
from tests.generate.conftest import ROWS, SPEC, TOKEN, write_bundle
from tests.generate.hostile import COUPLING
from tests.generate.project import generated, python, serving

CLOSE = {"rtol": 1e-5, "atol": 1e-5}
LABELS = SPEC["context"]["mode"]["labels"]


@pytest.fixture(scope="module")
def client(server):
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=server, headers=headers, timeout=60) as client:
        yield client


@pytest.fixture
def ask(client, given):
    """Asks an output about the rows, with changes; a change to None leaves the input out."""

    def call(output, **more):
        body = {name: value.tolist() for name, value in given.items()} | more
        sent = {name: value for name, value in body.items() if value is not None}
        return client.post(f"/flows/tiny_policy/{output}", json=sent)

    return call


def arrays(response):
    assert response.status_code == 200, response.text
    return {name: np.array(value, float) for name, value in response.json().items()}


def slugs(response, status=422):
    assert response.status_code == status, response.text
    assert response.json()["error"]
    assert {one["severity"] for one in response.json()["diagnostics"]} == {"error"}
    return {one["slug"] for one in response.json()["diagnostics"]}


def test_it_is_alive_and_ready_without_a_token(server):
    assert httpx.get(f"{server}/livez").json() == {"status": "alive"}
    assert httpx.get(f"{server}/readyz").json() == {"status": "ready"}


def test_outputs_are_those_of_the_flow(ask, flow, given):
    actions = np.random.default_rng(3).uniform(-0.9, 0.9, (ROWS, 2)).astype("float32")
    latents = actions.astype("float64")
    asked = {
        "log_prob": {"action": actions},
        "forward": {"latent": latents},
        "close": {},
        "sample": {"seed": np.arange(ROWS) - 2},
        "three": {"seed": np.arange(ROWS) + 2**40},
    }
    for output, inputs in asked.items():
        found = arrays(ask(output, **{name: value.tolist() for name, value in inputs.items()}))
        wanted = flow.ask(output, **given, **inputs)
        assert found.keys() == wanted.keys()
        for name, value in wanted.items():
            np.testing.assert_allclose(found[name], value, **CLOSE)


def test_one_seed_draws_what_the_flow_draws(ask, flow, given):
    found = arrays(ask("sample", seed=7))["action"]
    np.testing.assert_allclose(found, flow.sample(seed=7, **given), **CLOSE)


def test_without_a_seed_every_request_draws_anew(ask):
    assert (arrays(ask("sample"))["action"] != arrays(ask("sample"))["action"]).all()


def test_draws_have_an_axis_of_their_own(ask):
    assert arrays(ask("sample", draws=4, seed=1))["action"].shape == (ROWS, 4, 2)
    several = arrays(ask("three", draws=4, seed=1))
    assert several["action"].shape == (ROWS, 4, 3, 2)
    assert several["log_prob"].shape == (ROWS, 4, 3)


def test_a_label_stands_for_its_index(ask, given):
    labels = [LABELS[index] for index in given["mode"]]
    for output in ("close", "sample"):
        by_label = arrays(ask(output, mode=labels, **({"seed": 1} if output == "sample" else {})))
        by_index = arrays(ask(output, **({"seed": 1} if output == "sample" else {})))
        np.testing.assert_array_equal(by_label["action"], by_index["action"])


def test_what_rounding_puts_on_a_bound_is_inside(ask):
    near = [[0.99999999999, 1.99999999999]] * ROWS
    assert np.isfinite(arrays(ask("log_prob", action=near))["log_prob"]).all()


@pytest.mark.parametrize(
    ("output", "change", "slug"),
    [
        ("sample", {"state": None}, "missing-input"),
        ("sample", {"stat": [[0, 0, 0]]}, "unknown-input"),
        ("sample", {"state": [[0, 0]] * ROWS}, "wrong-shape"),
        ("sample", {"state": 1}, "wrong-shape"),
        ("sample", {"state": []}, "no-rows"),
        ("sample", {"state": [[]] * ROWS}, "wrong-shape"),
        ("sample", {"state": [[0, 0, None]] * ROWS}, "missing-value"),
        ("sample", {"state": [[0, 0, 1e39]] * ROWS}, "number-too-large"),
        ("sample", {"draws": 0}, "wrong-count"),
        ("sample", {"draws": "1"}, "wrong-count"),
        ("sample", {"state": [[0, 0, 0]]}, "rows-differ"),
        ("sample", {"state": [[0, 0, "0"]] * ROWS}, "wrong-dtype"),
        ("sample", {"state": [[0, 0, True]] * ROWS}, "wrong-dtype"),
        ("sample", {"mode": ["Walk"] * ROWS}, "unknown-category"),
        ("sample", {"mode": [3] * ROWS}, "unknown-category"),
        ("sample", {"json": [-1] * ROWS}, "unknown-category"),
        ("sample", {"json": [1.5] * ROWS}, "wrong-dtype"),
        ("sample", {"seed": "x"}, "wrong-seed"),
        ("sample", {"seed": 2**63}, "wrong-seed"),
        ("sample", {"seed": [1]}, "rows-differ"),
        ("close", {"seed": 1}, "unknown-input"),
        ("log_prob", {"action": [[1.0, 0.0]] * ROWS}, "outside-support"),
        ("log_prob", {"action": [[0.0, 2.5]] * ROWS}, "outside-support"),
    ],
)
def test_what_does_not_fit_is_told(ask, output, change, slug):
    assert slugs(ask(output, **change)) == {slug}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999", "1e39"])
def test_a_number_that_is_not_finite_is_refused(client, number):
    body = f'{{"state": [[0, 0, {number}]], "mode": [0], "json": [0]}}'
    assert client.post("/flows/tiny_policy/close", content=body).status_code == 422


@pytest.mark.parametrize("body", ["", "{", "[" * 10_000, b"\xff", '{"seed": ' + "9" * 5000 + "}"])
def test_a_body_that_is_no_json_is_refused(client, body):
    response = client.post("/flows/tiny_policy/close", content=body)
    assert response.status_code in (400, 422)
    assert response.json()["error"]


def test_a_body_may_be_called_anything(client, given):
    body = json.dumps({name: value.tolist() for name, value in given.items()})
    for kind in ("application/x-www-form-urlencoded", "text/plain", ""):
        response = client.post(
            "/flows/tiny_policy/close", content=body, headers={"Content-Type": kind}
        )
        assert response.status_code == 200
    assert slugs(client.post("/flows/tiny_policy/close", content="[1]")) == {"not-an-object"}
    assert slugs(client.post("/flows/tiny_policy/close", content="{"), 400) == {"json-syntax"}


def test_too_many_rows_and_too_long_bodies_are_refused(ask, client):
    assert slugs(ask("sample", draws=201), 413) == {"too-many-rows"}
    assert slugs(ask("sample", state=[[0.125] * 3] * 30_000), 413) == {"too-large"}

    def unannounced():
        yield from [b" " * 10_000] * 20

    response = client.post("/flows/tiny_policy/sample", content=unannounced())
    assert response.status_code == 413


def test_who_has_no_token_is_sent_away(server):
    for headers in ({}, {"Authorization": "Bearer other"}, {"Authorization": b"Bearer \xff"}):
        response = httpx.post(f"{server}/flows/tiny_policy/sample", headers=headers)
        assert slugs(response, 401) == {"unauthorized"}
        assert response.headers["WWW-Authenticate"] == "Bearer"


def test_what_there_is_not_is_told(client):
    assert slugs(client.post("/flows/tiny_policy/smple"), 404) == {"unknown-output"}
    assert slugs(client.post("/flows/other/sample"), 404) == {"unknown-flow"}
    assert slugs(client.get("/nothing"), 404) == {"not-found"}
    assert slugs(client.get("/flows/tiny_policy/sample"), 405) == {"method-not-allowed"}


def test_requests_and_answers_are_typed(client):
    page = client.get("/openapi.json").json()
    assert page["info"]["version"] == "1.2.0"
    schemas = page["components"]["schemas"]
    assert set(schemas["SampleRequest"]["properties"]) == {"state", "mode", "json", "seed", "draws"}
    assert set(schemas["ThreeResponse"]["properties"]) == {"action", "log_prob"}
    assert set(page["paths"]) >= {f"/flows/tiny_policy/{output}" for output in SPEC["outputs"]}


def test_the_image_is_made_of_files_that_are_there(plain, tmp_path):
    project = generated("server", plain, tmp_path)
    text = (project / "Dockerfile").read_text(encoding="utf-8")
    copied = re.findall(r"^COPY (\S+) \S+$", text, re.MULTILINE)
    assert copied == ["requirements.txt", "tiny_policy_server", "saved_model"]
    assert all((project / path).exists() for path in copied)
    assert re.search(r'^CMD \["uvicorn", "tiny_policy_server\.app:app"', text, re.MULTILINE)
    assert re.search(r"^USER \d+$", text, re.MULTILINE)


def test_requirements_name_what_is_imported(plain, tmp_path):
    project = generated("server", plain, tmp_path)
    text = (project / "requirements.txt").read_text(encoding="utf-8")
    names = set(re.findall(r"^([a-z]+)>=", text, re.MULTILINE))
    assert names == {"fastapi", "numpy", "pydantic", "tensorflow", "uvicorn"}
    code = "\n".join(p.read_text(encoding="utf-8") for p in project.rglob("*.py"))
    assert "flowspec" not in re.sub(r"^#.*$", "", code, flags=re.MULTILINE).replace(
        "`flowspec serve`", ""
    )


def test_a_bundle_without_a_saved_model_is_refused(tmp_path):
    spec = {**SPEC, "context": {}, "outputs": {"sample": {"returns": ["action"]}}}
    folder = write_bundle(spec, tmp_path / "b", None)
    for target in ("server", "compose", "tfserving"):
        with pytest.raises(BundleError) as caught:
            generate(target, folder, tmp_path / target)
        assert caught.value.diagnostics[0].slug == "no-saved-model"
        assert not (tmp_path / target).exists()


PYTEST = """
import sys
import pytest

sys.exit(pytest.main(["-q", "-W", "error", "-p", "no:cacheprovider"]))
"""


def passes_its_own_tests(project):
    process = python(PYTEST, folder=project)
    printed = process.communicate()[0]
    assert process.returncode == 0, printed


@pytest.mark.slow
def test_its_own_tests_pass(bundle, tmp_path):
    project = generated("server", bundle, tmp_path)
    passes_its_own_tests(project)
    ruff = [sys.executable, "-m", "ruff", "check", "--select", "E,F,I,B,UP", "."]
    assert subprocess.run(ruff, cwd=project, check=False).returncode == 0


@pytest.mark.slow
def test_a_flow_without_context_in_float64_is_served(tmp_path):
    import flowspec

    outputs = {
        "sample": {"returns": ["y"]},
        "log_prob": {"inputs": ["y"], "returns": ["log_prob"]},
    }
    event = {"name": "y", "shape": [2], "support": {"kind": "positive"}}
    spec = {"flowspec": 1, "name": "alone", "dtype": "float64", "event": event}
    flow = flowspec.compile({**spec, "layers": [COUPLING, COUPLING], "outputs": outputs})
    flow.save(tmp_path / "alone.bundle")
    project = generated("server", tmp_path / "alone.bundle", tmp_path)
    passes_its_own_tests(project)
    with serving(project, "alone_server") as address:

        def sample(**options):
            return arrays(httpx.post(f"{address}/flows/alone/sample", json=options))["y"]

        assert sample().shape == (1, 2)
        assert sample(draws=9).shape == (1, 9, 2)
        drawn = sample(seed=[7, 8])
        np.testing.assert_array_equal(sample(seed=7), drawn[:1])
        np.testing.assert_allclose(drawn, flow.ask("sample", seed=np.array([7, 8]))["y"])
        density = httpx.post(f"{address}/flows/alone/log_prob", json={"y": drawn.tolist()})
        np.testing.assert_allclose(arrays(density)["log_prob"], flow.log_prob(drawn), rtol=1e-9)
