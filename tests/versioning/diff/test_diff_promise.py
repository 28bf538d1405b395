"""Promises, what else fails, and rules that are retired."""

import dataclasses
import itertools
from pathlib import Path

import pytest

from flowspec.diagnostics import UsageError
from flowspec.records import CATEGORIES
from flowspec.reference import page_text
from flowspec.versioning.diff.finding import Finding
from flowspec.versioning.diff.promise import Promise, forbidden, promised, successor
from flowspec.versioning.diff.rules import DIFF_RULES, SEVERITIES, TOUCHED, DiffRule

RELEASED = Path(__file__).with_name("released_rules.txt").read_text(encoding="utf-8").split()
"""Every id that was ever released; one is added here with its rule, and none is ever removed."""

OLD = DiffRule("old-word", "numbers", "error", "It was.", "It is no more.", successor="newer-word")
NEWER = dataclasses.replace(OLD, id="newer-word", successor="mask-changed")
TABLE = {**DIFF_RULES, OLD.id: OLD, NEWER.id: NEWER}


def finding(rule):
    return Finding(rule=DIFF_RULES[rule], message="", old=None, new=None, help=None,
                   section="docs", sign="~", subject="", detail="")  # fmt: skip


def test_no_rule_that_was_released_is_gone():
    assert sorted(DIFF_RULES) == sorted(RELEASED)


@pytest.mark.parametrize("rule", DIFF_RULES.values(), ids=DIFF_RULES)
def test_a_rule_is_complete(rule):
    assert rule.category in TOUCHED
    assert rule.severity in SEVERITIES
    assert rule.title.endswith(".")
    assert rule.title[0].isupper()
    assert rule.meaning.endswith(".")
    assert successor(rule.id) in DIFF_RULES
    assert rule.title in " ".join(page_text(rule).split())


def test_a_retired_rule_stands_for_the_last_of_its_successors():
    assert successor("old-word", TABLE) == "mask-changed"
    chosen, warnings = forbidden(["old-word"], TABLE)
    assert chosen == {"mask-changed"}
    assert [(w.slug, w.severity, w.help) for w in warnings] == [
        ("retired-rule", "warning", "write `mask-changed`")
    ]
    assert "`newer-word` took its place" in page_text(OLD)


def test_only_what_is_promised_can_be_broken():
    for rule, size in itertools.product(DIFF_RULES, range(len(CATEGORIES) + 1)):
        for chosen in itertools.combinations(CATEGORIES, size):
            promise, one = Promise(frozenset(chosen)), finding(rule)
            is_error = one.severity == "error" and one.category in chosen
            assert promise.is_broken_by(one) == (is_error or rule == "version-too-low")
            assert (promise.level(one) == "error") == promise.is_broken_by(one)


def test_without_a_word_three_categories_are_promised():
    assert promised([]) == {"callers", "weights", "numbers"} == Promise().categories
    assert promised(["callers, training", "weights"]) == {"callers", "training", "weights"}
    assert promised(["none"]) == set()


def test_a_category_forbids_all_its_rules_and_a_severity_those_as_bad():
    assert forbidden(["docs"])[0] == {
        "description-changed", "version-changed", "version-too-low"
    }  # fmt: skip
    assert forbidden(["note"])[0] == DIFF_RULES.keys()
    warned = {rule.id for rule in DIFF_RULES.values() if rule.severity == "warning"}
    assert warned
    assert warned == forbidden(["warning"])[0] - forbidden(["error"])[0]
    assert forbidden(["output-added,mask-changed"])[0] == {"output-added", "mask-changed"}


def test_what_is_forbidden_fails_whatever_is_promised():
    promise = Promise(frozenset(), frozenset({"output-added"}))
    assert promise.is_broken_by(finding("output-added"))
    assert not promise.is_broken_by(finding("output-removed"))


@pytest.mark.parametrize(
    ("function", "word", "near"),
    [(promised, "caller", "callers"), (promised, "docs", None),
     (forbidden, "mask-change", "mask-changed"), (forbidden, "errors", "error")],
)  # fmt: skip
def test_an_unknown_word_is_refused_with_the_nearest(function, word, near):
    with pytest.raises(UsageError) as caught:
        function([word])
    assert caught.value.diagnostics[0].slug == "unknown-rule"
    assert caught.value.diagnostics[0].nearest == near
