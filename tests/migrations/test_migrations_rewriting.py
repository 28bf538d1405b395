"""A file is rewritten to what was read of it, with its comments and its layout."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flowspec.diagnostics import SpecError
from flowspec.source import SourceFile, read_chain, read_chain_of
from flowspec.source.edit import Layout, Replace
from flowspec.spec.load import load_bytes
from flowspec.spec.migrations import Language, Step, migrate, rewritten
from tests.migrations.language import LANGUAGE_3, NEW, OLD, Spec3, aged
from tests.strategies.layouts import Writer
from tests.strategies.specs import mutated, specs

CASES = sorted((Path(__file__).parent / "cases").glob("*.before.yaml"))
RANDOMS = st.integers(0, 2**32).map(Random)


def rewrite(text: str, language: Language = LANGUAGE_3) -> str:
    return rewrite_file(read_chain_of(text.encode(), "old.yaml"), language)


def rewrite_file(chain: list[SourceFile], language: Language = LANGUAGE_3) -> str:
    return rewritten(migrate(chain, language)[0])


def comments(text: str) -> Counter[str]:
    return Counter(comment for _, comment in Layout(text.removeprefix("\ufeff")).comments())


def check_text(text: str) -> None:
    """What holds for every text: both ways to the current version meet, and nothing is lost."""
    (old,) = migrate(read_chain_of(text.encode(), "old.yaml"), LANGUAGE_3)
    new = rewritten(old)
    (again,) = migrate(read_chain_of(new.encode(), "old.yaml"), LANGUAGE_3)
    assert json.dumps(again.top.plain()) == json.dumps(old.top.plain())
    assert rewritten(again) == new
    assert comments(new) == comments(text)
    assert ("\r\n" in new) == ("\r\n" in text)
    assert "\r\n" not in new or "\n" not in new.replace("\r\n", "")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name.partition(".")[0])
def test_a_case_is_rewritten_word_for_word(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(case.parent)
    new = rewrite_file(read_chain(case.name))
    expected = case.with_name(case.name.replace("before", "after"))
    if os.environ.get("FLOWSPEC_UPDATE_CASES"):
        expected.write_text(new, encoding="utf-8")
    assert new == expected.read_text(encoding="utf-8")
    assert rewrite_file(read_chain(expected.name)) == new
    assert comments(new) == comments(case.read_text(encoding="utf-8"))


def test_the_example_is_rewritten_word_for_word() -> None:
    assert rewrite(OLD) == NEW


@settings(max_examples=30)
@given(specs(), RANDOMS)
def test_an_old_spec_in_any_layout_is_rewritten(spec: dict[str, Any], random: Random) -> None:
    check_text(Writer(random).text(aged(spec)))


@pytest.mark.slow
@settings(max_examples=1000)
@given(specs(), RANDOMS)
def test_very_many_layouts_are_rewritten(spec: dict[str, Any], random: Random) -> None:
    check_text(Writer(random).text(aged(spec)))


@settings(max_examples=20)
@given(mutated(specs().map(aged)), RANDOMS)
def test_a_spec_with_faults_is_rewritten_with_its_faults(
    spec: dict[str, Any], random: Random
) -> None:
    text = Writer(random).text({**spec, "flowspec": 1})
    try:
        check_text(text)
    except SpecError as error:
        # The text says something twice, or is no map any more: it was never read.
        assume(error.diagnostics[0].slug == "cannot-migrate")
        raise


def test_a_byte_order_mark_stays() -> None:
    assert rewrite("\ufeff" + OLD) == "\ufeff" + NEW


def test_line_ends_stay() -> None:
    assert rewrite(OLD.replace("\n", "\r\n")) == NEW.replace("\n", "\r\n")


def test_a_missing_line_break_at_the_end_stays_missing() -> None:
    assert rewrite(OLD.rstrip("\n")) == NEW.rstrip("\n")


def test_a_current_file_stays_as_it_is() -> None:
    assert rewrite(NEW) == NEW


def test_what_is_written_is_what_is_meant() -> None:
    spec = load_bytes(rewrite(OLD).encode(), "new.yaml", language=LANGUAGE_3)
    assert spec.warnings == ()
    assert spec == load_bytes(OLD.encode(), "old.yaml", language=LANGUAGE_3)


SHARED = """\
flowspec: 1
name: shared
event: {name: y, shape: [2]}
layers:
  - kind: elementwise
    transform: &t {kind: affine, clip: 1}
    conditioner: {kind: mlp, hidden: [4], options: *t}
"""


def refusal(text: str, language: Language = LANGUAGE_3) -> str:
    with pytest.raises(SpecError) as caught:
        rewrite(text, language)
    (found,) = caught.value.diagnostics
    assert found.slug == "cannot-migrate"
    assert found.span
    assert found.message.startswith("`old.yaml` cannot be rewritten: ")
    return found.message


def test_a_text_that_is_shared_with_a_place_that_does_not_change_is_refused() -> None:
    assert "`layers.0.conditioner.options`" in refusal(SHARED)
    assert "alias" in refusal(SHARED)


def test_a_number_that_is_shared_is_refused() -> None:
    text = OLD.replace("flowspec: 1", "flowspec: &one 1").replace("epochs: 3", "epochs: *one")
    assert "`training.epochs`" in refusal(text)


def test_an_anchor_that_would_go_is_refused() -> None:
    text = OLD.replace("author: nobody", "author: &who nobody").replace("name: tiny", "name: *who")
    moved = text.replace("name: *who\n", "").replace("training:", "name: *who\ntraining:")
    assert "could not be read any more" in refusal(moved)


def test_a_tag_that_does_not_fit_any_more_is_refused() -> None:
    def replaced(top: Any) -> Any:
        return [Replace(("name",), True)]

    text = "flowspec: 1\nname: !!str tiny\n"
    told = refusal(text, Language(2, (Step(2, (replaced,)),), Spec3))
    assert told == "`old.yaml` cannot be rewritten: `name` would be read as something else"


def test_places_that_should_become_different_things_are_refused() -> None:
    def differ(top: Any) -> Any:
        return [Replace(("seed",), 2), Replace(("training", "epochs"), 3)]

    text = "flowspec: 1\nseed: &x 1\ntraining: {<<: {epochs: *x}}\n"
    step = Language(2, (Step(2, (differ,)),), Spec3)
    assert rewrite(text, step) == "flowspec: 2\nseed: &x 2\ntraining: {<<: {epochs: 3}}\n"
    shared = "flowspec: 1\nbase: &x {n: 1}\nevent: *x\n"

    def both(top: Any) -> Any:
        return [Replace(("base", "n"), 2), Replace(("event", "n"), 3)]

    assert "same characters" in refusal(shared, Language(2, (Step(2, (both,)),), Spec3))


def test_what_cannot_be_rewritten_can_be_read() -> None:
    (old,) = migrate(read_chain_of(SHARED.encode(), "old.yaml"), LANGUAGE_3)
    transform = old.top.get(["layers", 0, "transform"])
    assert transform
    assert transform.plain() == {"kind": "affine", "log_scale_bound": 1}
    with pytest.raises(SpecError) as caught:
        load_bytes(SHARED.encode(), "old.yaml", language=LANGUAGE_3)
    warning = caught.value.diagnostics[-1]
    assert warning.slug == "old-language"
    assert "cannot be rewritten" in (warning.help or "")
