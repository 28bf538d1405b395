"""What is told of each file in `invalid/`, word for word.

The expected text stands beside each file. After a change that is meant, write all of them anew
with `FLOWSPEC_UPDATE_CASES=1` and read the difference.
"""

import json
import os
import re
from pathlib import Path

import pytest

from flowspec.diagnostics import SpecError, as_data, render_all
from flowspec.diagnostics.rules import RULES
from flowspec.diagnostics.sarif import sarif
from flowspec.plan import check
from flowspec.spec import load_spec
from tests.diagnostics.test_diagnostics_sarif import assert_is_sarif

FOLDER = Path(__file__).parent / "invalid"
CASES = sorted(FOLDER.glob("*.yaml"), key=lambda path: path.stem)
ROOT = Path(__file__).parents[2]
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)


@pytest.fixture(autouse=True)
def _here(monkeypatch):
    monkeypatch.chdir(FOLDER)


def overrides(case):
    """The overrides that the first lines of a case name."""
    return re.findall(r"^# --set (.*)$", case.read_bytes().decode("latin-1"), re.MULTILINE)


def told(case):
    """The diagnostics of a case, errors or warnings."""
    try:
        return check(load_spec(case.name, overrides(case)))[1]
    except SpecError as error:
        return error.diagnostics


def slug_of(case):
    """The longest slug with which the name of a case begins."""
    stem = case.stem
    return max(
        (slug for slug in RULES if stem == slug or stem.startswith(f"{slug}-")),
        key=len,
        default=None,
    )


@each_case
def test_a_case_is_told_word_for_word(case):
    text = render_all(told(case)).replace(str(ROOT), "<project>") + "\n"
    expected = case.with_suffix(".txt")
    if os.environ.get("FLOWSPEC_UPDATE_CASES"):
        expected.write_text(text, encoding="utf-8")
    assert expected.read_text(encoding="utf-8") == text


@each_case
def test_a_case_has_its_slug(case):
    assert slug_of(case) in {diagnostic.slug for diagnostic in told(case)}


@each_case
def test_a_diagnostic_says_where_and_what_would_be_right(case):
    for one in told(case):
        assert one.span is not None
        assert one.expected or one.help
        start, end = one.span.column - 1, one.span.column - 1 + one.span.length
        assert 0 <= start <= end <= len(one.span.text) + 1


@each_case
def test_a_case_makes_a_valid_log(case):
    assert_is_sarif(sarif({case.name: told(case)}, "1.2.3"))
    assert json.loads(json.dumps(as_data(told(case))))


def test_no_expected_text_is_left_behind():
    assert sorted(path.stem for path in FOLDER.glob("*.txt")) == [case.stem for case in CASES]
