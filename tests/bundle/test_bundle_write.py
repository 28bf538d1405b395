"""What a save writes, what it refuses, and what it leaves alone."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import flowspec
from flowspec import bundle
from flowspec.bundle.disk import Disk
from flowspec.bundle.pack import pack
from flowspec.bundle.writer import save
from flowspec.diagnostics import BundleError
from flowspec.records import Plan, VariableRecord

Weights = dict[str, np.ndarray[Any, Any]]
Files = Callable[[Path], dict[str, bytes]]
Refused = Callable[..., str]

NAMES = [
    r"manifest\.json",
    r"plan-[0-9a-f]{12}\.json",
    r"spec-[0-9a-f]{12}\.json",
    r"weights-[0-9a-f]{12}\.safetensors",
]


def test_a_bundle_is_four_files_named_by_their_content(saved: Path, files_in: Files) -> None:
    files = files_in(saved)
    assert len(files) == len(NAMES)
    for name, pattern in zip(sorted(files), NAMES, strict=True):
        assert re.fullmatch(pattern, name)
        if name != "manifest.json":
            assert hashlib.sha256(files[name]).hexdigest()[:12] in name


def test_the_manifest_lists_every_file_with_hash_and_size(saved: Path, files_in: Files) -> None:
    files = files_in(saved)
    manifest = json.loads(files.pop("manifest.json"))
    assert manifest["format"] == "flowspec-bundle"
    assert manifest["schema"] == 2
    assert (manifest["name"], manifest["version"]) == ("tiny", "0.1.0")
    assert sorted(manifest["files"]) == ["plan", "spec", "weights"]
    listed = {entry["name"]: entry for entry in manifest["files"].values()}
    for name, data in files.items():
        assert listed[name]["bytes"] == len(data)
        assert listed[name]["sha256"] == hashlib.sha256(data).hexdigest()


def test_write_returns_the_manifest_that_read_finds(
    tmp_path: Path, plan: Plan, weights: Weights
) -> None:
    manifest = bundle.write(
        tmp_path / "b", plan, weights, state={"adapted": True, "epoch": 3}, tools={"keras": "3.15"}
    )
    assert bundle.read(tmp_path / "b").manifest == manifest
    assert manifest.state == {"adapted": True, "epoch": 3}
    assert list(manifest.tools) == ["flowspec", "python", "keras"]
    assert manifest.created.utcoffset() == timedelta(0)
    assert manifest.created.microsecond == 0


def test_a_flow_is_not_adapted_unless_said(saved: Path) -> None:
    assert bundle.read(saved).manifest.state == {"adapted": False}


def test_callers_cannot_claim_another_flowspec(
    tmp_path: Path, plan: Plan, weights: Weights
) -> None:
    manifest = bundle.write(tmp_path / "b", plan, weights, tools={"flowspec": "99"})
    assert manifest.tools["flowspec"] == flowspec.__version__


def test_a_manifest_does_not_change(saved: Path) -> None:
    manifest = bundle.read(saved).manifest
    with pytest.raises(ValueError, match="frozen"):
        manifest.name = "other"  # type: ignore[misc]


def test_the_same_flow_gives_the_same_payload_everywhere(
    tmp_path: Path, plan: Plan, weights: Weights
) -> None:
    here = bundle.write(tmp_path / "here", plan, weights).files
    (tmp_path / "plan.json").write_text(plan.model_dump_json())
    np.savez(tmp_path / "weights.npz", **weights)
    program = """
import sys, numpy
from flowspec import bundle
from flowspec.diagnostics import BundleError
from flowspec.records import Plan
plan = Plan.model_validate_json(open("plan.json").read())
weights = dict(reversed(list(numpy.load("weights.npz").items())))
bundle.write("there", plan, weights)
"""
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=tmp_path,
            env={**environment, "PYTHONHASHSEED": seed},
            check=True,
        )
        assert bundle.read(tmp_path / "there").manifest.files == here


def test_missing_folders_above_are_made(tmp_path: Path, plan: Plan, weights: Weights) -> None:
    bundle.write(tmp_path / "a" / "b" / "c", plan, weights)
    assert bundle.is_bundle(tmp_path / "a" / "b" / "c")


def test_a_relative_folder_stays_readable_after_changing_folder(
    tmp_path: Path, plan: Plan, weights: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    bundle.write("b", plan, weights)
    found = bundle.read("b")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert found.weights().keys() == weights.keys()


def test_an_empty_folder_becomes_a_bundle(tmp_path: Path, plan: Plan, weights: Weights) -> None:
    (tmp_path / "b").mkdir()
    bundle.write(tmp_path / "b", plan, weights)
    assert bundle.is_bundle(tmp_path / "b")


def test_a_link_to_a_folder_is_followed(saved: Path, plan: Plan, other_weights: Weights) -> None:
    link = saved.parent / "latest"
    link.symlink_to(saved.name)
    bundle.write(link, plan, other_weights)
    assert link.is_symlink()
    np.testing.assert_equal(bundle.read(saved).weights(), other_weights)


@pytest.mark.skipif(os.name == "nt", reason="permissions are POSIX")
def test_files_have_the_permissions_of_new_files(
    tmp_path: Path, plan: Plan, weights: Weights
) -> None:
    before = os.umask(0o027)
    try:
        bundle.write(tmp_path / "b", plan, weights)
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "b").iterdir()}
    assert modes == {0o640}


def test_overwriting_leaves_only_the_new_bundle(
    saved: Path, plan: Plan, weights: Weights, other_weights: Weights, files_in: Files
) -> None:
    before = files_in(saved).keys()
    bundle.write(saved, plan, other_weights)
    after = files_in(saved).keys()
    assert len(after) == len(NAMES)
    assert len(before & after) == len(["manifest", "spec", "plan"])
    np.testing.assert_equal(bundle.read(saved).weights(), other_weights)
    bundle.write(saved, plan, weights)
    np.testing.assert_equal(bundle.read(saved).weights(), weights)


def test_overwriting_heals_a_damaged_payload(saved: Path, plan: Plan, weights: Weights) -> None:
    for path in saved.glob("[psw]*-*"):
        path.write_bytes(b"damaged")
    bundle.write(saved, plan, weights)
    np.testing.assert_equal(bundle.read(saved).weights(), weights)


def test_overwriting_keeps_files_of_others(saved: Path, plan: Plan, other_weights: Weights) -> None:
    others = [
        "README.md",
        "notes.json",
        "weights-latest.safetensors",
        "spec-0123456789AB.json",
        "plan-0123456789ab.json.bak",
        "my.flowspec-0123456789abcdef.tmp",
        ".flowspec-0123.tmp",
    ]
    for name in others:
        (saved / name).write_text("mine")
    (saved / "saved_model").mkdir()
    (saved / "weights-0123456789ab.safetensors").mkdir()
    bundle.write(saved, plan, other_weights)
    assert all((saved / name).read_text() == "mine" for name in others)
    assert (saved / "saved_model").is_dir()
    assert (saved / "weights-0123456789ab.safetensors").is_dir()


def test_overwriting_removes_what_killed_saves_left(
    saved: Path, plan: Plan, weights: Weights, files_in: Files
) -> None:
    whole = files_in(saved).keys()
    for name in ("weights-0123456789ab.safetensors", ".flowspec-0123456789abcdef.tmp"):
        (saved / name).write_text("half")
    (saved / ".flowspec.lock").touch()
    (saved / "saved_model-0123456789ab" / "variables").mkdir(parents=True)
    (saved / "saved_model-0123456789ab" / "variables" / "half").write_text("half")
    bundle.write(saved, plan, weights)
    assert files_in(saved).keys() == whole
    assert not (saved / "saved_model-0123456789ab").exists()


def test_a_removed_link_leaves_what_it_leads_to(saved: Path, plan: Plan, weights: Weights) -> None:
    outside = saved.parent / "outside"
    outside.write_text("mine")
    (saved / "spec-0123456789ab.json").symlink_to(outside)
    bundle.write(saved, plan, weights)
    assert not (saved / "spec-0123456789ab.json").is_symlink()
    assert outside.read_text() == "mine"


def test_a_lock_that_is_a_link_is_refused(
    saved: Path, plan: Plan, weights: Weights, refused: Refused
) -> None:
    (saved / ".flowspec.lock").symlink_to(saved.parent / "outside")
    refused("cannot-write", bundle.write, saved, plan, weights)
    assert not (saved.parent / "outside").exists()


def test_a_newer_bundle_may_be_overwritten(
    saved: Path, plan: Plan, weights: Weights, edit_manifest: Callable[..., None]
) -> None:
    edit_manifest(saved, lambda manifest: manifest.update(schema=3))
    bundle.write(saved, plan, weights)
    assert bundle.read(saved).manifest.schema_number == 2


def test_a_file_is_not_replaced(
    tmp_path: Path, plan: Plan, weights: Weights, refused: Refused
) -> None:
    (tmp_path / "b").write_text("mine")
    text = refused("not-a-bundle", bundle.write, tmp_path / "b", plan, weights)
    assert str(tmp_path / "b") in text
    assert (tmp_path / "b").read_text() == "mine"


def test_a_link_to_nothing_is_not_replaced(
    tmp_path: Path, plan: Plan, weights: Weights, refused: Refused
) -> None:
    (tmp_path / "b").symlink_to("nowhere")
    refused("not-a-bundle", bundle.write, tmp_path / "b", plan, weights)
    assert sorted(os.listdir(tmp_path)) == ["b"]


@pytest.mark.parametrize(
    "content",
    [
        {"README.md": "mine"},
        {"manifest.json": '{"name": "a web page"}'},
        {"manifest.json": '{"format": "flowspec-bundle"'},
        {"manifest.json": "[]"},
        {"spec-0123456789ab.json": "{}"},
        {".flowspec.lock": "", "README.md": "mine"},
    ],
    ids=["others", "foreign manifest", "cut manifest", "list", "no manifest", "lock and others"],
)
def test_a_folder_of_something_else_is_not_touched(
    tmp_path: Path,
    plan: Plan,
    weights: Weights,
    refused: Refused,
    files_in: Files,
    content: dict[str, str],
) -> None:
    folder = tmp_path / "b"
    folder.mkdir()
    for name, text in content.items():
        (folder / name).write_text(text)
    before, time = files_in(folder), folder.stat().st_mtime_ns
    refused("not-a-bundle", bundle.write, folder, plan, weights)
    assert files_in(folder) == before
    assert folder.stat().st_mtime_ns == time


@pytest.mark.parametrize("name", ["zero\0byte", "half\ud800character"])
def test_an_impossible_name_is_refused(
    tmp_path: Path, plan: Plan, weights: Weights, refused: Refused, name: str
) -> None:
    refused("cannot-write", bundle.write, tmp_path / name, plan, weights)
    refused("not-a-bundle", bundle.read, tmp_path / name)
    assert not bundle.is_bundle(tmp_path / name)


def test_a_folder_below_a_file_cannot_be_written(
    tmp_path: Path, plan: Plan, weights: Weights, refused: Refused
) -> None:
    (tmp_path / "file").write_text("mine")
    refused("cannot-write", bundle.write, tmp_path / "file" / "b", plan, weights)


def test_weights_that_are_not_the_plans_touch_nothing(
    tmp_path: Path, plan: Plan, weights: Weights, refused: Refused
) -> None:
    first, second, *_ = weights
    wrong = {path: value for path, value in weights.items() if path != first}
    wrong |= {second: weights[second].astype("float64"), "stray": np.zeros(3)}
    text = refused("weights-mismatch", bundle.write, tmp_path / "b", plan, wrong)
    assert f"`{first}`, a variable of the plan, is missing from the weights" in text
    assert "`stray` in the weights is no variable of the plan" in text
    assert f"`{second}` in the weights has another dtype than in the plan" in text
    assert not (tmp_path / "b").exists()


def test_a_misspelt_path_is_recognised(
    tmp_path: Path, plan: Plan, weights: Weights, refused: Refused
) -> None:
    first = next(iter(weights))
    wrong = {path.replace("kernel", "kernal"): value for path, value in weights.items()}
    text = refused("weights-mismatch", bundle.write, tmp_path / "b", plan, wrong)
    assert f"did you mean `{first.replace('kernel', 'kernal')}`?" in text


@pytest.mark.parametrize(
    "state",
    [
        {"loss": math.nan},
        {"loss": math.inf},
        {"numbers": {1, 2}},
        {"half": "\ud800"},
        {1: "key"},
        {"adapted": 1},
        {"long": "x" * 2_000_000},
    ],
    ids=["nan", "inf", "set", "half character", "key", "adapted", "long"],
)
def test_state_that_is_no_small_json_touches_nothing(
    tmp_path: Path, plan: Plan, weights: Weights, refused: Refused, state: dict[str, Any]
) -> None:
    refused("cannot-write", bundle.write, tmp_path / "b", plan, weights, state=state)
    assert not (tmp_path / "b").exists()


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def test_deep_state_is_kept(tmp_path: Path, plan: Plan, weights: Weights) -> None:
    manifest = bundle.write(tmp_path / "b", plan, weights, state={"deep": nested(100)})
    assert bundle.read(tmp_path / "b").manifest == manifest


def test_deep_state_that_is_written_can_be_read(
    tmp_path: Path, plan: Plan, weights: Weights
) -> None:
    written = 0
    for depth in range(190, 210):
        folder = tmp_path / str(depth)
        with contextlib.suppress(BundleError):
            bundle.write(folder, plan, weights, state={"deep": nested(depth)})
        if folder.exists():
            assert bundle.read(folder).manifest.state["deep"] == nested(depth)
            written += 1
    assert 0 < written < 20


@pytest.mark.parametrize("depth", [250, 100_000])
def test_state_too_deep_to_be_read_is_not_written(
    tmp_path: Path, plan: Plan, weights: Weights, refused: Refused, depth: int
) -> None:
    state = {"deep": nested(depth)}
    refused("cannot-write", bundle.write, tmp_path / "b", plan, weights, state=state)
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("value", [object(), {1, 2}, "\ud800", b"bytes"])
def test_a_plan_that_is_not_json_touches_nothing(
    tmp_path: Path, plan: Plan, weights: Weights, refused: Refused, value: object
) -> None:
    strange = plan.model_copy(update={"spec": {**plan.spec, "strange": value}})
    refused("cannot-write", bundle.write, tmp_path / "b", strange, weights)
    assert not (tmp_path / "b").exists()


def test_a_plan_too_deep_to_be_read_is_not_written(
    tmp_path: Path, plan: Plan, weights: Weights
) -> None:
    for depth in (300, 100_000):
        deep = plan.model_copy(update={"spec": {**plan.spec, "deep": nested(depth)}})
        with pytest.raises(flowspec.FlowspecError):
            bundle.write(tmp_path / "b", deep, weights)
        assert not (tmp_path / "b").exists()


def test_a_plan_that_lists_a_variable_twice_is_not_written(
    tmp_path: Path, with_variables: Callable[..., Plan], refused: Refused
) -> None:
    record = VariableRecord(path="a", shape=(2,), dtype="float32", initializer="zeros")
    values = {"a": np.zeros(2, "float32")}
    twice = with_variables(record, record)
    assert "2 times" in refused("plan-damaged", bundle.write, tmp_path / "b", twice, values)


def test_a_packed_bundle_can_be_saved_twice(tmp_path: Path, plan: Plan, weights: Weights) -> None:
    packed = pack(tmp_path, plan, weights)
    for name in ("a", "b"):
        save(tmp_path / name, packed, Disk())
        assert bundle.read(tmp_path / name).manifest == packed.manifest
