"""The OpenAPI document is exact: what it allows is answered, and answers are what it says."""

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode, checks
from schemathesis.core import NotSet
from schemathesis.specs.openapi.definitions import OPENAPI_31

from tests.serve.robust.waiting import PATIENCE

CHECKS = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]

TOGETHER = {"rows-differ", "too-many-rows", "unknown-label", "unknown-revision"}
"""Why a request may be refused that its schema allows: no schema compares the lengths of lists,
knows what rows times draws make, or which revisions belong to which flow."""


@pytest.fixture(scope="module")
def document(client):
    return client.get("/openapi.json").json()


@pytest.fixture(scope="module")
def operations(document):
    schema = schemathesis.openapi.from_dict(document)
    return [one.ok() for one in schema.get_all_operations()]


@pytest.fixture(scope="module")
def limited(operations):
    """The operations of which one can ask something that is not allowed."""
    return [one for one in operations if one.body or one.path_parameters]


def explore(operation, client, mode, examples, judge):
    """Send what the document allows, or what it does not, and judge what is answered."""

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def run(case):
        case.body = plain(case.body) if mode is GenerationMode.POSITIVE else case.body
        if is_short(case.headers.get("X-Request-Timeout", "")):
            del case.headers["X-Request-Timeout"]
        response = case.call(base_url=str(client.base_url), timeout=PATIENCE)
        judge(case, response)

    run()


def plain(value):
    """A value whose whole numbers are written as such: JSON Schema takes 1.0 for an integer."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if type(value) in (int, float) and float(value).is_integer() and abs(value) < 2**63 + 1000:
        return max(-(2**63), min(int(value), 2**63 - 1))  # schemathesis rounds the bounds
    return value


def is_short(seconds):
    """Whether a time to wait is right, but nobody answers in it."""
    try:
        return 0 < float(seconds) < PATIENCE
    except ValueError:
        return False


def is_answered(case, response):
    """What the document says of an answer holds; a typed route answers what its schema allows."""
    case.validate_response(response, checks=CHECKS)
    if response.status_code != 200 and not case.path.startswith(("/v1", "/v2")):
        slugs = {one["slug"] for one in response.json()["diagnostics"]}
        assert slugs <= TOGETHER, (case.as_curl_command(), response.text)


def is_refused(case, response):
    """What the document does not allow is refused; some changes make nothing of that sort."""
    case.validate_response(response, checks=CHECKS)
    if response.status_code == 200:
        assert allows(case), (case.as_curl_command(), response.text)


def allows(case):
    """Whether a request is one that the document allows after all."""
    told = case.operation.definition.raw.get("requestBody", {"content": {}})
    if not told["content"] or isinstance(case.body, NotSet):
        return not told.get("required", False)
    schema = told["content"][case.media_type].get("schema", {})
    return jsonschema.Draft202012Validator(schema).is_valid(case.body)


def each(operations, client, mode, examples, judge):
    for operation in operations:
        if "/revisions/1/" not in operation.path:  # as the latest
            explore(operation, client, mode, examples, judge)


def test_what_the_document_allows_is_answered(operations, client):
    each(operations, client, GenerationMode.POSITIVE, 5, is_answered)


def test_what_the_document_does_not_allow_is_refused(limited, client):
    each(limited, client, GenerationMode.NEGATIVE, 5, is_refused)


@pytest.mark.slow
def test_much_of_what_the_document_allows_is_answered(operations, client):
    each(operations, client, GenerationMode.POSITIVE, 40, is_answered)


@pytest.mark.slow
def test_much_of_what_the_document_does_not_allow_is_refused(limited, client):
    each(limited, client, GenerationMode.NEGATIVE, 40, is_refused)


def test_the_document_is_one_of_openapi_3_1(document, strict):
    for one in (document, strict.get("/openapi.json").json()):
        jsonschema.Draft202012Validator(OPENAPI_31).validate(one)
        for schema in schemas(one):
            jsonschema.Draft202012Validator.check_schema(schema)


def test_operations_have_names_of_their_own(document):
    names = [one["operationId"] for _, _, one in listed(document)]
    assert len(set(names)) == len(names)


def test_every_reference_leads_somewhere(document):
    for reference in {one["$ref"] for one in nodes(document) if "$ref" in one}:
        node = document
        for key in reference.removeprefix("#/").split("/"):
            node = node[key]


def test_examples_are_answered_as_the_document_says(document, client):
    for method, path, operation in listed(document):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        if "example" not in content:
            continue
        jsonschema.validate(content["example"], content["schema"])
        answer = client.request(method, path, json=content["example"])
        assert answer.status_code == 200, path
        said = operation["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema.validate(answer.json(), said)


def test_what_is_answered_without_the_token_is_told(strict):
    document = strict.get("/openapi.json").json()
    assert document["security"] == [{"token": []}]
    for method, path, operation in listed(document):
        names = {one["name"]: "x" for one in operation.get("parameters", []) if "name" in one}
        url = f"{strict.base_url}{path.format(**names)}"
        is_open = operation.get("security") == []
        assert ("401" in operation["responses"]) is not is_open
        answer = strict.request(method, url, headers={"Authorization": "Bearer wrong"})
        assert (answer.status_code == 401) is not is_open, path


def test_without_a_token_nobody_is_asked_for_one(document):
    assert "security" not in document
    assert all("401" not in one["responses"] for _, _, one in listed(document))


def listed(document):
    """Method, path and operation of everything in a document."""
    return [
        (method, path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
    ]


def nodes(node):
    """Every object in a tree."""
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    own = [node] if isinstance(node, dict) else []
    return [*own, *(one for child in inner for one in nodes(child))]


def schemas(document):
    """Every schema in a document."""
    return [one["schema"] for one in nodes(document) if isinstance(one.get("schema"), dict)]
