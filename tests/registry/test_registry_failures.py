"""A disk that is full, a system that refuses: the registry is as it was."""

from __future__ import annotations

import errno
import itertools
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest

from flowspec.diagnostics import FlowspecError
from flowspec.registry import Registry
from flowspec.registry.folder import FolderStorage
from flowspec.registry.problems import registry_failed
from flowspec.registry.remote import RemoteStorage
from flowspec.registry.storage import Storage, open_storage
from tests.registry.conftest import (
    MakeBundle,
    QuickDisk,
    files_in,
    files_of,
    hash_of,
    numbers,
    quick_storage,
    sound,
)

Refused = Callable[..., str]

CHANGES = {"make_folder", "create", "write", "replace", "link"}


class FailingDisk(QuickDisk):
    """Has no room from its change number `when` on, or at that one alone."""

    def __init__(self, when: int, *, once: bool) -> None:
        self.left, self.once = when, once

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if name not in CHANGES:
            return value
        self.left -= 1
        if self.left == 0 or (self.left < 0 and not self.once):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return value


class FailingStorage:
    """Fails at its operation number `when`, and from then on."""

    def __init__(self, inner: Storage, when: int, *, once: bool) -> None:
        self.inner, self.left, self.once = inner, when, once

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.inner, name)
        if callable(value):
            self.left -= 1
            if self.left == 0 or (self.left < 0 and not self.once):
                raise registry_failed(name, "the network is gone")
        return value


Act = Callable[[Registry], object]


def acts(make_bundle: MakeBundle) -> dict[str, Act]:
    return {
        "add": lambda registry: registry.add(make_bundle(2.0)),
        "alias": lambda registry: registry.alias("tiny@champion", "2"),
        "remove": lambda registry: registry.remove("tiny@2"),
    }


@pytest.mark.parametrize("once", [True, False], ids=["once", "from then on"])
@pytest.mark.parametrize("name", ["add", "alias", "remove"])
def test_a_full_disk_leaves_the_registry_as_it_was(
    tmp_path: Path, make_bundle: MakeBundle, name: str, once: bool
) -> None:
    act = acts(make_bundle)[name]
    failed, told = 0, set[str]()
    for when in itertools.count(1):
        place = tmp_path / f"r{when}"
        registry = prepared(str(place), make_bundle, name)
        before = files_of(open_storage(place))
        disk = FailingDisk(when, once=once)
        try:
            act(Registry(place, storage=FolderStorage(place, disk)))
        except FlowspecError as error:
            told |= {d.slug for d in error.diagnostics}
            failed += 1
        if disk.left > 0:
            break
        sound(registry)
        if records(open_storage(place)) == {k: v for k, v in before.items() if "objects" not in k}:
            registry.gc(grace=0)
            assert files_of(open_storage(place)) == before
    assert failed >= 3
    assert told <= {"cannot-write", "registry-failed"}


@pytest.mark.parametrize("once", [True, False], ids=["once", "from then on"])
@pytest.mark.parametrize("name", ["add", "alias", "remove"])
def test_a_storage_that_fails_leaves_the_old_state_or_the_new_one(
    place: str, make_bundle: MakeBundle, name: str, once: bool
) -> None:
    act = acts(make_bundle)[name]
    failed = 0
    for when in itertools.count(1):
        registry = prepared(f"{place}{when}", make_bundle, name)
        storage = FailingStorage(quick_storage(f"{place}{when}"), when, once=once)
        old = sound(registry), registry.aliases("tiny")
        try:
            act(Registry(place, storage=storage))
        except FlowspecError:
            failed += 1
        if storage.left > 0:
            break
        new = sound(registry), registry.aliases("tiny")
        assert new in (old, after(make_bundle)[name])
    assert failed >= 3


def prepared(place: str, make_bundle: MakeBundle, name: str) -> Registry:
    registry = Registry(place, storage=quick_storage(place))
    registry.add(make_bundle(1.0))
    if name != "add":
        registry.add(make_bundle(2.0))
        registry.alias("tiny@champion", "1")
    return registry


def after(make_bundle: MakeBundle) -> dict[str, Any]:
    one, two = (hash_of(make_bundle(value)) for value in (1.0, 2.0))
    return {
        "add": ({"tiny": {1: one, 2: two}}, {}),
        "alias": ({"tiny": {1: one, 2: two}}, {"champion": 2}),
        "remove": ({"tiny": {1: one}}, {"champion": 1}),
    }


def records(storage: Storage) -> dict[str, bytes]:
    return {name: data for name, data in files_of(storage).items() if "objects" not in name}


def test_a_failed_add_takes_away_what_it_wrote(tmp_path: Path, make_bundle: MakeBundle) -> None:
    """Where only that one write failed."""
    registry = prepared(str(tmp_path / "r"), make_bundle, "add")
    before = files_of(open_storage(tmp_path / "r"))
    failed = 0
    for when in itertools.count(1):
        disk = FailingDisk(when, once=True)
        try:
            Registry("r", storage=FolderStorage(tmp_path / "r", disk)).add(make_bundle(2.0))
        except FlowspecError:
            failed += 1
            assert files_of(open_storage(tmp_path / "r")) == before
            continue
        break
    assert failed > 8
    assert sorted(sound(registry)["tiny"]) == [1, 2]


def test_a_file_system_without_links_gives_each_number_once(
    tmp_path: Path, make_bundle: MakeBundle
) -> None:
    class Linkless(QuickDisk):
        def link(self, source: Path, target: Path) -> None:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    storage = FolderStorage(tmp_path / "r", Linkless())
    registry = Registry("r", storage=storage)
    assert [registry.add(make_bundle(value)).revision.revision for value in (1.0, 2.0)] == [1, 2]
    assert not storage.create("names/tiny/revisions/1.json", b"mine")
    assert sorted(sound(registry)["tiny"]) == [1, 2]


def test_a_file_system_that_cannot_create_in_one_step_opens_for_that(
    make_bundle: MakeBundle,
) -> None:
    """As one over SSH: fsspec's own way would look first and write then."""
    from fsspec import AbstractFileSystem
    from fsspec.implementations.memory import MemoryFileSystem

    class Plain(MemoryFileSystem):
        protocol = "plain"
        pipe_file = AbstractFileSystem.pipe_file
        modes: ClassVar[list[str]] = []

        def _open(self, path: str, mode: str = "rb", **options: Any) -> Any:
            self.modes.append(mode)
            return super()._open(path, mode, **options)

    storage = open_storage("memory://plain")
    storage._system = Plain()  # pyright: ignore
    assert storage.create("a", b"1")
    assert "xb" in Plain.modes
    assert not storage.create("a", b"2")
    assert storage.read("a", 10) == b"1"


def test_a_file_system_with_real_folders_works_behind_a_url(
    tmp_path: Path, make_bundle: MakeBundle
) -> None:
    """Where a folder must be there before a file, as on a share."""
    from fsspec.implementations.local import LocalFileSystem

    storage = RemoteStorage("memory://share")
    storage._system, storage._root = LocalFileSystem(), str(tmp_path / "share" / "registry")
    registry = Registry("x", storage=storage)
    for value in (1.0, 2.0):
        registry.add(make_bundle(value))
    registry.alias("tiny@champion", "1")
    registry.remove("tiny@2")
    assert len(registry.gc(grace=0).objects) == 2
    assert registry.add(make_bundle(2.0)).revision.revision == 3
    assert numbers(registry.revisions("tiny")) == [3, 1]
    registry.get("tiny@3", tmp_path / "out")
    assert files_in(tmp_path / "out") == files_in(make_bundle(2.0))


def test_threads_that_create_in_a_slow_memory_do_not_overtake_each_other() -> None:
    """Between its look and its write another thread would come."""
    from fsspec.implementations.memory import MemoryFileSystem

    class Slow(MemoryFileSystem):
        protocol = "slow"

        def exists(self, path: str, **options: Any) -> bool:
            found = super().exists(path, **options)
            time.sleep(0.02)
            return found

    created: list[bool] = []

    def create() -> None:
        storage = open_storage("memory://slow")
        storage._system = Slow()  # pyright: ignore
        created.append(storage.create("a", b"1"))

    threads = [threading.Thread(target=create) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(created) == [False, False, False, True]


def test_a_file_system_that_overwrites_is_refused(
    make_bundle: MakeBundle, refused: Refused
) -> None:
    """As many do, whatever they are asked for."""
    from fsspec.implementations.memory import MemoryFileSystem

    class Overwriting(MemoryFileSystem):
        protocol = "overwriting"

        def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **_: Any) -> None:
            super().pipe_file(path, value)

    storage = open_storage("memory://overwriting")
    storage._system = Overwriting()  # pyright: ignore
    said = refused("wrong-registry", Registry("x", storage=storage).add, make_bundle(1.0))
    assert "overwrite each other" in said
    assert storage.names("") == []


def test_what_the_system_refuses_is_told_with_the_file(
    tmp_path: Path, make_bundle: MakeBundle, refused: Refused
) -> None:
    (tmp_path / "file").write_text("x")
    said = refused("registry-failed", Registry(tmp_path / "file").names)
    assert str(tmp_path / "file") in said
    assert refused("registry-failed", Registry(tmp_path / "file" / "r").add, make_bundle(1.0))


def test_what_the_library_of_a_url_says_is_told(make_bundle: MakeBundle, refused: Refused) -> None:
    class Broken:
        def __getattr__(self, name: str) -> Any:
            raise RuntimeError("no credentials\nat all")

    storage = open_storage("memory://broken")
    storage._system = Broken()  # pyright: ignore
    said = refused("registry-failed", Registry("x", storage=storage).names)
    assert "memory://broken/registry.json" in said
    assert "no credentials" in said


def test_a_url_without_its_package_is_told(
    monkeypatch: pytest.MonkeyPatch, refused: Refused
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "fsspec.core", None)
    assert "flowspec[registry]" in refused("missing-dependency", Registry, "memory://x")
