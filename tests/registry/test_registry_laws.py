"""What goes in comes out, and what a name stands for is what it was said to stand for."""

from __future__ import annotations

import itertools
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flowspec import bundle
from flowspec.registry import Registry, is_reference, located, parse_reference
from flowspec.registry.objects import Objects
from flowspec.registry.outgoing import cached
from flowspec.registry.storage import Storage
from tests.registry.conftest import (
    MakeBundle,
    QuickDisk,
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


def test_a_bundle_is_fetched_byte_for_byte(registry: Registry, make_bundle: MakeBundle) -> None:
    revision, _ = registry.add(make_bundle())
    assert files_in(registry.fetch(revision)) == files_in(make_bundle())


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


def test_getting_a_bundle_replaces_an_older_one_and_nothing_else(
    registry: Registry, make_bundle: MakeBundle, tmp_path: Path, refused: Refused
) -> None:
    registry.add(make_bundle(1.0))
    target = shutil.copytree(make_bundle(0.0), tmp_path / "b")
    registry.get("tiny", target)
    assert files_in(target) == files_in(make_bundle(1.0))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    refused("not-a-bundle", registry.get, "tiny", tmp_path / "mine")
    assert files_in(tmp_path / "mine") == {"notes.txt": b"mine"}


def test_what_the_cache_holds_is_checked_and_mended(
    registry: Registry, make_bundle: MakeBundle
) -> None:
    revision, _ = registry.add(make_bundle())
    folder = registry.fetch(revision)
    whole = files_in(folder)
    for name in whole:
        (folder / name).write_bytes(b"damaged")
        assert files_in(registry.fetch(revision)) == whole


def test_two_who_fetch_at_once_both_have_it(
    registry: Registry, storage: Storage, make_bundle: MakeBundle
) -> None:
    """The second begins at each operation of the first, and waits or finds it there."""
    revision, _ = registry.add(make_bundle())
    whole = files_in(make_bundle())
    for when in itertools.count(1):
        shutil.rmtree(registry.fetch(revision))
        second = threading.Thread(target=registry.fetch, args=(revision,))
        disk = MeetingDisk(when, second.start)
        folder = cached(Objects(storage), revision, disk)
        if disk.left > 0:
            break
        assert files_in(folder).items() >= whole.items()
        second.join()
        assert files_in(folder) == whole
    assert when > 20


class MeetingDisk(QuickDisk):
    """Calls something before its operation number `when`."""

    def __init__(self, when: int, meet: Callable[[], object]) -> None:
        self.left, self.meet = when, meet

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if callable(value) and name not in ("meet", "__class__"):
            self.left -= 1
            if self.left == 0:
                self.meet()
        return value


def test_an_intact_cache_is_not_written(registry: Registry, make_bundle: MakeBundle) -> None:
    revision, _ = registry.add(make_bundle())
    folder = registry.fetch(revision)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert registry.fetch(revision) == folder
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


@pytest.mark.parametrize(
    "text",
    ["", "@", "Tiny", "tiny@", "tiny@@1", "tiny@0", "tiny@01", "tiny@-1", "tiny@Champion",
     "tiny@a/b", "tiny@../x", "../tiny", "tiny@1.0", "tiny/x@1", "tiny@1.0.0/..", "tiny@\u0663",
     "a" * 201, f"tiny@{'9' * 19}", "registry:", "tiny@champion\n"],
)  # fmt: skip
def test_a_reference_that_names_nothing_is_refused(text: str, refused: Refused) -> None:
    refused("wrong-reference", parse_reference, text)


@pytest.mark.parametrize("text", ["tiny", "tiny@latest", "tiny@3", "tiny@1.0.0", "tiny@no way"])
def test_what_is_no_alias_gets_none(
    text: str, registry: Registry, make_bundle: MakeBundle, refused: Refused
) -> None:
    registry.add(make_bundle())
    refused("wrong-reference", registry.alias, text)


def test_what_is_not_there_is_told_with_what_is(
    registry: Registry, make_bundle: MakeBundle, refused: Refused
) -> None:
    refused("not-a-registry", registry.find, "tiny")
    refused("not-a-registry", registry.names)
    refused("not-a-registry", registry.gc)
    registry.add(make_bundle())
    registry.alias("tiny@champion")
    assert "did you mean `tiny`" in refused("not-in-registry", registry.find, "tinny")
    assert "expected: 1.0.0" in refused("not-in-registry", registry.find, "tiny@1.0.1")
    assert "expected: 1" in refused("not-in-registry", registry.find, "tiny@7")
    assert "`champion`" in refused("not-in-registry", registry.find, "tiny@champoin")
    refused("not-in-registry", registry.remove, "tiny@7")
    refused("not-in-registry", registry.remove_alias, "tiny@other")
    refused("not-in-registry", registry.alias, "tiny@other", "7")
    assert registry.aliases("tiny") == {"champion": 1}


def test_only_a_number_says_what_is_removed(
    registry: Registry, make_bundle: MakeBundle, refused: Refused
) -> None:
    registry.add(make_bundle())
    for text in ("tiny", "tiny@1.0.0", "tiny@latest"):
        refused("wrong-reference", registry.remove, text)


def test_a_folder_of_something_else_does_not_become_a_registry(
    make_bundle: MakeBundle, tmp_path: Path, refused: Refused
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    before = files_in(tmp_path)
    assert "something else" in refused("wrong-registry", Registry(tmp_path).add, make_bundle())
    assert files_in(tmp_path) == before


@pytest.mark.parametrize("place", ["", "a\0b", "nonsense://registry"])
def test_a_place_that_cannot_be_is_refused(place: str, refused: Refused) -> None:
    refused("wrong-registry", Registry, place)


def test_a_file_url_is_a_folder(make_bundle: MakeBundle, tmp_path: Path) -> None:
    Registry(f"file://{tmp_path}/r").add(make_bundle())
    assert Registry(tmp_path / "r").names() == ["tiny"]


def test_no_registry_is_told(refused: Refused) -> None:
    assert "FLOWSPEC_REGISTRY" in refused("no-registry", Registry.named)


def test_the_environment_names_a_registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FLOWSPEC_REGISTRY", str(tmp_path / "r"))
    assert Registry.named().place == str(tmp_path / "r")
    assert Registry.named(tmp_path / "s").place == str(tmp_path / "s")


def test_a_registry_for_a_folder_is_refused(tmp_path: Path, refused: Refused) -> None:
    assert located(tmp_path) == tmp_path
    refused("option-without-effect", located, tmp_path, registry="models")


def test_a_path_is_no_reference() -> None:
    assert is_reference("registry:tiny")
    assert not is_reference("tiny.bundle")
    assert not is_reference(Path("registry:tiny"))


def test_a_flow_whose_name_no_folder_can_have_is_refused(
    registry: Registry, make_bundle: MakeBundle, refused: Refused
) -> None:
    refused("wrong-reference", registry.add, make_bundle(name="a" * 201))
