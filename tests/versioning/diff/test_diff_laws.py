"""What every comparison obeys: findings are the difference of fingerprints, and nothing else."""

import json

import pytest
from hypothesis import assume, given, settings

from flowspec.records import CATEGORIES
from flowspec.source import to_yaml
from flowspec.spec import load_spec
from flowspec.versioning.diff.diff import compare, diff
from flowspec.versioning.diff.promise import Promise
from flowspec.versioning.diff.render import render
from tests.laws.cases import SPECS
from tests.strategies.specs import specs
from tests.versioning.changes import BASES, CHANGES
from tests.versioning.diff.pairs import pairs, side, turned


def assert_lawful(old, new):
    """Compare two versions and check every law."""
    found = compare(old, new)
    touched = {one.category for one in found.findings}
    for place, category in enumerate(CATEGORIES):
        if old.fingerprints.of(category) == new.fingerprints.of(category):
            assert category not in touched
        else:
            assert touched & set(CATEGORIES[: place + 1]), category
    assert_counted(found)
    silent = {one.id for one in found.findings} <= {"version-changed"}
    assert (found.bump == "none") == silent
    assert json.loads(json.dumps(found.as_data()))
    assert render(found, Promise())
    return found


def assert_counted(found):
    """What is kept, changed and removed is the old version; kept, changed and added the new."""
    variables, sizes = found.weights, found.parameters
    old, new = found.old.plan.variables, found.new.plan.variables
    assert variables.kept + variables.changed + variables.removed == len(old)
    assert variables.kept + variables.changed + variables.added == len(new)
    assert sizes.kept + sizes.changed + sizes.removed == sum(v.size for v in old)
    if not variables.changed:
        assert sizes.kept + sizes.added == sum(v.size for v in new)
    told = {one.id for one in found.findings if one.category == "weights"}
    if variables.changed + variables.added + variables.removed:
        assert told - {"variables-renamed"}
    else:
        assert told <= {"variables-renamed"}


@settings(max_examples=40)
@given(pairs())
def test_findings_are_the_difference_of_fingerprints(pair):
    assume(all(pair))
    assert_lawful(*pair)
    assert_lawful(*pair[::-1])


@pytest.mark.slow
@settings(max_examples=300)
@given(pairs())
def test_findings_are_the_difference_of_fingerprints_of_very_many_pairs(pair):
    assume(all(pair))
    assert_lawful(*pair)
    assert_lawful(*pair[::-1])


@settings(max_examples=25)
@given(specs())
def test_nothing_changed_in_a_spec_that_says_the_same_otherwise(spec):
    loaded = load_spec(spec)
    full = loaded.as_node()
    written = load_spec(read(to_yaml(full)))
    for other in (spec, full, loaded, turned(spec), written):
        assert diff(spec, other).findings == ()
        assert diff(other, spec).as_data()["bump"] == "none"


def read(text):
    from flowspec.source import read_text

    return read_text(text, "a.yaml").plain()


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_change_of_every_option_is_found_where_it_touches(change):
    old = side(BASES[change.base])
    new = diff(BASES[change.base], BASES[change.base], [change.override]).new
    found = assert_lawful(old, new)
    assert_lawful(new, old)
    assert set(change.touches) >= {one.category for one in found.findings} - {"docs"}


ALL = {**BASES, **{path.stem: path for path in SPECS}}


@pytest.mark.parametrize("old", ALL)
def test_strangers_are_compared_lawfully(old):
    for new in ALL:
        found = assert_lawful(side(ALL[old]), side(ALL[new]))
        assert bool(found.findings) == (old != new)
