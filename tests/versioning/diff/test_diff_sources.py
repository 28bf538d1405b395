"""Where versions come from: files, bundles of any revision of kinds, data, and damaged ones."""

import copy
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from flowspec import bundle
from flowspec.catalog.encoders.one_hot import OneHot
from flowspec.catalog.layers.elementwise import Elementwise
from flowspec.catalog.transforms.affine import Affine
from flowspec.diagnostics import FlowspecError
from flowspec.records import Plan
from flowspec.spec import load_spec
from flowspec.versioning.diff.diff import compare, diff
from flowspec.versioning.diff.promise import Promise
from flowspec.versioning.diff.render import render
from flowspec.versioning.diff.side import Side
from flowspec.versioning.diff.sources import read_side
from tests.versioning.diff.pairs import places

KEPT = Path(__file__).parents[2] / "public" / "kept"
BUNDLE = KEPT / "schema_2.bundle"
SPEC = bundle.read(BUNDLE).spec


@pytest.fixture
def spec(tmp_path, monkeypatch):
    """The spec of the bundle as a file."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(BUNDLE, tmp_path / "kept.bundle")
    (tmp_path / "kept.yaml").write_text(json.dumps(SPEC))
    return tmp_path / "kept.yaml"


def refused(*sources, **options):
    with pytest.raises(FlowspecError) as caught:
        diff(*sources, **options)
    return caught.value.diagnostics[0].slug


@pytest.mark.parametrize("old", sorted(KEPT.glob("*.bundle")), ids=lambda path: path.stem)
def test_a_bundle_of_every_schema_is_its_spec(old):
    assert diff(old, SPEC).findings == ()
    assert diff(SPEC, old).findings == ()
    assert diff(old, BUNDLE).findings == ()


def test_a_finding_in_a_bundle_stands_in_its_spec(spec):
    found = diff("kept.bundle", "kept.yaml", ["layers.1.transform.bound=4.0"]).findings
    (one,) = (one for one in found if one.id == "option-changed")
    assert one.detail == "transform.bound 5.0 → 4.0"
    name, line = one.old.file, one.old.line
    assert name.startswith("kept.bundle/spec-")
    assert diff("kept.bundle/", "kept.yaml", ["seed=1"]).findings[0].old.file == name
    assert Path(name).read_text().splitlines()[line - 1].strip() == '"bound": 5.0,'


def test_a_revision_of_a_kind_is_seen_where_nothing_else_differs(spec, monkeypatch):
    monkeypatch.setattr(Elementwise, "revision", 2)
    found = diff("kept.bundle", "kept.yaml")
    assert [(one.id, one.subject, one.detail) for one in found.findings] == [
        ("revision-changed", "layers.2", "1 → 2")
    ]
    assert found.bump == "patch"
    assert [one.detail for one in diff("kept.yaml", "kept.bundle").findings] == ["2 → 1"]


def test_a_revision_of_a_kind_inside_another_is_seen(spec, monkeypatch):
    monkeypatch.setattr(Affine, "revision", 3)
    monkeypatch.setattr(OneHot, "revision", 2)
    found = diff("kept.bundle", "kept.yaml").findings
    assert [(one.message, one.new.line) for one in found] == [
        ("the encoder of `context.side` has another revision: 1 → 2", 1),
        ("the transform of `layers.0` has another revision: 1 → 3", 1),
        ("the transform of `layers.2` has another revision: 1 → 3", 1),
    ]


def test_the_spec_of_a_bundle_cannot_be_changed(spec):
    assert refused("kept.yaml", "kept.bundle", ["name=other"]) == "fixed-spec"


def test_damaged_bundles_are_refused(spec):
    damaged = Path("kept.bundle")
    next(damaged.glob("plan-*")).write_text("{}")
    assert refused("kept.bundle", "kept.yaml") == "file-changed"
    (damaged / "manifest.json").unlink()
    assert refused("kept.yaml", "kept.bundle") == "not-a-bundle"


def test_what_is_not_there_or_not_valid_is_refused(spec):
    assert refused("kept.yaml", "none.yaml") == "unreadable-file"
    assert refused("\0", "kept.yaml") == "unreadable-file"
    assert refused("kept.yaml", "kept.yaml", ["layers.0.kind=afine"]) == "unknown-kind"
    assert refused(3, "kept.yaml") == "not-a-spec"


def test_data_and_specs_are_sources_too(spec):
    found = diff(SPEC, load_spec("kept.yaml"), ["training.epochs=7"])
    assert [one.id for one in found.findings] == ["training-option-changed"]
    assert found.findings[0].old is None
    assert found.old.name == "<data>"


def test_a_file_may_be_named_like_a_revision(spec):
    spec.rename("git:HEAD:a.yaml")
    assert diff("./git:HEAD:a.yaml", "kept.bundle").findings == ()


def test_a_bundle_whose_spec_is_too_large_for_positions_is_compared(spec, monkeypatch):
    monkeypatch.setattr("flowspec.source.reader.MAX_BYTES", 100)
    old = read_side("kept.bundle")
    assert old.source is None
    assert compare(old, old).findings == ()


PLAN = json.loads(bundle.read(BUNDLE).plan.model_dump_json())
JUNK = [None, True, -1, 2**70, 0.5, "", "kind", "layers.0", "\x1b[31m", [], {}, ["a"], {"kind": 3},
        {"kind": "affine"}, [[1]]]  # fmt: skip


@st.composite
def damaged_plans(draw):
    """Plans that are records, and make no sense."""
    plan = copy.deepcopy(PLAN)
    for _ in range(draw(st.integers(1, 3))):
        *path, last = draw(st.sampled_from(list(places(plan))))
        parent = plan
        for step in path:
            parent = parent[step]
        other = draw(st.sampled_from([*JUNK, None]))
        parent[last] = draw(st.sampled_from([other, copy.deepcopy(PLAN["layers"])]))
        if isinstance(parent, list) and draw(st.booleans()):
            parent.insert(0, copy.deepcopy(parent[-1]))
    return plan


@settings(max_examples=300)
@given(damaged_plans())
def test_a_plan_that_makes_no_sense_is_compared_all_the_same(data):
    try:
        damaged = Side("damaged", Plan.model_validate(data))
    except ValidationError:
        return
    right = Side("right", Plan.model_validate(PLAN))
    for old, new in ((damaged, right), (right, damaged), (damaged, damaged)):
        text = render(compare(old, new, check_version=True), Promise())
        assert "\x1b" not in text
