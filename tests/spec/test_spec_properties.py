"""Laws of everything before building, for whatever Hypothesis makes of the language."""

import json

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from flowspec.diagnostics import FlowspecError, as_data, render_all
from flowspec.diagnostics.paint import ansi
from flowspec.diagnostics.rules import RULES
from flowspec.diagnostics.sarif import sarif
from flowspec.plan import check, render
from flowspec.records import Plan
from flowspec.source import read_text
from flowspec.spec import json_schema, load_bytes, load_spec
from flowspec.spec.load import validate
from tests.diagnostics.test_diagnostics_sarif import assert_is_sarif
from tests.strategies.specs import mutated, specs


@pytest.fixture(scope="module")
def validator():
    return jsonschema.Draft202012Validator(json_schema())


def told(function, *arguments):
    """What is told of a spec, which renders in every form; None where it is valid."""
    try:
        found = function(*arguments)
    except FlowspecError as error:
        found = error.diagnostics
    assert {one.slug for one in found} <= RULES.keys()
    assert render_all(found, ansi).count("\x1b[0m") >= len(found)
    assert json.loads(json.dumps(as_data(found))) == as_data(found)
    assert_is_sarif(sarif({"a.yaml": found}, "1.2.3"))
    return found


@given(specs())
def test_a_spec_made_by_the_rules_is_valid_and_planned(node):
    plan, warnings = check(load_spec(node))
    assert all(warning.severity == "warning" for warning in warnings)
    assert Plan.model_validate_json(plan.model_dump_json()) == plan
    assert render(plan).startswith(f"{node['name']} ")


@given(specs())
def test_a_valid_spec_fits_the_schema(validator, node):
    assert list(validator.iter_errors(node)) == []
    assert list(validator.iter_errors(load_spec(node).as_node())) == []


@given(specs())
def test_from_spec_to_yaml_to_spec_is_the_identity(node):
    spec = load_spec(node)
    again = load_spec(spec.as_node())
    assert again == spec
    text = json.dumps(spec.as_node(), ensure_ascii=False)
    assert validate(read_text(text, "a.yaml")) == spec
    # PyYAML writes YAML 1.1, in which 1_0 and 0o7 are no texts, and escapes what it need not.
    plain = {**spec.as_node(), "description": "some words"}
    assert validate(read_text(yaml.safe_dump(plain, sort_keys=False), "a.yaml")) == load_spec(plain)


@given(specs())
def test_the_plan_follows_from_the_spec_alone(node):
    assert check(load_spec(node)) == check(load_spec(load_spec(node).as_node()))


@given(specs())
def test_every_variable_has_a_path_of_its_own(node):
    paths = [variable.path for variable in check(load_spec(node))[0].variables]
    assert len(set(paths)) == len(paths)


@given(mutated())
def test_a_changed_spec_is_valid_or_told(node):
    told(lambda: check(load_spec(node))[1])


@given(mutated())
def test_what_the_schema_refuses_the_validator_refuses(validator, node):
    try:
        spec = load_spec(node)
    except FlowspecError:
        return
    assert list(validator.iter_errors(spec.as_node())) == []


@given(specs(), st.data())
def test_a_damaged_text_is_valid_or_told(node, data):
    text = bytearray(json.dumps(node, indent=1).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text) - 1))
        length = data.draw(st.integers(0, 20))
        text[at : at + length] = data.draw(st.binary(max_size=6))
    told(lambda: check(load_bytes(bytes(text), "a.yaml"))[1])


@given(specs(), st.lists(st.text("abeiklnostuvy.0123=[]{}:-, ", max_size=20), max_size=3))
def test_any_override_is_valid_or_told(node, overrides):
    told(lambda: check(load_spec(node, overrides))[1])
