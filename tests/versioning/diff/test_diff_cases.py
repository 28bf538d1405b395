"""What is told of each pair in `cases/`, word for word, and that every rule has a pair.

The expected text stands beside each pair. After a change that is meant, write all of them anew
with `FLOWSPEC_UPDATE_CASES=1` and read the difference.
"""

import json
import os
import re
from pathlib import Path

import pytest

from flowspec.source import read_text
from flowspec.spec import load_spec
from flowspec.versioning.diff.diff import diff
from flowspec.versioning.diff.promise import Promise
from flowspec.versioning.diff.render import render
from flowspec.versioning.diff.rules import DIFF_RULES
from flowspec.versioning.diff.sarif import sarif
from tests.diagnostics.test_diagnostics_sarif import assert_is_location, assert_is_sarif
from tests.versioning.diff.test_diff_laws import assert_lawful

FOLDER = Path(__file__).parent / "cases"
CASES = sorted(path.name for path in FOLDER.iterdir())
each_case = pytest.mark.parametrize("case", CASES)

WITHOUT_A_PAIR = {"revision-changed"}
"""Rules that no two specs can break: they are provoked in the tests of bundles."""


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    monkeypatch.chdir(FOLDER)


def found(case):
    check = case.startswith("version-too-low")
    return diff(f"{case}/before.yaml", f"{case}/after.yaml", check_version=check)


def rule_of(case):
    """The longest rule with which the name of a case begins."""
    return max((rule for rule in DIFF_RULES if case.startswith(rule)), key=len, default=None)


@each_case
def test_a_pair_is_told_word_for_word(case):
    text = render(found(case), Promise())
    expected = FOLDER / case / "expected.txt"
    if os.environ.get("FLOWSPEC_UPDATE_CASES"):
        expected.write_text(text, encoding="utf-8")
    assert expected.read_text(encoding="utf-8") == text


@each_case
def test_a_pair_has_its_rule(case):
    rules = {one.id for one in found(case).findings}
    assert rules == set() if case == "nothing" else rule_of(case) in rules


@each_case
def test_a_pair_is_lawful_in_both_directions(case):
    result = found(case)
    assert_lawful(result.old, result.new)
    assert_lawful(result.new, result.old)


@each_case
def test_a_finding_has_a_place_in_each_version_that_has_the_thing(case):
    for one in found(case).findings:
        assert (one.old is not None) == (one.sign != "+")
        assert (one.new is not None) == (one.sign != "-")
        for span, file in ((one.old, "before.yaml"), (one.new, "after.yaml")):
            assert span is None or span.file == f"{case}/{file}"


@each_case
def test_a_pair_makes_a_valid_log(case):
    log = sarif([found(case)], Promise(), "1.2.3")
    assert_is_sarif(log)
    for result in log["runs"][0]["results"]:
        for location in result.get("relatedLocations", ()):
            assert_is_location(location)
            uri = location["physicalLocation"]["artifactLocation"]["uri"]
            assert uri == f"{case}/before.yaml"
    assert json.loads(json.dumps(found(case).as_data()))


@pytest.mark.parametrize("rule", sorted(DIFF_RULES.keys() - WITHOUT_A_PAIR))
def test_every_rule_has_a_pair(rule):
    assert DIFF_RULES[rule].successor or rule in {rule_of(case) for case in CASES}


def test_a_message_is_a_sentence_that_stands_alone():
    for case in CASES:
        for one in found(case).findings:
            assert one.message[0].islower() or one.message[0] in "`0123456789"
            assert not re.search(r"[a-z]\.$", one.message)
            assert "{" not in one.message


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.startswith(("layers-shifted", "undeclared-rename"))]
)
def test_what_the_help_says_carries_every_weight_to_its_layer(case):
    advised = next(one.help for one in found(case).findings if "renames:" in (one.help or ""))
    text = (FOLDER / case / "after.yaml").read_text(encoding="utf-8")
    renames = advised[advised.index("renames:") :]
    new = load_spec(read_text(f"{text}{renames}\n", "new.yaml").plain())
    told = diff(f"{case}/before.yaml", new)
    assert (told.weights.changed, told.weights.removed) == (0, 0)
    assert {one.id for one in told.findings} <= {
        "variables-renamed", "variables-added", "layer-added"
    }  # fmt: skip
