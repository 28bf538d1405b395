"""The JSON Schema of the language."""

from pathlib import Path

import jsonschema
import pytest
import yaml

from flowspec.spec import json_schema

SPECS = sorted(Path("specs").glob("*.yaml"))


@pytest.fixture(scope="module")
def validator():
    jsonschema.Draft202012Validator.check_schema(json_schema())
    return jsonschema.Draft202012Validator(json_schema())


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_spec_fits_the_schema(path, validator):
    # PyYAML reads 1e-3 as a text; the specs' own reader is tested elsewhere.
    data = yaml.safe_load(path.read_text().replace("1e-3", "0.001").replace("2e-3", "0.002"))
    assert list(validator.iter_errors(data)) == []


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_spec_names_the_schema_for_editors(path):
    first = path.read_text().splitlines()[0]
    assert first == ("# yaml-language-server: $schema=../flowspec/spec/flowspec.schema.json")


@pytest.mark.parametrize(
    "change",
    [{"nam": "x"}, {"name": "Tiny"}, {"layers": [{"kind": "copling"}]}, {"dtype": "float16"}],
)
def test_the_schema_refuses_what_the_validator_refuses(change, validator):
    spec = {
        "flowspec": 1,
        "name": "tiny",
        "event": {"shape": [2]},
        "layers": [{"kind": "elementwise", "transform": {"kind": "affine"}}],
    }
    assert list(validator.iter_errors(spec)) == []
    assert list(validator.iter_errors({**spec, **change})) != []


def test_every_option_is_described():
    def undescribed(name, definition):
        for key, option in definition.get("properties", {}).items():
            if key != "kind" and "description" not in option:
                yield f"{name}.{key}"

    schema = json_schema()
    missing = [
        place
        for name, definition in {"": schema, **schema["$defs"]}.items()
        for place in undescribed(name, definition)
    ]
    assert missing == []
