"""A bundle out of a registry: in a folder, or in the cache of this machine."""

from __future__ import annotations

import itertools
import shutil
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flowspec.registry import Registry
from flowspec.registry.objects import Objects
from flowspec.registry.outgoing import cached
from flowspec.registry.storage import Storage
from tests.registry.conftest import (
    MakeBundle,
    QuickDisk,
    files_in,
)

Refused = Callable[..., str]


def test_a_bundle_is_fetched_byte_for_byte(registry: Registry, make_bundle: MakeBundle) -> None:
    revision, _ = registry.add(make_bundle())
    assert files_in(registry.fetch(revision)) == files_in(make_bundle())


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
        assert {name: (folder / name).read_bytes() for name in whole} == whole
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


def test_without_a_home_folder_a_cache_must_be_named(
    registry: Registry, make_bundle: MakeBundle, monkeypatch: pytest.MonkeyPatch, refused: Refused
) -> None:
    revision, _ = registry.add(make_bundle())
    for name in ("FLOWSPEC_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "~")
    monkeypatch.setenv("USERPROFILE", "~")
    assert "set FLOWSPEC_CACHE" in refused("cannot-write", registry.fetch, revision)


def test_a_cache_that_cannot_be_is_told(
    registry: Registry,
    make_bundle: MakeBundle,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    refused: Refused,
) -> None:
    revision, _ = registry.add(make_bundle())
    (tmp_path / "file").write_text("mine")
    monkeypatch.setenv("FLOWSPEC_CACHE", str(tmp_path / "file"))
    assert str(tmp_path / "file") in refused("cannot-write", registry.fetch, revision)
