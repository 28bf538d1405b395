"""Every damage is told by name: the file, what was expected, what is there."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save as safetensors_bytes

from flowspec import bundle
from flowspec.bundle.encode import encode_plan
from flowspec.diagnostics import BundleError
from flowspec.records import Plan, VariableRecord

Weights = dict[str, np.ndarray[Any, Any]]
Refused = Callable[..., str]
Edit = Callable[..., None]
Forge = Callable[..., Path]

OUTSIDE = ["../plan.json", "/etc/passwd", "a/b", "..", ".", "", "C:plan", "a\\b", "a\0b", "x\n"]


def named(folder: Path, role: str) -> Path:
    return folder / bundle.read(folder).manifest.files[role].name


def read_all(folder: Path) -> Weights:
    return bundle.read(folder).weights()


def test_a_missing_folder_is_no_bundle(tmp_path: Path, refused: Refused) -> None:
    assert "does not exist" in refused("not-a-bundle", bundle.read, tmp_path / "b")
    assert not bundle.is_bundle(tmp_path / "b")


def test_a_file_is_no_bundle(tmp_path: Path, refused: Refused) -> None:
    (tmp_path / "b").write_text("x")
    assert "a bundle is a folder" in refused("not-a-bundle", bundle.read, tmp_path / "b")
    assert not bundle.is_bundle(tmp_path / "b")


def test_a_folder_without_manifest_is_no_bundle(saved: Path, refused: Refused) -> None:
    (saved / "manifest.json").unlink()
    assert "has no manifest.json" in refused("not-a-bundle", bundle.read, saved)
    assert not bundle.is_bundle(saved)


def test_a_first_save_cut_short_is_no_bundle(tmp_path: Path, refused: Refused) -> None:
    (tmp_path / ".flowspec.lock").touch()
    assert "first save was not finished" in refused("not-a-bundle", bundle.read, tmp_path)


@pytest.mark.parametrize("text", ["[]", "{}", "null", '{"format": "zarr"}', '{"format": []}'])
def test_a_manifest_of_another_format_is_no_bundle(
    saved: Path, refused: Refused, text: str
) -> None:
    (saved / "manifest.json").write_text(text)
    assert "has another format" in refused("not-a-bundle", bundle.read, saved)
    assert not bundle.is_bundle(saved)


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"\xff\xfe", b'{"format": NaN}', b"[" * 100_000, b'{"a": "\\ud800"}'],
    ids=["empty", "cut", "bytes", "nan", "deep", "string"],
)
def test_a_manifest_that_is_not_json_is_damaged(saved: Path, refused: Refused, data: bytes) -> None:
    (saved / "manifest.json").write_bytes(data)
    assert "it is not JSON" in refused("manifest-damaged", bundle.read, saved)
    assert not bundle.is_bundle(saved)


CHANGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "unknown key": lambda m: m.update(extra=1),
    "name missing": lambda m: m.pop("name"),
    "other name": lambda m: m.update(name="other"),
    "other version": lambda m: m.update(version="9.9.9"),
    "no date": lambda m: m.update(created="yesterday"),
    "no time zone": lambda m: m.update(created="2025-01-01T00:00:00"),
    "tools a list": lambda m: m.update(tools=[]),
    "state missing": lambda m: m.pop("state"),
    "adapted missing": lambda m: m.update(state={}),
    "adapted a number": lambda m: m.update(state={"adapted": 1}),
    "frozen a text": lambda m: m["state"].update(frozen="layers.0"),
    "frozen nothing": lambda m: m["state"].update(frozen=None),
    "frozen numbers": lambda m: m["state"].update(frozen=[1]),
    "policy unknown": lambda m: m["state"].update(policy="float8"),
    "policy a list": lambda m: m["state"].update(policy=[]),
    "schema missing": lambda m: m.pop("schema"),
    "schema zero": lambda m: m.update(schema=0),
    "schema a text": lambda m: m.update(schema="1"),
    "schema true": lambda m: m.update(schema=True),
    "schema of an older form": lambda m: m.update(schema=1),
    "fingerprints missing": lambda m: m.pop("fingerprints"),
    "fingerprint of another plan": lambda m: m["fingerprints"].update(weights="0" * 64),
    "fingerprint short": lambda m: m["fingerprints"].update(callers="0" * 12),
    "lineage a text": lambda m: m.update(lineage="mine"),
    "lineage without a parent": lambda m: m.update(lineage={"name": "a", "version": "1"}),
    "files a list": lambda m: m.update(files=[]),
    "no plan": lambda m: m["files"].pop("plan"),
    "no weights": lambda m: m["files"].pop("weights"),
    "hash short": lambda m: m["files"]["plan"].update(sha256="abc"),
    "hash upper case": lambda m: m["files"]["plan"].update(sha256="A" * 64),
    "hash of another": lambda m: m["files"]["plan"].update(sha256="0" * 64),
    "size negative": lambda m: m["files"]["plan"].update(bytes=-1),
    "size a text": lambda m: m["files"]["plan"].update(bytes="12"),
    "size true": lambda m: m["files"]["plan"].update(bytes=True),
    "names another file": lambda m: m["files"]["plan"].update(name="manifest.json"),
    "plan is the spec": lambda m: m["files"].update(plan=m["files"]["spec"]),
    "weights too small": lambda m: m["files"]["weights"].update(bytes=10),
    "weights too large": lambda m: m["files"]["weights"].update(bytes=10**12),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_manifest_that_no_save_writes_is_damaged(
    saved: Path, refused: Refused, edit_manifest: Edit, change: Callable[..., object]
) -> None:
    edit_manifest(saved, change)
    assert str(saved / "manifest.json") in refused("manifest-damaged", bundle.read, saved)
    assert bundle.is_bundle(saved)


def test_fingerprints_that_are_not_the_plans_are_told_beside_those_that_are(
    saved: Path, refused: Refused, edit_manifest: Edit
) -> None:
    right = bundle.read(saved).manifest.fingerprints.short
    edit_manifest(saved, lambda m: m["fingerprints"].update(weights="0" * 64))
    text = refused("manifest-damaged", bundle.read, saved)
    assert "its fingerprints are not those of the plan" in text
    assert f"weights {right['weights']}" in text
    assert f"weights {'0' * 12}" in text


def test_fingerprints_of_another_rule_are_not_compared(saved: Path, edit_manifest: Edit) -> None:
    other = {"rule": 2, "weights": "0" * 64}
    edit_manifest(saved, lambda m: m["fingerprints"].update(other))
    assert bundle.read(saved).manifest.fingerprints.weights == "0" * 64


def test_a_plan_that_was_swapped_under_an_older_manifest_is_refused(
    saved: Path, refused: Refused, edit_manifest: Edit
) -> None:
    def older(m: dict[str, Any]) -> None:
        m.update(schema=1)
        for key in ("fingerprints", "lineage"):
            m.pop(key)

    edit_manifest(saved, older)
    found = bundle.read(saved)
    assert found.manifest.schema_number == 2
    plan = saved / found.manifest.files["plan"].name
    plan.write_bytes(plan.read_bytes().replace(b"tiny", b"tidy"))
    assert str(plan) in refused("file-changed", bundle.read, saved)


def test_a_manifest_may_list_further_files(saved: Path, edit_manifest: Edit) -> None:
    entry = {"name": "saved_model-0123456789ab", "sha256": "0" * 64, "bytes": 5}
    edit_manifest(saved, lambda m: m["files"].update(saved_model=entry))
    assert bundle.read(saved).manifest.files["saved_model"].name == entry["name"]


def test_a_newer_bundle_names_the_version_that_wrote_it(
    saved: Path, refused: Refused, edit_manifest: Edit
) -> None:
    edit_manifest(saved, lambda m: m.update(schema=3, tools={"flowspec": "7.1"}, new_key=1))
    text = refused("newer-bundle", bundle.read, saved)
    assert "written by a newer flowspec, 7.1" in text
    assert "got: schema 3" in text
    assert bundle.is_bundle(saved)


@pytest.mark.parametrize("tools", [None, [], {}, {"keras": "3"}])
def test_a_newer_bundle_may_hide_its_version(
    saved: Path, refused: Refused, edit_manifest: Edit, tools: object
) -> None:
    edit_manifest(saved, lambda m: m.update(schema=99, tools=tools))
    assert "version unknown" in refused("newer-bundle", bundle.read, saved)


def test_a_large_manifest_is_not_read(saved: Path, refused: Refused) -> None:
    os.truncate(saved / "manifest.json", 2**40)
    assert f"got: {2**40} bytes" in refused("too-large", bundle.read, saved)
    assert not bundle.is_bundle(saved)


@pytest.mark.parametrize("role", ["spec", "plan"])
def test_a_large_spec_or_plan_is_not_read(
    saved: Path, refused: Refused, edit_manifest: Edit, role: str
) -> None:
    os.truncate(named(saved, role), 2**40)
    edit_manifest(saved, lambda m: m["files"][role].update(bytes=2**40))
    assert f"{role}-" in refused("too-large", bundle.read, saved)


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("role", ["spec", "weights", "saved_model"])
def test_a_name_that_leads_out_is_refused(
    saved: Path, refused: Refused, edit_manifest: Edit, role: str, name: str
) -> None:
    entry = {"name": name, "sha256": "0" * 64, "bytes": 5}
    edit_manifest(saved, lambda m: m["files"].update({role: entry}))
    refused("path-outside-bundle", bundle.read, saved)


@pytest.mark.parametrize("role", ["spec", "plan", "weights"])
def test_a_link_that_leads_out_is_refused(saved: Path, refused: Refused, role: str) -> None:
    path = named(saved, role)
    path.rename(saved.parent / "outside")
    path.symlink_to("../outside")
    assert path.name in refused("path-outside-bundle", read_all, saved)


def test_a_manifest_that_is_a_link_out_is_refused(saved: Path, refused: Refused) -> None:
    (saved / "manifest.json").rename(saved.parent / "outside")
    (saved / "manifest.json").symlink_to("../outside")
    refused("path-outside-bundle", bundle.read, saved)
    assert not bundle.is_bundle(saved)


def test_a_link_within_the_folder_is_followed(saved: Path, weights: Weights) -> None:
    path = named(saved, "weights")
    path.rename(saved / "moved")
    path.symlink_to("moved")
    np.testing.assert_equal(read_all(saved), weights)


def test_a_bundle_that_is_a_link_is_read(saved: Path, plan: Plan) -> None:
    (saved.parent / "latest").symlink_to(saved.name)
    assert bundle.read(saved.parent / "latest").plan == plan


@pytest.mark.parametrize("role", ["spec", "plan", "weights"])
def test_a_missing_file_is_named(saved: Path, refused: Refused, role: str) -> None:
    path = named(saved, role)
    path.unlink()
    assert f"`{path}`, which is missing" in refused("file-missing", read_all, saved)


@pytest.mark.parametrize("role", ["spec", "plan", "weights"])
@pytest.mark.parametrize("change", [-1, 1])
def test_a_file_of_another_size_is_named(
    saved: Path, refused: Refused, role: str, change: int
) -> None:
    path = named(saved, role)
    size = path.stat().st_size
    os.truncate(path, size + change)
    text = refused("file-changed", read_all, saved)
    assert str(path) in text
    assert f"expected: {size} bytes" in text
    assert f"got: {size + change} bytes" in text


@pytest.mark.parametrize("role", ["spec", "plan", "weights"])
def test_a_file_with_one_other_bit_is_named(saved: Path, refused: Refused, role: str) -> None:
    path = named(saved, role)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    text = refused("file-changed", read_all, saved)
    assert str(path) in text
    assert f"expected: sha256 {bundle_hash(saved, role)}" in text


def bundle_hash(folder: Path, role: str) -> str:
    return json.loads((folder / "manifest.json").read_text())["files"][role]["sha256"]


@pytest.mark.parametrize("role", ["spec", "plan", "weights"])
def test_a_folder_in_a_files_place_is_refused(saved: Path, refused: Refused, role: str) -> None:
    path = named(saved, role)
    path.unlink()
    path.mkdir()
    assert str(path) in refused("file-unreadable", read_all, saved)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes are POSIX")
@pytest.mark.parametrize("role", ["spec", "plan", "weights", "manifest"])
def test_a_pipe_does_not_make_the_reader_wait(saved: Path, refused: Refused, role: str) -> None:
    path = saved / "manifest.json" if role == "manifest" else named(saved, role)
    path.unlink()
    os.mkfifo(path)
    assert "it is no regular file" in refused("file-unreadable", read_all, saved)


def test_a_link_in_a_circle_is_refused(saved: Path, refused: Refused) -> None:
    path = named(saved, "plan")
    path.unlink()
    path.symlink_to(path.name)
    refused("file-unreadable", bundle.read, saved)


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"[" * 10_000, b'"x"'])
def test_a_forged_spec_is_refused(saved: Path, refused: Refused, forge: Forge, data: bytes) -> None:
    assert str(forge(saved, "spec", data)) in refused("plan-damaged", bundle.read, saved)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"[" * 10_000, b'{"name": "tiny"}'])
def test_a_forged_plan_is_refused(saved: Path, refused: Refused, forge: Forge, data: bytes) -> None:
    assert str(forge(saved, "plan", data)) in refused("plan-damaged", bundle.read, saved)


def test_a_plan_with_an_unknown_key_is_refused(
    saved: Path, plan: Plan, refused: Refused, forge: Forge
) -> None:
    data = {**json.loads(encode_plan(plan)), "code": "import os"}
    forge(saved, "plan", json.dumps(data).encode())
    assert "code: Extra inputs are not permitted" in refused("plan-damaged", bundle.read, saved)


def test_a_spec_of_another_plan_is_refused(
    saved: Path, plan: Plan, refused: Refused, forge: Forge
) -> None:
    forge(saved, "spec", json.dumps({**plan.spec, "name": "other"}).encode())
    assert "its spec is another than" in refused("plan-damaged", bundle.read, saved)


@pytest.mark.parametrize("dtype", ["object", "bfloat16", "complex64", "flöat", ""])
def test_a_plan_with_a_strange_dtype_is_refused(
    saved: Path, with_variables: Callable[..., Plan], refused: Refused, forge: Forge, dtype: str
) -> None:
    record = VariableRecord(path="a", shape=(2,), dtype=dtype, initializer="zeros")
    forge(saved, "plan", encode_plan(with_variables(record)))
    assert "the variable `a`" in refused("plan-damaged", bundle.read, saved)


def test_a_plan_larger_than_its_weights_is_refused(
    saved: Path, with_variables: Callable[..., Plan], refused: Refused, forge: Forge
) -> None:
    """Nobody is made to build variables of a size that the weights on the disk do not have."""
    record = VariableRecord(path="a", shape=(10**9, 10**9), dtype="float64", initializer="zeros")
    forge(saved, "plan", encode_plan(with_variables(record)))
    refused("manifest-damaged", bundle.read, saved)


def forged_weights(folder: Path, forge: Forge, arrays: Weights) -> None:
    forge(folder, "weights", safetensors_bytes(arrays))


def test_weights_without_a_variable_are_refused(
    saved: Path, weights: Weights, refused: Refused, forge: Forge
) -> None:
    first = next(iter(weights))
    # The stray one keeps the file's size plausible.
    arrays = {path: value for path, value in weights.items() if path != first}
    forged_weights(saved, forge, {**arrays, "stray": weights[first]})
    text = refused("weights-mismatch", bundle.read(saved).weights)
    assert f"`{first}`, a variable of the plan, is missing" in text
    assert f"expected: (1, {weights[first].shape[1]}) float32" in text
    assert "`stray` in" in text


def test_weights_of_another_shape_are_refused(
    saved: Path, weights: Weights, refused: Refused, forge: Forge
) -> None:
    first = next(iter(weights))
    forged_weights(saved, forge, {**weights, first: weights[first].T.copy()})
    text = refused("weights-mismatch", bundle.read(saved).weights)
    assert f"`{first}` in" in text
    assert "has another shape than in the plan" in text
    assert "expected: (1, 4) float32" in text
    assert "got: (4, 1) float32" in text


def test_weights_of_another_dtype_are_refused(
    saved: Path, weights: Weights, refused: Refused, forge: Forge
) -> None:
    first = next(iter(weights))
    forged_weights(saved, forge, {**weights, first: weights[first].view("int32")})
    text = refused("weights-mismatch", bundle.read(saved).weights)
    assert "got: (1, 4) int32" in text


def test_only_some_of_many_differences_are_listed(
    tmp_path: Path, with_variables: Callable[..., Plan]
) -> None:
    records = [
        VariableRecord(path=f"v{index}", shape=(), dtype="float32", initializer="zeros")
        for index in range(25)
    ]
    values = {f"w{index}": np.zeros((), "float32") for index in range(12)}
    with pytest.raises(BundleError) as caught:
        bundle.write(tmp_path / "b", with_variables(*records), values)
    diagnostics = caught.value.diagnostics
    assert len(diagnostics) == 2 * 10
    assert [d.path for d in diagnostics[:10]] == [f"v{index}" for index in range(10)]
    assert diagnostics[9].help == "15 more of this kind are not listed"
    assert diagnostics[19].help == "2 more of this kind are not listed"


def header(**entries: object) -> bytes:
    text = json.dumps(entries).encode()
    return len(text).to_bytes(8, "little") + text


HUGE = {"dtype": "F32", "shape": [2**40, 2**40], "data_offsets": [0, 4]}
EIGHT_BITS = {"dtype": "F8_E4M3", "shape": [1], "data_offsets": [0, 1]}
OVERLAP = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}
BEYOND = {"dtype": "F32", "shape": [2**20], "data_offsets": [0, 2**22]}


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"\xff" * 8,
        (2**62).to_bytes(8, "little"),
        header(a=HUGE),
        header(a=EIGHT_BITS) + b"1",
        header(a=OVERLAP, b=OVERLAP) + b"1234",
        header(a=BEYOND) + b"1234",
        b"\x80\x04\x95",
    ],
    ids=["zeros", "ones", "long header", "huge", "dtype", "overlap", "beyond", "pickle"],
)
def test_a_forged_weights_file_is_refused(
    saved: Path, refused: Refused, forge: Forge, start: bytes
) -> None:
    size = named(saved, "weights").stat().st_size
    forge(saved, "weights", start)
    if len(start) < size:
        forge(saved, "weights", start.ljust(size, b"\0"))
    refused("weights-damaged", bundle.read(saved).weights)


def test_a_dtype_that_numpy_lacks_is_named(
    tmp_path: Path, with_variables: Callable[..., Plan], refused: Refused, forge: Forge
) -> None:
    plan = with_variables(VariableRecord(path="a", shape=(1,), dtype="uint8", initializer="zeros"))
    bundle.write(tmp_path / "b", plan, {"a": np.zeros(1, "uint8")})
    forge(tmp_path / "b", "weights", header(a=EIGHT_BITS) + b"1")
    text = refused("weights-damaged", bundle.read(tmp_path / "b").weights)
    assert "F8_E4M3" in text


def test_a_change_of_any_byte_is_refused_or_harmless(
    saved: Path, plan: Plan, weights: Weights
) -> None:
    """Whatever byte is hit, plan and weights are those that were saved, or an error says why."""
    originals = {path: path.read_bytes() for path in saved.iterdir()}
    unnoticed = 0
    for path, data in originals.items():
        step = 1 if path.name == "manifest.json" else 97
        for index in range(0, len(data), step):
            changed = bytearray(data)
            changed[index] ^= 0x04
            path.write_bytes(changed)
            try:
                found = bundle.read(saved)
                assert found.plan == plan
                np.testing.assert_equal(found.weights(), weights)
                unnoticed += 1
            except BundleError:
                pass
        path.write_bytes(data)
    # Only the date, the versions of tools and white space carry no second copy of what they say.
    assert unnoticed < 0.2 * len(originals[saved / "manifest.json"])


def test_reading_changes_nothing(saved: Path, files_in: Callable[..., dict[str, bytes]]) -> None:
    before, time = files_in(saved), saved.stat().st_mtime_ns
    bundle.is_bundle(saved)
    read_all(saved)
    assert files_in(saved) == before
    assert saved.stat().st_mtime_ns == time


def test_a_copied_bundle_is_a_bundle(saved: Path, weights: Weights) -> None:
    shutil.copytree(saved, saved.parent / "copy")
    shutil.rmtree(saved)
    np.testing.assert_equal(read_all(saved.parent / "copy"), weights)
