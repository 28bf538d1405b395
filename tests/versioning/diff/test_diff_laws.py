"""What every comparison obeys: findings are the difference of fingerprints, and nothing else."""

import json

from hypothesis import assume, given, settings

from flowspec.records import CATEGORIES
from flowspec.versioning.diff import compare
from tests.versioning.diff.pairs import pairs


def assert_lawful(old, new):
    found = compare(old, new)
    touched = {one.category for one in found.findings}
    for place, category in enumerate(CATEGORIES):
        if old.fingerprints.of(category) == new.fingerprints.of(category):
            assert category not in touched
        else:
            assert touched & set(CATEGORIES[: place + 1]), category
    counted = found.weights
    assert counted.kept + counted.changed + counted.removed == len(old.plan.variables)
    assert counted.kept + counted.changed + counted.added == len(new.plan.variables)
    sizes = [sum(v.size for v in s.plan.variables) for s in (old, new)]
    assert found.parameters.kept + found.parameters.changed + found.parameters.removed == sizes[0]
    if not counted.changed:
        assert found.parameters.kept + found.parameters.added == sizes[1]
    if not counted.changed + counted.added + counted.removed:
        assert {one.id for one in found.findings if one.category == "weights"} <= {
            "variables-renamed"
        }
    assert (found.bump == "none") == (touched | {one.id for one in found.findings}
                                      <= {"docs", "version-changed"})  # fmt: skip
    json.dumps(found.as_data())
    return found


@settings(max_examples=150)
@given(pairs())
def test_findings_are_the_difference_of_fingerprints(pair):
    assume(all(pair))
    assert_lawful(*pair)
    assert_lawful(*pair[::-1])
