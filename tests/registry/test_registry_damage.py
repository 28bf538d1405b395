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
from flowspec.registry import Registry
from flowspec.registry.storage import Storage
from tests.registry.conftest import MakeBundle, edit, files_in, files_of, hash_of, sound

Refused = Callable[..., str]

RECORD = "names/tiny/revisions/1.json"
ALIAS = "names/tiny/aliases/champion.json"


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


def test_an_object_of_any_size_is_not_read(
    made: Registry, storage: Storage, refused: Refused
) -> None:
    file = weights_file(made)
    storage.replace(file, storage.read(file, 10**6) * 2)
    assert "too large" in refused("registry-damaged", made.fetch, made.find("tiny@1"))


@pytest.mark.parametrize("file", [RECORD, "manifest"])
def test_nothing_is_collected_while_nobody_can_tell_what_is_needed(
    made: Registry, storage: Storage, make_bundle: MakeBundle, refused: Refused, file: str
) -> None:
    made.remove(str(made.add(make_bundle(3.0)).revision))
    storage.replace(RECORD if file == RECORD else f"objects/{made.find('tiny@1').bundle}", b"x")
    before = files_of(storage)
    refused("registry-damaged", made.gc, grace=0)
    assert files_of(storage) == before


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
