"""Whatever a user can write or call is documented."""

import ast
import json

import pytest

import flowspec
from flowspec.catalog import FAMILIES
from flowspec.cli.main import COMMANDS, cli
from flowspec.spec import json_schema
from tests.docs.markdown import ROOT, section, table_rows

LANGUAGE = ROOT / "docs" / "language.md"
KINDS = ROOT / "docs" / "kinds.md"
CLI = ROOT / "docs" / "cli.md"
PYTHON = ROOT / "docs" / "python.md"

NODES = {
    "Event": "Event",
    "Output": "Outputs",
    "Repeat": "repeat",
    "Training": "Training",
    "EarlyStopping": "Training",
}
"""The nodes without variants, each with the section that documents it."""

ALL_KINDS = [(family, name) for family in FAMILIES.values() for name in family.kinds]


def assert_documented(schema, rows):
    for key, option in schema["properties"].items():
        assert key in rows
        default = option.get("default")
        if default not in (None, ""):
            written = default.get("kind") if isinstance(default, dict) else default
            text = written if isinstance(written, str) else json.dumps(written)
            assert written is None or text in rows[key], rows[key]


def test_every_key_of_a_spec_is_in_the_table_of_the_top_level():
    rows = table_rows(section(LANGUAGE, "Top level"))
    assert_documented(json_schema()["else"], rows)
    assert json_schema()["then"]["properties"].keys() <= rows.keys()


@pytest.mark.parametrize("node", NODES)
def test_every_key_of_a_node_without_variants_is_in_its_section(node):
    assert_documented(json_schema()["$defs"][node], table_rows(section(LANGUAGE, NODES[node])))


def test_every_node_of_the_schema_is_a_kind_or_has_a_section():
    definitions = json_schema()["$defs"]
    assert NODES.keys() == {
        name for name, d in definitions.items() if "kind" not in d["properties"]
    }


@pytest.mark.parametrize(("family", "name"), ALL_KINDS, ids=lambda x: getattr(x, "name", x))
def test_every_option_of_a_kind_is_in_its_section(family, name):
    options = family.kinds[name].model_fields.keys() - {"kind"}
    assert options == table_rows(section(KINDS, f"{family.base.__name__} `{name}`")).keys()


@pytest.mark.parametrize("role", ["loss", "optimizer"])
def test_every_option_of_training_is_in_its_section(role):
    definitions = json_schema()["$defs"]
    for name, ref in definitions["Training"]["properties"][role]["discriminator"][
        "mapping"
    ].items():
        options = definitions[ref.rpartition("/")[2]]["properties"].keys() - {"kind"}
        assert options == table_rows(section(KINDS, f"{role.capitalize()} `{name}`")).keys()


def test_every_command_is_in_the_table_of_commands():
    text = CLI.read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"| [`{name}`](#flowspec-{name}) |" not in text] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_of_a_command_is_in_its_section(command):
    text = section(CLI, f"flowspec {command}")
    known = cli.get_command(None, command)
    options = [max(p.opts, key=len) for p in known.params if p.param_type_name == "option"]
    assert [option for option in options if f"`{option}" not in text] == []


def test_every_public_name_is_documented():
    text = PYTHON.read_text(encoding="utf-8")
    assert [name for name in flowspec.__all__ if f"`flowspec.{name}" not in text] == []


def test_every_public_name_of_a_flow_is_documented():
    tree = ast.parse((ROOT / "flowspec" / "flow.py").read_text(encoding="utf-8"))
    flow = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == "Flow")
    names = {node.name for node in ast.walk(flow) if isinstance(node, ast.FunctionDef)}
    names |= {
        node.attr
        for node in ast.walk(flow)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
    }
    text = PYTHON.read_text(encoding="utf-8")
    public = sorted(name for name in names if not name.startswith("_"))
    assert [name for name in public if f"flow.{name}" not in text] == []
