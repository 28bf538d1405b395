"""The state of an optimizer and a SavedModel in a bundle: kept, checked, and taken away."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flowspec import bundle
from flowspec.bundle.names import payload_name
from flowspec.records import Plan

Weights = dict[str, np.ndarray[Any, Any]]
Files = Callable[[Path], dict[str, bytes]]
Refused = Callable[..., str]
Edit = Callable[..., None]


def inner(folder: Path, name: str = "") -> Path:
    (found,) = folder.glob("saved_model-*")
    return found / name


def test_what_was_kept_comes_back(
    whole: Path,
    weights: Weights,
    optimizer: Weights,
    saved_model: dict[str, bytes],
    files_in: Files,
) -> None:
    found = bundle.read(whole)
    np.testing.assert_equal(found.weights(), weights)
    np.testing.assert_equal(found.optimizer(), optimizer)
    folder = found.saved_model()
    assert folder == inner(whole)
    assert files_in(folder) == saved_model


def test_what_was_not_kept_is_none(saved: Path) -> None:
    found = bundle.read(saved)
    assert found.optimizer() is None
    assert found.saved_model() is None


def test_values_are_the_bundle_with_its_arrays(whole: Path, saved: Path) -> None:
    values = bundle.read_values(whole)
    assert values.bundle == bundle.read(whole)
    np.testing.assert_equal(values.weights, values.bundle.weights())
    np.testing.assert_equal(values.optimizer, values.bundle.optimizer())
    assert bundle.read_values(saved).optimizer is None


def test_values_are_read_from_a_whole_bundle_alone(whole: Path, refused: Refused) -> None:
    inner(whole, "variables/variables.index").write_bytes(b"INDEX")
    refused("file-changed", bundle.read_values, whole)


def test_names_follow_from_content(whole: Path, saved_model: dict[str, bytes]) -> None:
    lines = [f"{hashlib.sha256(saved_model[p]).hexdigest()}  {p}\n" for p in sorted(saved_model)]
    digest = hashlib.sha256("".join(lines).encode()).hexdigest()
    assert inner(whole).name == f"saved_model-{digest[:12]}"
    (file,) = whole.glob("optimizer-*")
    assert file.name == payload_name("optimizer", hashlib.sha256(file.read_bytes()).hexdigest())


def test_overwriting_takes_away_what_is_not_kept_again(
    whole: Path, plan: Plan, weights: Weights, files_in: Files
) -> None:
    bundle.write(whole, plan, weights)
    assert sorted(name.split("-")[0] for name in files_in(whole)) == [
        "manifest.json", "plan", "spec", "weights",
    ]  # fmt: skip
    assert list(whole.glob("saved_model-*")) == []


def test_overwriting_heals_a_damaged_saved_model(
    whole: Path, plan: Plan, weights: Weights, saved_model: dict[str, bytes], files_in: Files
) -> None:
    inner(whole, "saved_model.pb").write_bytes(b"other")
    inner(whole, "variables/variables.index").unlink()
    bundle.write(whole, plan, weights, saved_model=saved_model)
    assert files_in(bundle.read(whole).saved_model()) == saved_model


def test_a_link_in_the_place_of_a_saved_model_is_replaced(
    whole: Path, plan: Plan, weights: Weights, saved_model: dict[str, bytes], files_in: Files
) -> None:
    outside = whole.parent / "outside"
    inner(whole).rename(outside)
    (whole / f"{bundle.read(whole).manifest.saved_model.name}").symlink_to(outside)
    (outside / "saved_model.pb").write_bytes(b"not ours")
    bundle.write(whole, plan, weights, saved_model=saved_model)
    assert (outside / "saved_model.pb").read_bytes() == b"not ours"
    assert files_in(bundle.read(whole).saved_model()) == saved_model


def role_of(folder: Path, role: str) -> tuple[Path, Callable[[], object]]:
    """A file of the role, and what reads it."""
    found = bundle.read(folder)
    if role == "optimizer":
        return next(folder.glob("optimizer-*")), found.optimizer
    return inner(folder, role), found.saved_model


every_file = pytest.mark.parametrize(
    "role", ["optimizer", "saved_model.pb", "variables/variables.index"]
)


@every_file
@pytest.mark.parametrize("change", [-1, 1])
def test_a_file_of_another_size_is_named(
    whole: Path, refused: Refused, role: str, change: int
) -> None:
    path, read = role_of(whole, role)
    size = path.stat().st_size
    os.truncate(path, size + change)
    text = refused("file-changed", read)
    assert str(path) in text
    assert f"expected: {size} bytes" in text


@every_file
def test_a_file_with_one_other_bit_is_named(whole: Path, refused: Refused, role: str) -> None:
    path, read = role_of(whole, role)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    assert str(path) in refused("file-changed", read)


@every_file
def test_a_missing_file_is_named(whole: Path, refused: Refused, role: str) -> None:
    path, read = role_of(whole, role)
    path.unlink()
    assert f"`{path}`, which is missing" in refused("file-missing", read)


@every_file
def test_a_link_that_leads_out_is_refused(whole: Path, refused: Refused, role: str) -> None:
    path, read = role_of(whole, role)
    path.rename(whole.parent / "outside")
    path.symlink_to(whole.parent / "outside")
    assert path.name in refused("path-outside-bundle", read)


def test_a_saved_model_that_is_a_link_out_is_refused(whole: Path, refused: Refused) -> None:
    name = inner(whole).name
    inner(whole).rename(whole.parent / "outside")
    (whole / name).symlink_to(whole.parent / "outside")
    refused("path-outside-bundle", bundle.read(whole).saved_model)


def test_swapped_files_are_refused(whole: Path, refused: Refused) -> None:
    graph, index = inner(whole, "saved_model.pb"), inner(whole, "variables/variables.index")
    data = graph.read_bytes()
    graph.write_bytes(index.read_bytes())
    index.write_bytes(data)
    refused("file-changed", bundle.read(whole).saved_model)


OUTSIDE = ["../saved_model.pb", "/etc/passwd", "a/../../b", "a/b/c", "", "C:\\x", "a\\b", "."]


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_path_that_leads_out_is_refused(
    whole: Path, refused: Refused, edit_manifest: Edit, name: str
) -> None:
    edit_manifest(whole, lambda m: m["saved_model"]["files"][0].update(name=name))
    refused("path-outside-bundle", bundle.read, whole)


@pytest.mark.parametrize("name", OUTSIDE)
def test_a_folder_that_leads_out_is_refused(
    whole: Path, refused: Refused, edit_manifest: Edit, name: str
) -> None:
    edit_manifest(whole, lambda m: m["saved_model"].update(name=name))
    refused("path-outside-bundle", bundle.read, whole)


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "a file left out": lambda m: m["saved_model"].update(files=m["saved_model"]["files"][1:]),
    "a file renamed": lambda m: m["saved_model"]["files"][0].update(name="other.pb"),
    "another hash": lambda m: m["saved_model"]["files"][0].update(sha256="0" * 64),
    "another folder": lambda m: m["saved_model"].update(name="saved_model-0123456789ab"),
    "no folder": lambda m: m["saved_model"].pop("name"),
    "the optimizer renamed": lambda m: m["files"]["optimizer"].update(name="weights"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_manifest_that_no_save_writes_is_damaged(
    whole: Path, refused: Refused, edit_manifest: Edit, change: Callable[..., object]
) -> None:
    edit_manifest(whole, change)
    assert str(whole / "manifest.json") in refused("manifest-damaged", bundle.read, whole)


def test_a_large_optimizer_is_not_read(whole: Path, refused: Refused, edit_manifest: Edit) -> None:
    found = bundle.read(whole)
    os.truncate(next(whole.glob("optimizer-*")), 2**40)
    edit_manifest(whole, lambda m: m["files"]["optimizer"].update(bytes=2**40))
    found = bundle.read(whole)
    refused("too-large", found.optimizer)


def test_a_large_optimizer_is_not_written(
    tmp_path: Path, plan: Plan, weights: Weights, refused: Refused
) -> None:
    large = {"momentum": np.zeros(10**6)}
    refused("cannot-write", bundle.write, tmp_path / "b", plan, weights, optimizer=large)
    assert list(tmp_path.iterdir()) == []


def test_an_optimizer_that_is_no_safetensors_file_is_refused(
    whole: Path, refused: Refused, forge: Callable[..., Path]
) -> None:
    forge(whole, "optimizer", b"no tensors")
    refused("weights-damaged", bundle.read(whole).optimizer)


@pytest.mark.parametrize(
    ("change", "slug", "words"),
    [
        ({"revision": 99}, "other-revision", "expected: revision 1"),
        ({"revisions": {"transform": 2}}, "other-revision", "`layers.0.transform`"),
        ({"node": {"kind": "coupling", "gone": 1}}, "plan-damaged", "`layers.0` has options"),
        ({"kind": "nonsense"}, "plan-damaged", "`layers.0` is of a kind"),
        ({"family": "nonsense"}, "plan-damaged", "coupling among nonsense"),
    ],
)
def test_a_plan_for_other_mathematics_is_read_but_gives_no_values(
    tmp_path: Path,
    plan: Plan,
    weights: Weights,
    refused: Refused,
    change: Any,
    slug: str,
    words: str,
) -> None:
    layers = (plan.layers[0].model_copy(update=change), *plan.layers[1:])
    bundle.write(tmp_path / "b", plan.model_copy(update={"layers": layers}), weights)
    assert bundle.read(tmp_path / "b").plan.layers == layers
    assert words in refused(slug, bundle.read_values, tmp_path / "b")


def test_a_network_of_an_unknown_kind_gives_no_values(
    tmp_path: Path, plan: Plan, weights: Weights, refused: Refused
) -> None:
    network = plan.layers[0].networks[0].model_copy(update={"kind": "nonsense"})
    layer = plan.layers[0].model_copy(update={"networks": (network,)})
    changed = plan.model_copy(update={"layers": (layer, *plan.layers[1:])})
    bundle.write(tmp_path / "b", changed, weights)
    text = refused("plan-damaged", bundle.read_values, tmp_path / "b")
    assert "`layers.0.conditioner` is of a kind" in text
