"""Every slug is used, explained, and provoked by something."""

import ast
import re
import sys
from pathlib import Path

import pytest

import flowspec
from flowspec import backend
from flowspec.catalog.bases.normal import Normal
from flowspec.diagnostics import FlowspecError, SpecError
from flowspec.diagnostics.rules import GROUPS, RULES
from flowspec.plan import check, plan
from flowspec.reference import find
from flowspec.source import read_text, resolve_node
from flowspec.spec import load_spec
from flowspec.versioning.diff.rules import DIFF_RULES
from tests.cases.spec import whole
from tests.cases.test_cases_invalid import CASES, slug_of

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "flowspec"
KEBAB = re.compile(r"[a-z]+(-[a-z]+)+")

NO_SLUGS = {
    "cat-file",
    "date-time",
    "flowspec-bundle",
    "grpc-retry-pushback-ms",
    "hash-object",
    "log-prob",
    "ls-tree",
    "mlflow-skinny",
    "rev-parse",
    "symbolic-ref",
    "tensorflow-probability",
    "x-request-id",
}
"""Words with hyphens in the package that name something else."""


def words_of(path):
    """The words with hyphens that stand as texts in a module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return {text for text in texts if isinstance(text, str) and KEBAB.fullmatch(text)}


def used():
    """Every slug that stands in the code, set apart its page and the rules of `diff`."""
    pages = PACKAGE / "diagnostics" / "rules"
    modules = [path for path in PACKAGE.rglob("*.py") if pages not in path.parents]
    return set().union(*map(words_of, modules)) - NO_SLUGS - DIFF_RULES.keys()


def test_no_slug_is_put_together_from_pieces():
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "slug":
                assert not isinstance(node.value, ast.JoinedStr), f"{path}:{node.value.lineno}"


def test_every_slug_has_a_page_and_every_page_a_slug():
    assert used() == RULES.keys()


def test_no_slug_is_a_rule_of_diff():
    assert not RULES.keys() & DIFF_RULES.keys()


def test_no_slug_has_two_pages():
    assert sum(map(len, GROUPS.values())) == len(RULES)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_page_is_complete(rule):
    assert KEBAB.fullmatch(rule.slug)
    assert rule.title[0].isupper()
    assert not rule.title.endswith(".")
    for text in (rule.meaning, rule.mend):
        assert re.search(r"[.:)]$", text), text
    assert rule.example.strip() == rule.example


def slugs(function, *arguments):
    try:
        found = function(*arguments)[1]
    except FlowspecError as error:
        found = error.diagnostics
    return {diagnostic.slug for diagnostic in found}


def checked(spec, overrides=()):
    return check(load_spec(spec, overrides))


IN_SPECS = [rule for rule in RULES.values() if rule.form in ("keys", "file", "override")]


@pytest.mark.parametrize("rule", IN_SPECS, ids=lambda rule: rule.slug)
def test_the_example_of_a_page_causes_its_slug(rule, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / f"{rule.slug}.yaml"
    text = {"keys": whole(rule.example), "file": rule.example, "override": whole("")}[rule.form]
    file.write_text(text, encoding="utf-8")
    overrides = [rule.example] if rule.form == "override" else []
    assert slugs(checked, file.name, overrides) == {rule.slug}


@pytest.mark.parametrize("rule", IN_SPECS, ids=lambda rule: rule.slug)
def test_every_slug_of_specs_has_a_case(rule):
    assert rule.slug in {slug_of(case) for case in CASES}


def test_the_spec_around_the_examples_is_valid():
    assert check(load_spec(read_text(whole(""), "a.yaml").plain()))[1] == ()


def without(fact):
    """A flow whose base has no such thing, and an output that needs it."""

    def provoke(monkeypatch, folder):
        monkeypatch.setattr(Normal, fact, False)
        option = {"has_scale": "temperature: 2", "has_centre": "deterministic: true"}[fact]
        text = whole(
            "context: {state: {kind: vector, size: 1}}\n"
            f"outputs: {{sample: {{returns: [action], {option}}}}}"
        )
        plan(load_spec(read_text(text, "a.yaml").plain()))

    return provoke


def long_chain(monkeypatch, folder):
    for index in range(20):
        (folder / f"{index}.yaml").write_text(f"extends: {index + 1}.yaml\n")
    load_spec(folder / "0.yaml")


def large_file(monkeypatch, folder):
    (folder / "large.yaml").write_bytes(b"#" * 2 * 1024 * 1024)
    load_spec(folder / "large.yaml")


def other_backend(monkeypatch, folder):
    class Keras:
        class backend:  # noqa: N801
            @staticmethod
            def backend():
                return "jax"

    monkeypatch.setitem(sys.modules, "keras", Keras)
    _ = backend.keras.layers


def sample(spec, *options):
    """The command `sample` on a bundle of a spec."""

    def provoke(monkeypatch, folder):
        from flowspec.cli.main import cli

        stored = type("Stored", (), {"plan": plan(load_spec(ROOT / "specs" / spec))})
        monkeypatch.setattr("flowspec.bundle.read", lambda folder: stored)
        cli(["sample", "some.bundle", *options], standalone_mode=False)

    return provoke


PROVOKED = {
    "base-without-centre": without("has_centre"),
    "base-without-scale": without("has_scale"),
    "data-type": lambda monkeypatch, folder: load_spec({"event": {1, 2}}),
    "extends-too-deep": long_chain,
    "extends-without-file": lambda monkeypatch, folder: load_spec({"extends": "a.yaml"}),
    "missing-context": sample("engel.yaml"),
    "no-context-inputs": sample("two_moons.yaml", "--context", "a.csv"),
    "not-a-spec": lambda monkeypatch, folder: flowspec.validate(3),
    "too-large": large_file,
    "unknown-topic": lambda monkeypatch, folder: find("afine"),
    "wrong-keras-backend": other_backend,
}
"""What provokes the slugs that no file of a spec can."""

OTHERS = sorted(RULES.keys() - {rule.slug for rule in IN_SPECS} - PROVOKED.keys())


@pytest.mark.parametrize("slug", PROVOKED)
def test_what_should_provoke_a_slug_does(slug, monkeypatch, tmp_path):
    with pytest.raises(FlowspecError) as caught:
        PROVOKED[slug](monkeypatch, tmp_path)
    assert {diagnostic.slug for diagnostic in caught.value.diagnostics} == {slug}


@pytest.fixture(scope="module")
def mentioned():
    """The words of all tests outside this folder."""
    here = Path(__file__).parent
    paths = [path for path in (ROOT / "tests").rglob("test_*.py") if here not in path.parents]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


@pytest.mark.parametrize("slug", OTHERS)
def test_every_other_slug_is_named_by_a_test(slug, mentioned):
    assert re.search(rf"\b{slug}\b", mentioned)


def test_overrides_are_told_as_such():
    with pytest.raises(SpecError) as caught:
        resolve_node(read_text("a: 1", "a.yaml"), ["a.b=1"])
    assert caught.value.diagnostics[0].span.file == "--set a.b=1"
