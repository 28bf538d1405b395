"""What goes in comes out, and what a name stands for is what it was said to stand for."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from flowspec import bundle
from flowspec.registry import Registry
from flowspec.registry.storage import Storage
from tests.registry.conftest import (
    MakeBundle,
    files_in,
    files_of,
    hash_of,
    numbers,
    sound,
)

Refused = Callable[..., str]

KEPT = Path(__file__).parents[1] / "public" / "kept" / "schema_1.bundle"


def test_what_was_added_comes_out_byte_for_byte(
    registry: Registry, make_bundle: MakeBundle, tmp_path: Path
) -> None:
    for value in (0.0, 1.0):
        registry.add(make_bundle(value))
    for value, number in ((0.0, 1), (1.0, 2)):
        registry.get(f"tiny@{number}", tmp_path / "out")
        assert files_in(tmp_path / "out") == files_in(make_bundle(value))


def test_revisions_count_up_and_versions_are_labels(
    registry: Registry, make_bundle: MakeBundle
) -> None:
    added = [
        registry.add(make_bundle(value, version=version)).revision
        for value, version in (
            (0.0, "1.0.0"),
            (1.0, "1.0.0"),
            (2.0, "1.1.0-rc.1+b"),
            (3.0, "1.0.0"),
        )
    ]
    assert numbers(added) == [1, 2, 3, 4]
    assert numbers(registry.revisions("tiny")) == [4, 3, 2, 1]
    for label, number in (
        ("1.0.0", 4), ("1.1.0-rc.1+b", 3), ("2", 2), ("latest", 4),
    ):  # fmt: skip
        assert registry.find(f"tiny@{label}").revision == number
    assert registry.find("tiny").revision == 4
    assert registry.find("registry:tiny@1.0.0").revision == 4


def test_names_count_on_their_own(registry: Registry, make_bundle: MakeBundle) -> None:
    for name in ("tiny", "other"):
        assert registry.add(make_bundle(name=name)).revision.revision == 1
    assert registry.names() == ["other", "tiny"]


def test_the_same_bundle_is_added_once(
    registry: Registry, storage: Storage, make_bundle: MakeBundle, tmp_path: Path
) -> None:
    assert registry.add(make_bundle()).is_new
    before = files_of(storage)
    copy = shutil.copytree(make_bundle(), tmp_path / "copy.bundle")
    again = registry.add(copy)
    assert (again.revision.revision, again.is_new) == (1, False)
    assert files_of(storage) == before


def test_content_that_bundles_share_is_kept_once(
    registry: Registry, storage: Storage, make_bundle: MakeBundle
) -> None:
    registry.add(make_bundle(0.0))
    before = set(storage.names("objects"))
    registry.add(make_bundle(1.0))
    assert len(set(storage.names("objects")) - before) == 2  # the weights and the manifest


def test_an_object_is_called_by_its_content(
    registry: Registry, storage: Storage, make_bundle: MakeBundle
) -> None:
    revision, _ = registry.add(make_bundle())
    manifest = bundle.read(make_bundle()).manifest
    inner = manifest.saved_model.files if manifest.saved_model else ()
    hashes = {file.sha256 for file in (*manifest.files.values(), *inner)}
    assert set(storage.names("objects")) == hashes | {revision.bundle}
    assert revision.bundle == hash_of(make_bundle())


def test_an_alias_stays_with_its_revision_until_it_is_moved(
    registry: Registry, make_bundle: MakeBundle
) -> None:
    registry.add(make_bundle(0.0))
    assert registry.alias("tiny@champion", "1.0.0").revision == 1
    registry.add(make_bundle(1.0))
    assert registry.find("tiny@champion").revision == 1
    assert registry.alias("tiny@champion", "1.0.0").revision == 2
    assert registry.alias("tiny@challenger", "champion").revision == 2
    assert registry.alias("tiny@champion", "1").revision == 1
    assert registry.aliases("tiny") == {"challenger": 2, "champion": 1}
    registry.remove_alias("tiny@champion")
    assert registry.aliases("tiny") == {"challenger": 2}


def test_a_number_is_not_given_again(
    registry: Registry, make_bundle: MakeBundle, refused: Refused
) -> None:
    for value in (0.0, 1.0):
        registry.add(make_bundle(value))
    registry.remove("tiny@2")
    assert numbers(registry.revisions("tiny")) == [1]
    assert registry.find("tiny").revision == 1
    refused("revision-removed", registry.find, "tiny@2")
    refused("revision-removed", registry.remove, "tiny@2")
    assert registry.add(make_bundle(1.0)).revision.revision == 3


def test_a_revision_with_an_alias_is_not_removed(
    registry: Registry, make_bundle: MakeBundle, refused: Refused
) -> None:
    registry.add(make_bundle())
    registry.alias("tiny@champion", "1")
    assert "the alias champion" in refused("revision-in-use", registry.remove, "tiny@1")
    registry.remove_alias("tiny@champion")
    registry.remove("tiny@1")
    assert "every revision" in refused("revision-removed", registry.find, "tiny")
    assert registry.revisions("tiny") == []


def test_collecting_leaves_what_revisions_need(
    registry: Registry, storage: Storage, make_bundle: MakeBundle
) -> None:
    registry.add(make_bundle(0.0))
    alone = files_of(storage)
    registry.add(make_bundle(1.0))
    registry.remove("tiny@2")
    assert registry.gc().objects == []  # all of it is young
    told = registry.gc(grace=0, dry_run=True)
    assert len(told.objects) == 2
    assert told.bytes > 0
    assert registry.gc(grace=0) == told
    assert registry.gc(grace=0).objects == []
    left = files_of(storage)
    assert left.pop("names/tiny/revisions/2.json")
    assert left == alone
    assert sound(registry) == {"tiny": {1: hash_of(make_bundle(0.0))}}


def test_a_bundle_of_an_older_schema_is_kept_as_it_is(registry: Registry, tmp_path: Path) -> None:
    revision, _ = registry.add(KEPT)
    registry.get(str(revision), tmp_path / "out")
    assert files_in(tmp_path / "out") == files_in(KEPT)
    assert registry.manifest(revision) == bundle.read(KEPT).manifest
