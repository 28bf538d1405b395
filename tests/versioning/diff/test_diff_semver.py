"""Semantic versions, and the smallest honest step from one to the next."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowspec.spec.spec import Spec
from flowspec.versioning.diff.bump import bump_of
from flowspec.versioning.diff.rules import DIFF_RULES
from flowspec.versioning.semver import BUMPS, Version, honest

IN_ORDER = [
    "0.0.1", "0.1.0-0", "0.1.0", "0.2.10", "0.10.2", "1.0.0-alpha", "1.0.0-alpha.1",
    "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0",
    "1.0.1", "1.2.0", "1.10.0", "2.0.0", "10.0.0",
]  # fmt: skip
"""The order that the specification of semantic versions gives, and some more."""

numbers = st.integers(0, 12)
versions = st.builds(
    Version, st.tuples(numbers, numbers, numbers),
    st.lists(st.sampled_from(["rc", "1", "2", "10", "a-b", "0"]), max_size=2).map(tuple),
)  # fmt: skip


def test_versions_have_the_order_of_the_specification():
    for low, high in itertools.combinations(map(Version.parse, IN_ORDER), 2):
        assert low < high
        assert not high < low


@given(versions)
def test_a_version_is_what_its_text_says(version):
    assert Version.parse(str(version)) == version
    assert Version.parse(f"{version}+build.7") == version


@pytest.mark.parametrize("text", ["", "1", "1.0", "01.0.0", "1.0.0-", "v1.0.0", "1.0.0 ", "1.0.0\n",
                                  "١.0.0", "9" * 5000 + ".0.0", "1.0.0-" + "9" * 5000])  # fmt: skip
def test_what_is_no_version_is_none(text):
    assert Version.parse(text) is None


@given(versions, st.sampled_from(BUMPS))
def test_the_smallest_version_is_honest_and_no_smaller_release_is(old, step):
    smallest = old.after(step)
    assert honest(old, smallest, step) or step == "none"
    major, minor, patch = smallest.core
    below = [(major, minor, patch - 1), (major, minor - 1, 99), (major - 1, 99, 99)]
    if step != "none":
        assert not any(honest(old, Version(core), step) for core in below if min(core) >= 0)


@given(versions, versions, st.sampled_from(BUMPS))
def test_a_smaller_step_asks_for_no_more(old, new, step):
    if honest(old, new, step):
        assert all(honest(old, new, less) for less in BUMPS[: BUMPS.index(step)])
        assert new >= old


@pytest.mark.parametrize(
    ("old", "step", "smallest"),
    [
        ("1.2.3", "major", "2.0.0"), ("1.2.3", "minor", "1.3.0"), ("1.2.3", "patch", "1.2.4"),
        ("0.4.1", "minor", "0.5.0"), ("2.0.0-rc.1", "major", "2.0.0"),
        ("2.1.0-rc.1", "major", "3.0.0"), ("1.3.0-rc.1", "minor", "1.3.0"),
        ("1.3.1-rc.1", "minor", "1.4.0"), ("1.3.1-rc.1", "patch", "1.3.1"),
    ],
)  # fmt: skip
def test_a_step_leads_to_the_next_release(old, step, smallest):
    assert str(Version.parse(old).after(step)) == smallest


@pytest.mark.parametrize(
    ("old", "new", "step", "is_honest"),
    [
        ("1.0.0", "1.0.0", "none", True), ("1.0.0", "1.0.0", "patch", False),
        ("1.0.0", "0.9.0", "none", False), ("1.0.0", "2.0.0-rc.1", "major", True),
        ("2.0.0-rc.1", "2.0.0-rc.2", "major", True), ("2.0.0-rc.2", "2.0.0-rc.1", "none", False),
        ("1.0.0", "1.0.0+b", "patch", False), ("0.9.0", "1.0.0", "minor", True),
    ],
)  # fmt: skip
def test_a_version_says_enough_or_too_little(old, new, step, is_honest):
    assert honest(Version.parse(old), Version.parse(new), step) == is_honest


def bump(version, *rules):
    return bump_of([DIFF_RULES[rule] for rule in rules], version)


@pytest.mark.parametrize(
    ("rules", "first", "before"),
    [
        ([], "none", "none"),
        (["version-changed"], "none", "none"),
        (["description-changed"], "patch", "patch"),
        (["seed-changed", "version-changed"], "patch", "patch"),
        (["output-added"], "minor", "patch"),
        (["mask-changed"], "minor", "patch"),
        (["variables-renamed"], "minor", "patch"),
        (["event-range-changed", "seed-changed"], "major", "minor"),
        (["flow-renamed"], "major", "minor"),
    ],
)
def test_the_step_follows_from_the_findings(rules, first, before):
    assert bump("1.4.0", *rules) == first
    assert bump("no version", *rules) == first
    assert bump("0.4.0", *rules) == before


def test_every_version_that_a_spec_may_have_is_one_or_is_refused_when_it_is_checked():
    spec = {"flowspec": 1, "name": "f", "event": {"shape": [1]},
            "layers": [{"kind": "elementwise", "transform": {"kind": "affine"}}]}  # fmt: skip
    for text in ("1.0.0", "0.2.10-rc.1+b", "1.0.0--.a"):
        assert Version.parse(Spec.model_validate({**spec, "version": text}).version) is not None
