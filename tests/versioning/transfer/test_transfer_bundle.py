"""From bundle to flow: state, lineage, damage, refusal."""

import shutil

import numpy as np
import pytest

import flowspec
from flowspec import bundle
from flowspec.bundle.manifest import MAX_ANCESTORS, Lineage
from flowspec.diagnostics import BundleError, TransferError
from flowspec.versioning.transfer.parent import look_at_parent, read_parent
from flowspec.versioning.transfer.state import lineage_of
from flowspec.versioning.transfer.transfer import Transfer
from tests.versioning.transfer.flows import (
    COUPLING,
    GIVEN,
    SCALE,
    STATE,
    log_prob,
    planned,
    rows_of,
    spec,
    weights_of,
)

STANDARD = {**STATE, "standardize": True}
OLD = {**spec(COUPLING, GIVEN, context={"state": STANDARD}), "version": "1.2.0"}
DEEPER = {**OLD, "layers": [COUPLING, GIVEN, SCALE]}
WIDER = {**OLD, "context": {"state": STANDARD, "more": STANDARD}}
FROZEN = "layers.0.conditioner.dense_0.bias"


@pytest.fixture(scope="module")
def parent(tmp_path_factory):
    """A bundle as a training leaves it."""
    folder = tmp_path_factory.mktemp("parent") / "old.bundle"
    plan = planned(OLD)
    training = {"epochs": 2, "loss": 1.0}
    state = {"adapted": True, "frozen": [FROZEN], "policy": "float64", "training": training}
    optimizer = {"iteration": np.array(3)}
    bundle.write(folder, plan, weights_of(plan), optimizer=optimizer, state=state)
    return folder


def transfer_of(folder, new):
    return Transfer(bundle.read(folder), planned(new))


@pytest.fixture(scope="module")
def deeper(parent):
    return flowspec.transfer(parent, DEEPER)


def test_a_transferred_flow_has_the_log_prob_of_the_old_one(parent, deeper):
    rows = rows_of(planned(OLD))
    wanted = log_prob(planned(OLD), read_parent(parent).weights, rows)
    np.testing.assert_allclose(deeper.log_prob(rows["y"], state=rows["state"]), wanted, rtol=1e-12)


def test_what_goes_along_and_what_stays(parent, deeper, tmp_path):
    assert deeper.adapted
    assert deeper.store.frozen == (FROZEN,)
    deeper.save(tmp_path / "new.bundle", saved_model=False)
    manifest = bundle.read(tmp_path / "new.bundle").manifest
    assert manifest.training is None
    assert "optimizer" not in manifest.files
    assert manifest.lineage == Lineage(
        parent=bundle.read(parent).sha256, name="moved", version="1.2.0",
        variables={"kept": 10, "renamed": 0, "resized": 0, "initialised": 1},
    )  # fmt: skip


def test_notes_say_what_stays(parent):
    assert transfer_of(parent, WIDER).carried.notes == (
        "some statistics are new: the next `fit` or `adapt` fits all of them anew",
        "the state of the optimizer is left behind: training starts it anew",
        "the record of the last training stays with the old bundle",
    )


def test_new_statistics_are_not_fitted(parent):
    assert transfer_of(parent, WIDER).carried.state["adapted"] is False
    assert transfer_of(parent, DEEPER).carried.state["adapted"] is True


def test_frozen_variables_go_along_under_their_new_paths(parent):
    named = {**OLD, "layers": [{**COUPLING, "name": "first"}, GIVEN],
             "renames": {"layers.0": "layers.first"}}  # fmt: skip
    state = transfer_of(parent, named).carried.state
    assert state["frozen"] == ["layers.first.conditioner.dense_0.bias"]
    gone = transfer_of(parent, {**OLD, "layers": [SCALE, GIVEN]}).carried
    assert gone.state["frozen"] == []
    assert "1 of the variables that were frozen in Python are not there any more" in gone.notes


def test_a_flow_of_another_dtype_has_no_policy_of_the_old_one(parent):
    carried = transfer_of(parent, {**OLD, "dtype": "float32"}).carried
    assert carried.state["policy"] == "float32"
    assert carried.notes[0] == "the flow was of float64, and its networks now run in float32"


def test_lineage_is_a_chain(parent, tmp_path):
    """Three transfers, each to the plan of the one before."""
    plan, folder, hashes = planned(OLD), parent, [bundle.read(parent).sha256]
    for turn in range(3):
        values = read_parent(folder)
        move = Transfer(values.bundle, plan)
        folder = tmp_path / f"{turn}.bundle"
        weights = move.weights(values.weights, lambda variable: np.zeros(variable.shape))
        state = move.carried.state
        bundle.write(folder, plan, weights, state=state, lineage=move.lineage)
        hashes.append(bundle.read(folder).sha256)
    lineage = bundle.read(folder).manifest.lineage
    assert (lineage.parent, *lineage.earlier) == tuple(reversed(hashes[:3]))
    for path, value in read_parent(parent).weights.items():
        np.testing.assert_array_equal(read_parent(folder).weights[path], value)


def test_lineage_is_bounded(parent):
    old = bundle.read(parent)
    above = Lineage(parent="0" * 64, name="a", version="1.0.0", variables={},
                    earlier=("1" * 64,) * MAX_ANCESTORS)  # fmt: skip
    object.__setattr__(old, "manifest", old.manifest.model_copy(update={"lineage": above}))
    found = lineage_of(Transfer(old, planned(OLD)).map, old)
    assert len(found.earlier) == MAX_ANCESTORS
    assert found.earlier[0] == "0" * 64


def test_a_transfer_that_is_not_whole_is_refused(parent):
    with pytest.raises(TransferError) as caught:
        flowspec.transfer(parent, {**OLD, "layers": [SCALE, GIVEN]})
    slugs = [one.slug for one in caught.value.diagnostics]
    assert slugs[0] == "partial-transfer"
    assert set(slugs[1:]) == {"transfer-leaves-behind"}


def test_a_partial_transfer_has_to_be_meant(parent):
    flow = flowspec.transfer(parent, {**OLD, "layers": [SCALE, GIVEN]}, partial=True)
    kept = "layers.1.conditioner.dense_1.kernel"
    np.testing.assert_array_equal(flow.variables[kept], weights_of(planned(OLD))[kept])
    np.testing.assert_array_equal(flow.variables["layers.0.raw"], np.zeros((3, 2)))


def test_a_damaged_parent_is_refused(parent, tmp_path):
    copied = tmp_path / "copied.bundle"
    shutil.copytree(parent, copied)
    (weights,) = copied.glob("weights-*")
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    with pytest.raises(BundleError, match="file-changed"):
        flowspec.transfer(copied, DEEPER)
    with pytest.raises(BundleError, match="file-changed"):
        look_at_parent(copied)


@pytest.mark.parametrize("change", [
    {"mask": (True,)}, {"order": (0, 0, 1)}, {"features": 2},
    {"path": "layers.1"},
])  # fmt: skip
def test_a_plan_that_contradicts_itself_is_refused(tmp_path, change):
    plan = planned(OLD)
    first = plan.layers[0].model_copy(update=change)
    bundle.write(tmp_path / "b", plan.model_copy(update={"layers": (first, *plan.layers[1:])}),
                 weights_of(plan))  # fmt: skip
    with pytest.raises(BundleError, match="plan-damaged"):
        flowspec.transfer(tmp_path / "b", OLD)


def test_a_plan_whose_shapes_are_not_those_of_its_options_is_read_with_care(tmp_path):
    """What its axes would mean is not known then."""
    plan = planned(OLD)
    network = plan.layers[0].networks[0]
    node = {**network.node, "hidden": [9]}
    first = plan.layers[0].model_copy(
        update={"networks": (network.model_copy(update={"node": node}),)}
    )
    bundle.write(tmp_path / "b", plan.model_copy(update={"layers": (first, *plan.layers[1:])}),
                 weights_of(plan))  # fmt: skip
    assert Transfer(bundle.read(tmp_path / "b"), plan).map.counts["kept"] == 10


def test_a_parent_of_another_revision_is_read_and_told(tmp_path):
    plan = planned(OLD)
    first = plan.layers[0].model_copy(update={"revision": 7})
    other = plan.model_copy(update={"layers": (first, *plan.layers[1:])})
    bundle.write(tmp_path / "b", other, weights_of(plan))
    with pytest.raises(BundleError, match="other-revision"):
        flowspec.load(tmp_path / "b")
    with pytest.raises(TransferError) as caught:
        flowspec.transfer(tmp_path / "b", OLD)
    told = caught.value.diagnostics[1]
    assert told.slug == "transfer-changes-numbers"
    assert told.message.endswith("it computes something else: `revision` was 7 and is 1")
