"""A spec survives YAML, a plan survives JSON, and every example of the catalogue is a case."""

from __future__ import annotations

import json

import pytest
import yaml

import flowspec
from flowspec.catalog import FAMILIES
from flowspec.plan import plan
from flowspec.records import Plan
from flowspec.spec import load_spec
from tests.laws.cases import CASES, SPECS, WRAPS, every_case, every_example, examples

every_spec = pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)


def test_every_family_is_wrapped_and_every_example_is_in_a_case():
    assert set(WRAPS) == set(FAMILIES)
    names = [case.name for case in CASES]
    assert len(set(names)) == len(names)
    for family, kind, index in every_example():
        assert any(name.startswith(f"{family}-{kind}-{index}") for name in names)


def test_every_kind_has_examples_and_flows_of_every_form_that_its_family_has():
    forms = {
        "bases": {"given-context"},
        "conditioners": {"", "given-context"},
        "supports": {"", "standardized-given-context"},
        "transforms": {"in-a-coupling", "in-a-coupling-given-context",
                       "elementwise", "elementwise-given-context"},
    }  # fmt: skip
    names = {case.name for case in CASES}
    for family, kind, index in every_example():
        for form in forms.get(family, ()):
            assert "-".join(filter(None, (family, kind, str(index), form))) in names
    for family in FAMILIES.values():
        assert all(examples(family.name, kind) for kind in family.kinds)
    assert {case.conditional for case in CASES if case.family == "specs"} == {True, False}


@every_case
def test_a_spec_survives_yaml(case, tmp_path):
    spec = load_spec(case.node)
    path = tmp_path / "spec.yaml"
    path.write_text(yaml.safe_dump(spec.as_node(), sort_keys=False), encoding="utf-8")
    again = flowspec.validate(path)
    assert again == spec
    assert again.as_node() == spec.as_node()
    assert plan(again) == plan(spec)


@every_spec
def test_a_file_with_every_default_filled_in_is_the_same_spec(path, tmp_path):
    spec, copy = load_spec(path), tmp_path / path.name
    copy.write_text(yaml.safe_dump(spec.as_node(), sort_keys=False), encoding="utf-8")
    assert load_spec(copy) == spec
    assert plan(load_spec(copy)) == plan(spec)


@every_case
def test_a_plan_survives_json(case):
    planned = plan(load_spec(case.node))
    assert Plan.model_validate_json(planned.model_dump_json()) == planned
    assert Plan.model_validate(json.loads(json.dumps(planned.model_dump(mode="json")))) == planned
    assert load_spec(planned.spec) == load_spec(case.node)


@every_case
def test_paths_of_the_plan_are_distinct_and_below_their_layer(case):
    planned = plan(load_spec(case.node))
    paths = [variable.path for variable in planned.variables]
    assert len(set(paths)) == len(paths)
    for part in planned.parts:
        assert all(variable.path.startswith(f"{part.path}.") for variable in part.variables)
