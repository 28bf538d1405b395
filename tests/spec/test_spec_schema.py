"""The JSON Schema of the language, held against an independent validator and against our own."""

from pathlib import Path

import jsonschema
import pytest

from flowspec.diagnostics import SpecError
from flowspec.diagnostics.rules import GROUPS, form, reading
from flowspec.source import read_file, resolve
from flowspec.spec import json_schema, load_spec
from flowspec.spec.load import validate
from tests.cases.test_cases_invalid import CASES, overrides

ROOT = Path(__file__).parents[2]
SPECS = sorted((ROOT / "specs").rglob("*.yaml"))
FORM = {rule.slug for rule in form.RULES}
UNREAD = {rule.slug for rule in (*reading.RULES, *GROUPS["Deriving one spec from another"])}

UNSEEN = {
    "bins-too-wide",
    "conflicting-keys",
    "conflicting-keys-of-optimizer",
    "missing-key-of-category",
    "repeated-name",
    "repeated-name-in-returns",
    "repeated-name-of-layers",
    "wrong-length",
    "wrong-length-among-others",
    "wrong-length-in-an-override",
    "wrong-length-of-bounds",
}
"""Cases whose fault no schema of single values can see: it lies between two keys."""


@pytest.fixture(scope="module")
def validator():
    jsonschema.Draft202012Validator.check_schema(json_schema())
    return jsonschema.Draft202012Validator(json_schema())


def faults(validator, data):
    return [error.message for error in validator.iter_errors(data)]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_spec_fits_the_schema(path, validator):
    assert faults(validator, read_file(path).plain()) == []


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_spec_with_every_default_fits_the_schema(path, validator):
    assert faults(validator, load_spec(path).as_node()) == []


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_spec_names_the_schema_for_editors(path):
    first = path.read_text(encoding="utf-8").splitlines()[0]
    name = first.removeprefix("# yaml-language-server: $schema=")
    assert name != first
    assert (path.parent / name).resolve() == ROOT / "flowspec/spec/flowspec.schema.json"


def classified():
    """Every case that can be read, with what is wrong with it according to the validator."""
    for case in CASES:
        try:
            node = resolve(case, overrides(case))
        except SpecError:
            continue
        try:
            validate(node)
            yield case.stem, node.plain(), set()
        except SpecError as error:
            yield case.stem, node.plain(), {problem.slug for problem in error.diagnostics}


READ = {name: (data, slugs) for name, data, slugs in classified()}


def test_cases_of_all_sorts_can_be_read():
    assert len([name for name, (_, slugs) in READ.items() if slugs]) > 20
    assert len([name for name, (_, slugs) in READ.items() if not slugs]) > 20
    assert READ.keys() > UNSEEN


@pytest.mark.parametrize("name", sorted(READ))
def test_the_schema_refuses_what_is_wrong_in_form_and_nothing_else(name, validator):
    data, slugs = READ[name]
    assert slugs <= FORM | UNREAD
    assert bool(faults(validator, data)) == (bool(slugs) and name not in UNSEEN)


@pytest.mark.parametrize(
    "change",
    [
        {"nam": "x"},
        {"name": "Tiny"},
        {"name": "lambda"},
        {"layers": [{"kind": "copling"}]},
        {"dtype": "float16"},
        {"version": "1.0"},
        {"context": {"State": {"kind": "vector", "size": 1}}},
        {"outputs": {"None": {"returns": ["event"]}}},
        {"outputs": {}},
        {"event": {"shape": [2], "fields": ["a", "a"]}},
        {"context": {"c": {"kind": "category", "labels": ["a", "a"]}}},
        {"context": {"c": {"kind": "vector", "size": 1, "encoder": {"kind": "one_hot"}}}},
        {"training": {"loss": {}}},
        {"training": {"optimizer": {}}},
        {"seed": 2**63},
        {"seed": True},
        {"event": {"shape": [1.5]}},
    ],
)
def test_the_schema_refuses_what_the_validator_refuses(change, validator):
    spec = {
        "flowspec": 1,
        "name": "tiny",
        "event": {"shape": [2]},
        "layers": [{"kind": "elementwise", "transform": {"kind": "affine"}}],
    }
    assert faults(validator, spec) == []
    assert faults(validator, {**spec, **change}) != []
    with pytest.raises(SpecError):
        load_spec({**spec, **change})


def test_every_option_is_described_and_has_its_default():
    whole = json_schema()
    for name, node in {"": whole["else"], **whole["$defs"]}.items():
        for key, option in node["properties"].items():
            place = f"{name}.{key}"
            assert option.get("description"), place
            assert ("default" in option) != (key in node.get("required", ())), place
