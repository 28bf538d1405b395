"""The generated module as text: formatted, without lint, without anything it does not use."""

from __future__ import annotations

import ast
import json
import sys

import pytest

from flowspec.generate.python.write import write_module
from flowspec.generate.targets.python import module_name
from flowspec.plan import plan
from flowspec.spec import load_spec
from tests.generate.python.flows import FLOWS
from tests.generate.python.generated import ruff
from tests.laws.cases import EACH_KIND, Case

ALLOWED = {"keras", "numpy", "tensorflow", "tensorflow_probability", "safetensors"}


def text_of(case: Case, *overrides: str) -> str:
    found = plan(load_spec(case.node, overrides))
    return write_module(found, policy=found.dtype)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The module of a flow with each kind, and of the named ones, formatted."""
    folder = tmp_path_factory.mktemp("modules")
    for case in (*EACH_KIND, *FLOWS.values()):
        (folder / f"{case.name.replace('-', '_')}.py").write_text(text_of(case))
    ruff("format", "--quiet", str(folder))
    return folder


@pytest.fixture(scope="module")
def trees(folder):
    """The same, parsed: the statements of each module."""
    return {file.name: ast.parse(file.read_text()).body for file in folder.glob("*.py")}


def test_no_rule_of_ruff_finds_anything(folder):
    ruff("check", "--select", "E,F,I,W,B,UP,RUF059", str(folder))


def test_a_module_imports_only_the_libraries_that_it_is_made_of(trees):
    for body in trees.values():
        for node in body:
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [str(node.module)] if isinstance(node, ast.ImportFrom) else []
            roots = {name.partition(".")[0] for name in names}
            assert roots <= ALLOWED | sys.stdlib_module_names


def test_every_definition_is_used(trees):
    for file, body in trees.items():
        mentioned = [names_in(statement) for statement in body]
        for place, statement in enumerate(body):
            others = set().union(*mentioned[:place], *mentioned[place + 1 :])
            assert defined(statement) <= others | {"load"}, file


def defined(statement: ast.stmt) -> set[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return {one.id for one in targets if isinstance(one, ast.Name)}


def names_in(statement: ast.stmt) -> set[str]:
    return {one.id for one in ast.walk(statement) if isinstance(one, ast.Name)}


def test_the_same_plan_gives_the_same_text():
    assert text_of(FLOWS["policy"]) == text_of(FLOWS["policy"])


def test_repeats_are_loops():
    assert "for i in range(3):" in text_of(FLOWS["policy"])
    assert text_of(FLOWS["density"]).count("for j in range(2):") == 1
    assert len(text_of(FLOWS["policy"], "layers.0.repeat=9")) - len(text_of(FLOWS["policy"])) < 9


def test_what_a_spec_says_stays_inside_a_docstring():
    text = 'ends """ here\\\nimport os\x1b; "'
    tree = ast.parse(text_of(FLOWS["line"], f"description={text!r}"))
    assert isinstance(tree.body[0], ast.Expr)
    assert isinstance(tree.body[1], ast.ImportFrom)


@pytest.mark.parametrize(
    "name", ["bin", "base", "normal", "none", "flow_layer", "tf", "np", "rows"]
)
def test_a_flow_may_have_a_name_that_its_module_uses(name):
    compile(text_of(FLOWS["density"], f"name={name}"), name, "exec")


@pytest.mark.parametrize("name", ["tf", "np", "keras", "features", "rows", "event", "mean"])
def test_a_context_input_may_have_a_name_that_the_methods_use(name):
    node = FLOWS["line"].node
    node["context"] = {name: node["context"]["x"]}
    compile(text_of(Case(name, "flows", name, json.dumps(node))), name, "exec")


def test_a_module_hides_none_that_it_imports():
    assert module_name("keras") == "keras_flow"
    assert module_name("typing") == "typing_flow"
    assert module_name("policy") == "policy"
