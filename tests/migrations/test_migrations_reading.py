"""Old files are read as what they meant, with a warning and with errors in the user's text."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

import flowspec
from flowspec.diagnostics import Span, SpecError
from flowspec.plan import check, plan
from flowspec.source import read_text
from flowspec.spec import LANGUAGE, Spec, json_schema, load_spec
from flowspec.spec.load import in_current_language, load_bytes
from flowspec.spec.migrations import CURRENT, Language, Step
from tests.migrations.language import LANGUAGE_3, NEW, OLD, Spec3, aged
from tests.strategies.specs import specs

BASE = """\
flowspec: 1
name: base
event: {name: y, shape: [2]}
base: {kind: normal}
layers:
  - {kind: elementwise, transform: {kind: affine, clip: 1}}
"""


def read(text: str, name: str = "old.yaml") -> Spec:
    return load_bytes(text.encode(), name, language=LANGUAGE_3)


def refused(text: str) -> SpecError:
    with pytest.raises(SpecError) as caught:
        read(text)
    return caught.value


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text)


def load(name: str, *overrides: str) -> Spec:
    return load_spec(f"{name}.yaml", overrides, language=LANGUAGE_3)


def slugs(spec: Spec) -> list[str]:
    return [warning.slug for warning in spec.warnings]


def spans(error: SpecError) -> list[Span]:
    found = [one.span for one in error.diagnostics if one.severity == "error"]
    assert all(found)
    return [span for span in found if span]


def test_the_language_is_the_one_that_specs_are_written_in() -> None:
    assert CURRENT.current == LANGUAGE == json_schema()["else"]["properties"]["flowspec"]["const"]
    assert [step.to for step in CURRENT.steps] == list(range(2, LANGUAGE + 1))


def test_a_chain_of_steps_has_no_gap() -> None:
    with pytest.raises(RuntimeError, match="do not lead"):
        Language(3, (Step(2, ()),), Spec)


def test_an_old_file_means_what_it_meant() -> None:
    assert read(OLD) == read(NEW)
    assert plan(read(OLD)) == plan(read(NEW))


@settings(max_examples=25)
@given(specs())
def test_an_old_spec_means_what_it_meant(spec: dict[str, Any]) -> None:
    event = {"standardize": False, **spec["event"]}
    new = load_spec({**spec, "event": event, "flowspec": 3}, language=LANGUAGE_3)
    assert load_spec(aged({**spec, "event": event}), language=LANGUAGE_3) == new


def test_a_new_file_has_no_warning() -> None:
    assert read(NEW).warnings == ()
    assert check(read(NEW))[1] == ()


def test_the_warning_stands_at_the_number_and_shows_the_rewrite() -> None:
    (warning,) = read(OLD).warnings
    assert (warning.slug, warning.severity) == ("old-language", "warning")
    assert str(warning.span) == "old.yaml:2:11"
    assert warning.help
    assert warning.help.startswith("`flowspec migrate` rewrites it:")
    assert "-          clip: 1.5\n" in warning.help
    assert "+          log_scale_bound: 1.5\n" in warning.help
    assert check(read(OLD))[1] == (warning,)


def test_a_long_rewrite_is_shown_in_part() -> None:
    layers = "  - {kind: elementwise, transform: {kind: affine, clip: 1}}\n" * 99
    (warning,) = read(f"flowspec: 1\nname: a\nevent: {{shape: [1]}}\nlayers:\n{layers}").warnings
    assert warning.help
    assert len(warning.help.splitlines()) == 26
    assert warning.help.endswith(" more lines")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("clip: 1.5", "clip: -1", "old.yaml:14:17"),
        ("clip: 2", "clip: much", "old.yaml:15:57"),
        ("support: positive", "support: wide", "old.yaml:5:39"),
        ("seed: 7", "seed: x", "old.yaml:19:9"),
        ("mask: alternating", "mask: none", "old.yaml:10:15"),
    ],
)
def test_an_error_stands_in_the_text_of_the_user(old: str, new: str, place: str) -> None:
    text = OLD.replace(old, new)
    error = refused(text)
    (span,) = spans(error)
    assert str(span) == place
    assert span.text == text.splitlines()[span.line - 1]
    assert error.diagnostics[-1].slug == "old-language"


def test_a_problem_of_composition_stands_in_the_text_of_the_user() -> None:
    with pytest.raises(SpecError) as caught:
        check(read(OLD.replace("name: y", "name: seed")))
    span = caught.value.diagnostics[-1].span
    assert span
    assert span.text in OLD.replace("name: y", "name: seed")


def test_versions_in_between_are_read_from_where_they_are() -> None:
    text = OLD.replace("flowspec: 1", "flowspec: 2").replace("clip", "log_scale_bound")
    assert read(text.replace("realnvp", "coupling")) == read(NEW)
    assert refused(text).diagnostics[0].slug == "unknown-kind"


@pytest.mark.parametrize("number", ["4", "999", "1e3", "4.0"])
def test_a_newer_version_is_told_and_nothing_else(number: str) -> None:
    error = refused(f"flowspec: {number}\nanything: goes\n")
    (found,) = error.diagnostics
    assert (found.slug, found.expected) == ("newer-language", "version 3 or older")
    assert str(found.span) == "old.yaml:1:11"


@pytest.mark.parametrize("number", ["0", "-1", "'1'", "1.5", ".inf", "true", "[1]", "one"])
def test_what_is_no_version_is_told(number: str) -> None:
    error = refused(OLD.replace("flowspec: 1", f"flowspec: {number}"))
    assert error.diagnostics[0].slug == "unknown-choice"
    assert str(error.diagnostics[0].span) == "old.yaml:2:11"


@pytest.mark.parametrize("line", ["", "flowspec:\n", "flowspec: null\n"])
def test_a_missing_version_is_told(line: str) -> None:
    error = refused(line + NEW.replace("flowspec: 3  # the language\n", ""))
    assert [one.slug for one in error.diagnostics] == ["missing-key"]


def test_data_from_python_is_migrated() -> None:
    spec = load_spec(read_text(OLD, "old.yaml").plain(), language=LANGUAGE_3)
    assert spec == read(NEW)
    (warning,) = spec.warnings
    assert warning.span is None
    assert "`training.seed` stands at `seed`" in (warning.help or "")


def test_a_spec_is_given_on_as_it_is() -> None:
    spec = read(OLD)
    assert load_spec(spec, language=LANGUAGE_3) is spec
    assert load_spec(spec, ["seed=8"], language=LANGUAGE_3).warnings == ()


class TestChains:
    """Files that extend one another, each in a version of its own."""

    @pytest.fixture(autouse=True)
    def _here(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)

    def test_each_file_is_read_in_its_own_version(self, tmp_path: Path) -> None:
        write(
            tmp_path,
            base=BASE,
            middle="flowspec: 2\nextends: base.yaml\nauthor: me\n",
            top="flowspec: 3\nextends: middle.yaml\nevent: {standardize: false}\n",
        )
        spec = load("top")
        assert spec.layers[0].as_node()["transform"]["log_scale_bound"] == 1
        assert spec.event.standardize is False
        assert [str(one.span) for one in spec.warnings] == ["middle.yaml:1:11", "base.yaml:1:11"]
        for warning, name in zip(spec.warnings, ("middle", "base"), strict=True):
            assert warning.help
            assert warning.help.startswith(f"`flowspec migrate {name}.yaml` rewrites it:")

    def test_a_file_without_a_number_is_read_in_that_of_the_file_that_extends_it(
        self, tmp_path: Path
    ) -> None:
        base = BASE.replace("flowspec: 1\n", "")
        write(tmp_path, base=base, old="flowspec: 1\nextends: base.yaml\n",
              new="flowspec: 3\nextends: base.yaml\n")  # fmt: skip
        assert load("old").as_node()["layers"][0]["transform"]["log_scale_bound"] == 1
        with pytest.raises(SpecError) as caught:
            load("new")
        assert [str(span) for span in spans(caught.value)] == ["base.yaml:5:51"]

    def test_a_file_that_extends_and_has_no_number_is_read_in_that_of_the_base(
        self, tmp_path: Path
    ) -> None:
        write(tmp_path, base=BASE, top="extends: base.yaml\nevent: {support: positive}\n")
        assert load("top").event.support.kind == "positive"

    def test_a_key_is_known_by_the_kind_that_stands_in_another_file(self, tmp_path: Path) -> None:
        def by_kind(top: Any) -> Any:
            from flowspec.source.edit import Rename

            return [
                Rename(base.at("conditional_on"), "conditioner")
                for base in top.select("base")
                if base.kind == "normal"
            ]

        language = Language(2, (Step(2, (by_kind,)),), Spec3)
        write(tmp_path, base=BASE, top="extends: base.yaml\nbase: {conditional_on: null}\n")
        files = [(tmp_path / f"{name}.yaml") for name in ("top", "base")]
        from flowspec.source import read_chain
        from flowspec.spec.migrations import migrate

        assert all(file.exists() for file in files)
        top, _ = migrate(read_chain("top.yaml"), language)
        assert top.top.plain()["base"] == {"conditioner": None}

    def test_what_a_file_only_changes_gets_no_new_defaults(self, tmp_path: Path) -> None:
        write(tmp_path, base=BASE.replace("shape: [2]", "shape: [2], standardize: false"),
              top="flowspec: 1\nextends: base.yaml\nevent: {name: z}\n")  # fmt: skip
        assert load("top").event.standardize is False

    def test_overrides_are_in_the_current_version(self, tmp_path: Path) -> None:
        write(tmp_path, base=BASE)
        path = "layers.0.transform"
        spec = load("base", f"{path}.log_scale_bound=2")
        assert spec.as_node()["layers"][0]["transform"]["log_scale_bound"] == 2
        with pytest.raises(SpecError) as caught:
            load("base", f"{path}.clip=2")
        assert caught.value.diagnostics[0].slug == "unknown-key"

    def test_a_newer_base_is_told_where_it_stands(self, tmp_path: Path) -> None:
        write(tmp_path, base=BASE.replace("1", "7", 1), top="flowspec: 3\nextends: base.yaml\n")
        with pytest.raises(SpecError) as caught:
            load("top")
        assert [str(span) for span in spans(caught.value)] == ["base.yaml:1:11"]


class TestKept:
    """A spec that a bundle has kept in the language of its time."""

    def test_it_is_brought_to_the_current_language(self) -> None:
        kept = {**aged(read(NEW).as_node()), "author": "me"}
        assert in_current_language(kept, language=LANGUAGE_3) == read(NEW).as_node()

    def test_what_is_current_is_the_same(self) -> None:
        kept = read(NEW).as_node()
        assert in_current_language(kept, language=LANGUAGE_3) is kept

    def test_it_keeps_the_order_of_its_keys(self) -> None:
        kept = aged(read(NEW).as_node())
        found = in_current_language(kept, language=LANGUAGE_3)
        assert list(found)[:3] == list(kept)[:3]
        assert json.dumps(found["layers"]) == json.dumps(read(NEW).as_node()["layers"])


def test_a_very_long_file_is_not_rewritten_to_be_warned_of() -> None:
    (warning,) = read(OLD + "# and so on\n" * 10_000).warnings
    assert warning.help == "`flowspec migrate` rewrites it"


def test_an_old_file_and_its_rewrite_differ_in_nothing(speaking: Path) -> None:
    write(speaking, new=NEW, other=NEW.replace("seed: 7", "seed: 8"))
    assert flowspec.diff("old.yaml", "new.yaml").findings == ()
    (found,) = flowspec.diff("old.yaml", "other.yaml").findings
    assert str(found.old) == "old.yaml:19:9"


def test_an_old_file_in_git_is_read_in_its_own_version(speaking: Path) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "old.yaml"], [*who, "commit", "-qm", "old"]):
        subprocess.run(["git", *words], check=True, cwd=speaking)
    write(speaking, old=NEW)
    assert flowspec.diff("git:HEAD:old.yaml", "old.yaml").findings == ()


def test_python_is_told_of_an_old_file(speaking: Path) -> None:
    with pytest.warns(FutureWarning, match="old-language") as caught:
        spec = flowspec.validate("old.yaml")
    assert Path(caught[0].filename) == Path(__file__)
    assert slugs(spec) == ["old-language"]
    assert flowspec.validate(spec) is spec
