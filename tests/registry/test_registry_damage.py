"""Every damage is told by name: the file, what was expected, what is there. Nothing is loaded."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flowspec import bundle
from flowspec.bundle.limits import MAX_MANIFEST
from flowspec.registry import Registry
from flowspec.registry.records import MAX_RECORD
from flowspec.registry.storage import Storage
from tests.registry.conftest import MakeBundle, files_in, files_of, hash_of, sound

Refused = Callable[..., str]
Change = Callable[[dict[str, Any]], object]

RECORD = "names/tiny/revisions/1.json"
ALIAS = "names/tiny/aliases/champion.json"


@pytest.fixture
def made(registry: Registry, make_bundle: MakeBundle) -> Registry:
    """Two revisions, and an alias for the first."""
    registry.add(make_bundle(1.0))
    registry.add(make_bundle(2.0))
    registry.alias("tiny@champion", "1")
    return registry


def edit(storage: Storage, file: str, change: Change) -> None:
    data = json.loads(storage.read(file, 10**6))
    change(data)
    storage.replace(file, json.dumps(data).encode())


def weights_file(registry: Registry) -> str:
    manifest = registry.manifest(registry.find("tiny@1"))
    return f"objects/{manifest.files['weights'].sha256}"


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "a byte flipped": lambda data: bytes([data[0] ^ 1]) + data[1:],
    "the end cut off": lambda data: data[:-1],
    "longer": lambda data: data + b"\0",
    "empty": lambda data: b"",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_object_is_told_and_nothing_is_written(
    made: Registry, storage: Storage, tmp_path: Path, refused: Refused, damage: Any
) -> None:
    file = weights_file(made)
    storage.replace(file, damage(storage.read(file, 10**6)))
    said = refused("registry-damaged", made.get, "tiny@champion", tmp_path / "out")
    assert f"{storage.place}/{file}" in said
    assert not (tmp_path / "out").exists()
    refused("registry-damaged", made.fetch, made.find("tiny@1"))
    assert not any((tmp_path / "cache").glob("tiny-*"))
    made.get("tiny@2", tmp_path / "out")


def test_a_damaged_object_leaves_an_older_bundle_as_it_was(
    made: Registry, storage: Storage, make_bundle: MakeBundle, tmp_path: Path, refused: Refused
) -> None:
    target = shutil.copytree(make_bundle(5.0), tmp_path / "b")
    storage.replace(weights_file(made), b"x")
    refused("registry-damaged", made.get, "tiny@1", target)
    assert files_in(target) == files_in(make_bundle(5.0))


def test_swapped_objects_are_told(made: Registry, storage: Storage, refused: Refused) -> None:
    first, second = (
        f"objects/{made.manifest(made.find(f'tiny@{number}')).files['weights'].sha256}"
        for number in (1, 2)
    )
    one, two = storage.read(first, 10**6), storage.read(second, 10**6)
    storage.replace(first, two)
    storage.replace(second, one)
    for number in (1, 2):
        said = refused("registry-damaged", made.fetch, made.find(f"tiny@{number}"))
        assert "another content" in said


def test_a_missing_object_is_told(made: Registry, storage: Storage, refused: Refused) -> None:
    storage.remove(weights_file(made))
    assert "is missing" in refused("registry-damaged", made.fetch, made.find("tiny@1"))


def test_adding_a_bundle_again_mends_its_objects(
    made: Registry, storage: Storage, make_bundle: MakeBundle
) -> None:
    whole = files_of(storage)
    for name in storage.names("objects"):
        storage.replace(f"objects/{name}", b"x")
    storage.remove(weights_file_by_hash(make_bundle(1.0)))
    for value in (1.0, 2.0):
        assert not made.add(make_bundle(value)).is_new
    assert files_of(storage) == whole
    assert sound(made)["tiny"][1] == hash_of(make_bundle(1.0))


def weights_file_by_hash(folder: Path) -> str:
    return f"objects/{bundle.read(folder).manifest.files['weights'].sha256}"


CHANGES: dict[str, Change] = {
    "another revision": lambda r: r.update(revision=2),
    "another name": lambda r: r.update(name="other"),
    "no version": lambda r: r.update(version="x/../y"),
    "a path for a hash": lambda r: r.update(bundle="../x"),
    "a path for a name": lambda r: r.update(name="../x"),
    "an unknown key": lambda r: r.update(extra=1),
    "no hash": lambda r: r.pop("bundle"),
    "no schema": lambda r: r.pop("schema"),
    "schema a text": lambda r: r.update(schema="1"),
    "schema zero": lambda r: r.update(schema=0),
    "size zero": lambda r: r.update(bytes=0),
    "size a text": lambda r: r.update(bytes="12"),
    "a huge manifest": lambda r: r.update(bytes=MAX_MANIFEST + 1),
    "no date": lambda r: r.update(added="yesterday"),
    "removed and there": lambda r: r.update(removed="2025-01-01T00:00:00Z"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_record_that_no_writer_writes_is_told(
    made: Registry, storage: Storage, refused: Refused, change: Change
) -> None:
    edit(storage, RECORD, change)
    for act in (made.find, made.revisions):
        said = refused("registry-damaged", act, "tiny@1" if act == made.find else "tiny")
        assert f"{storage.place}/{RECORD}" in said
    assert made.find("tiny@2").revision == 2


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 60_000, b'{"a": NaN}'])
def test_a_record_that_is_cut_or_no_record_is_told(
    made: Registry, storage: Storage, refused: Refused, data: bytes
) -> None:
    for file, act in ((RECORD, "tiny@1"), (ALIAS, "tiny@champion")):
        storage.replace(file, data)
        assert f"{storage.place}/{file}" in refused("registry-damaged", made.find, act)


def test_a_record_of_another_bundle_is_told(
    made: Registry, storage: Storage, make_bundle: MakeBundle, refused: Refused
) -> None:
    other = made.add(make_bundle(name="other")).revision
    edit(storage, RECORD, lambda r: r.update(bundle=other.bundle, bytes=other.bytes))
    assert "another flow" in refused("registry-damaged", made.fetch, made.find("tiny@1"))


def test_another_version_than_the_bundles_is_told(
    made: Registry, storage: Storage, refused: Refused
) -> None:
    edit(storage, RECORD, lambda r: r.update(version="9.9.9"))
    assert "another version" in refused("registry-damaged", made.fetch, made.find("tiny@9.9.9"))


def test_swapped_records_are_told(made: Registry, storage: Storage, refused: Refused) -> None:
    storage.replace("names/tiny/revisions/2.json", storage.read(RECORD, 10**6))
    said = refused("registry-damaged", made.find, "tiny@2")
    assert "expected: tiny@2" in said
    assert "got: tiny@1" in said


def test_a_record_of_any_size_is_not_read(
    made: Registry, storage: Storage, refused: Refused
) -> None:
    storage.replace(RECORD, b" " * (MAX_RECORD + 1))
    assert "too large" in refused("registry-damaged", made.find, "tiny@1")


def test_an_object_of_any_size_is_not_read(
    made: Registry, storage: Storage, refused: Refused
) -> None:
    file = weights_file(made)
    storage.replace(file, storage.read(file, 10**6) * 2)
    assert "too large" in refused("registry-damaged", made.fetch, made.find("tiny@1"))


def test_an_alias_of_something_else_is_told(
    made: Registry, storage: Storage, refused: Refused
) -> None:
    for change in (
        lambda a: a.update(alias="../x"),
        lambda a: a.update(name="other"),
        lambda a: a.update(revision="../x"),
        lambda a: a.update(revision=0),
    ):
        edit(storage, ALIAS, change)
        assert f"{storage.place}/{ALIAS}" in refused("registry-damaged", made.find, "tiny@champion")
        made.alias("tiny@champion", "1")


def test_a_damaged_alias_can_be_moved_and_taken_away(made: Registry, storage: Storage) -> None:
    storage.replace(ALIAS, b"x")
    assert made.alias("tiny@champion", "2").revision == 2
    storage.replace(ALIAS, b"x")
    made.remove_alias("tiny@champion")
    assert made.aliases("tiny") == {}


def test_a_damaged_record_can_be_removed(
    made: Registry, storage: Storage, make_bundle: MakeBundle, refused: Refused
) -> None:
    made.remove_alias("tiny@champion")
    storage.replace(RECORD, b"x")
    refused("registry-damaged", made.add, make_bundle(3.0))
    made.remove("tiny@1")
    assert made.add(make_bundle(3.0)).revision.revision == 3


@pytest.mark.parametrize("file", [RECORD, "manifest"])
def test_nothing_is_collected_while_nobody_can_tell_what_is_needed(
    made: Registry, storage: Storage, make_bundle: MakeBundle, refused: Refused, file: str
) -> None:
    made.remove(str(made.add(make_bundle(3.0)).revision))
    storage.replace(RECORD if file == RECORD else f"objects/{made.find('tiny@1').bundle}", b"x")
    before = files_of(storage)
    refused("registry-damaged", made.gc, grace=0)
    assert files_of(storage) == before


def test_a_newer_registry_is_told(made: Registry, storage: Storage, refused: Refused) -> None:
    edit(storage, RECORD, lambda r: r.update(schema=2, more="x"))
    assert "upgrade" in refused("newer-registry", made.find, "tiny@1")
    edit(storage, "registry.json", lambda r: r.update(schema=2))
    refused("newer-registry", made.names)


def test_a_marker_of_something_else_is_told(
    made: Registry, storage: Storage, make_bundle: MakeBundle, refused: Refused
) -> None:
    edit(storage, "registry.json", lambda r: r.update(registry="other"))
    refused("registry-damaged", made.names)
    refused("registry-damaged", made.add, make_bundle(3.0))


def test_a_damaged_bundle_is_not_added(
    made: Registry, storage: Storage, make_bundle: MakeBundle, tmp_path: Path, refused: Refused
) -> None:
    copy = shutil.copytree(make_bundle(3.0), tmp_path / "b")
    before = files_of(storage)
    for name in files_in(copy):
        whole = (copy / name).read_bytes()
        (copy / name).write_bytes(whole + b"x")
        slugs = {"manifest.json": "manifest-damaged"}
        refused(slugs.get(name, "file-changed"), made.add, copy)
        (copy / name).write_bytes(whole)
    assert files_of(storage) == before


def test_a_manifest_that_names_a_file_elsewhere_is_refused(
    made: Registry, storage: Storage, tmp_path: Path, refused: Refused
) -> None:
    """Hashes and sizes right, as who can write to a registry can make them."""
    record = made.find("tiny@1")
    manifest = json.loads(storage.read(f"objects/{record.bundle}", 10**6))
    manifest["files"]["weights"]["name"] = "../x"
    forge(storage, json.dumps(manifest).encode())
    said = refused("path-outside-bundle", made.get, "tiny@1", tmp_path / "out")
    assert "`../x`" in said
    assert not (tmp_path / "out").exists()


def test_a_plan_that_is_larger_than_plans_are_is_not_read(
    made: Registry, storage: Storage, refused: Refused
) -> None:
    record = made.find("tiny@1")
    manifest = json.loads(storage.read(f"objects/{record.bundle}", 10**6))
    manifest["files"]["plan"]["bytes"] = 10**12
    forge(storage, json.dumps(manifest).encode())
    assert "too large" in refused("registry-damaged", made.fetch, made.find("tiny@1"))


def forge(storage: Storage, manifest: bytes) -> None:
    """Have the first revision be of another manifest, everything else adapted."""
    import hashlib

    digest = hashlib.sha256(manifest).hexdigest()
    storage.replace(f"objects/{digest}", manifest)
    edit(storage, RECORD, lambda r: r.update(bundle=digest, bytes=len(manifest)))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs links and pipes")
def test_links_and_pipes_in_a_folder_are_refused(
    make_bundle: MakeBundle, tmp_path: Path, refused: Refused
) -> None:
    registry = Registry(tmp_path / "r")
    registry.add(make_bundle(1.0))
    record = tmp_path / "r" / RECORD
    outside = tmp_path / "outside.json"
    record.rename(outside)
    record.symlink_to(outside)
    assert "leads out" in refused("registry-damaged", registry.find, "tiny@1")
    record.unlink()
    os.mkfifo(record)
    assert "no regular file" in refused("registry-damaged", registry.find, "tiny@1")
    record.unlink()
    record.mkdir()
    refused("registry-failed", registry.find, "tiny@1")
