"""A save that fails at any file operation changes nothing; one that is past its commit holds."""

from __future__ import annotations

import errno
import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flowspec import bundle
from flowspec.bundle.disk import Disk
from flowspec.bundle.pack import Extras, Packed, pack
from flowspec.bundle.writer import save
from flowspec.diagnostics import BundleError
from flowspec.records import Plan

Weights = dict[str, np.ndarray[Any, Any]]
Files = Callable[[Path], dict[str, bytes]]

CHANGING = ("make_folder", "create", "open_lock", "write", "sync", "sync_folder", "replace")
OPERATIONS = (*CHANGING, "lock", "remove", "remove_folder")

Operation = Callable[..., Any]


class WatchedDisk(Disk):
    """Hands every operation to `step`, by name, with its arguments."""

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        return partial(self.step, name, value) if name in OPERATIONS else value

    def step(self, name: str, operation: Operation, *arguments: Any) -> Any:
        return operation(*arguments)


class FailingDisk(WatchedDisk):
    """Runs `fail` at its operation number `when` of those named; a write does half its work."""

    once = False

    def __init__(self, when: int, fail: Callable[[], None], names: Sequence[str]) -> None:
        self.left = when
        self.fail = fail
        self.names = names
        self.failed = False

    def step(self, name: str, operation: Operation, *arguments: Any) -> Any:
        self.left -= name in self.names
        if name not in self.names or self.left > 0 or (self.once and self.failed):
            return operation(*arguments)
        if name == "write" and not self.failed:
            descriptor, data = arguments
            operation(descriptor, data[: len(data) // 2])
        self.failed = True
        return self.fail()


class FailsOnce(FailingDisk):
    once = True


def disk_full() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def interrupted() -> None:
    raise KeyboardInterrupt


KINDS = [
    pytest.param(FailingDisk, CHANGING, disk_full, id="full from then on"),
    pytest.param(FailsOnce, CHANGING, disk_full, id="full once"),
    pytest.param(FailsOnce, ["write"], disk_full, id="one write fails"),
    pytest.param(FailsOnce, OPERATIONS, interrupted, id="interrupted"),
]
every_failure = pytest.mark.parametrize(("kind", "names", "fail"), KINDS)


@pytest.fixture
def old(plan: Plan, weights: Weights, saved_model: dict[str, bytes]) -> Packed:
    return pack(Path("b"), plan, weights, Extras(saved_model=saved_model))


@pytest.fixture
def new(plan: Plan, other_weights: Weights, optimizer: Weights) -> Packed:
    changed = plan.model_copy(update={"description": "changed"})
    inner = {"saved_model.pb": b"new graph", "variables/variables.index": b"new index"}
    return pack(Path("b"), changed, other_weights, Extras(optimizer, inner))


def failures(
    folder: Path,
    packed: Packed,
    kind: type[FailingDisk],
    names: Sequence[str],
    fail: Callable[[], None],
) -> Iterator[BaseException | None]:
    """Save with a failure at the first operation, the second, and so on until none is left."""
    for when in itertools.count(1):
        disk = kind(when, fail, names)
        try:
            save(folder, packed, disk)
            outcome = None
        except (BundleError, KeyboardInterrupt) as error:
            outcome = error
        if not disk.failed:
            return
        yield outcome


def is_whole(folder: Path, packed: Packed) -> bool:
    found = bundle.read(folder)
    found.weights(), found.optimizer(), found.saved_model()
    return found.manifest == packed.manifest


@every_failure
def test_a_failed_first_save_leaves_nothing(
    tmp_path: Path,
    new: Packed,
    kind: type[FailingDisk],
    names: Sequence[str],
    fail: Callable[[], None],
) -> None:
    folder = tmp_path / "above" / "b"
    outcomes = []
    for outcome in failures(folder, new, kind, names, fail):
        outcomes.append(outcome)
        if outcome is None:
            assert is_whole(folder, new)
        elif isinstance(outcome, BundleError):
            assert os.listdir(tmp_path) == []
        else:
            assert os.listdir(tmp_path) == [] or fits(folder, new)
        shutil.rmtree(tmp_path / "above", ignore_errors=True)
    assert len(outcomes) >= 4
    assert any(outcome is not None for outcome in outcomes)


def fits(folder: Path, packed: Packed) -> bool:
    """After an interruption at the very end or in tidying up: whole, or ready for the next save."""
    if bundle.is_bundle(folder):
        return is_whole(folder, packed)
    if folder.exists():
        save(folder, packed, Disk())
        return is_whole(folder, packed)
    return True


@every_failure
def test_a_failed_overwrite_leaves_the_old_bundle(
    tmp_path: Path,
    old: Packed,
    new: Packed,
    files_in: Files,
    kind: type[FailingDisk],
    names: Sequence[str],
    fail: Callable[[], None],
) -> None:
    folder = tmp_path / "b"
    save(folder, old, Disk())
    (folder / "README.md").write_text("mine")
    before = files_in(folder)
    outcomes = []
    for outcome in failures(folder, new, kind, names, fail):
        outcomes.append(outcome)
        after = files_in(folder)
        if isinstance(outcome, BundleError):
            assert after == before
        else:
            assert is_whole(folder, new if outcome is None else whichever(folder, old, new))
        assert after["README.md"] == b"mine"
        save(folder, old, Disk())
        assert files_in(folder) == before
    assert len(outcomes) >= 4
    assert any(outcome is not None for outcome in outcomes)


def whichever(folder: Path, old: Packed, new: Packed) -> Packed:
    return new if bundle.read(folder).manifest == new.manifest else old


def test_a_full_disk_is_told_with_the_file(tmp_path: Path, new: Packed) -> None:
    with pytest.raises(BundleError) as caught:
        save(tmp_path / "b", new, FailingDisk(1, disk_full, ["write"]))
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.slug == "cannot-write"
    name = next(iter(new.payload))
    reason = os.strerror(errno.ENOSPC).lower()
    assert diagnostic.message == f"`{tmp_path / 'b' / name}` cannot be written: {reason}"


def test_a_failure_after_the_commit_removes_nothing_of_the_old(
    tmp_path: Path, old: Packed, new: Packed
) -> None:
    """Until the new manifest is known to be on the disk, the old payload may still be needed."""
    folder = tmp_path / "b"
    save(folder, old, Disk())
    save(folder, new, FailsOnce(4, disk_full, ["sync_folder"]))
    assert is_whole(folder, new)
    assert all((folder / name).exists() for name in old.payload)
    save(folder, new, Disk())
    assert not any((folder / name).exists() for name in old.payload.keys() - new.payload.keys())


def test_without_locks_a_failed_save_still_takes_its_files_away(
    tmp_path: Path, old: Packed, new: Packed, files_in: Files
) -> None:
    class Lockless(FailingDisk):
        def lock(self, descriptor: int) -> bool:
            return False

    for _ in failures(tmp_path / "first", new, Lockless, ["write", "replace"], disk_full):
        assert not (tmp_path / "first").exists()
    folder = tmp_path / "b"
    save(folder, old, Disk())
    before = files_in(folder)
    for _ in failures(folder, new, Lockless, ["write", "replace"], disk_full):
        assert files_in(folder) == before


def test_only_whole_files_ever_get_their_name(tmp_path: Path, new: Packed) -> None:
    """At each operation, a payload file that has its name also has its content."""
    folder = tmp_path / "b"

    class Watching(WatchedDisk):
        def step(self, name: str, operation: Operation, *arguments: Any) -> Any:
            present = {name for name in new.payload if (folder / name).exists()}
            assert all((folder / name).read_bytes() == new.payload[name] for name in present)
            return operation(*arguments)

    save(folder, new, Watching())


def test_everything_is_on_the_disk_before_the_commit(tmp_path: Path, new: Packed) -> None:
    folder = tmp_path / "b"
    order: list[str] = []

    class Recording(WatchedDisk):
        def step(self, name: str, operation: Operation, *arguments: Any) -> Any:
            commits = name == "replace" and arguments[1].name == "manifest.json"
            order.append("commit" if commits else name)
            return operation(*arguments)

    save(folder, new, Recording())
    file = ["create", "write", "sync"]
    assert order == [
        "make_folder",
        "sync_folder",
        "open_lock",
        "lock",
        *[*file, "replace"] * 4,
        *["make_folder", *file, "replace"] * 2,
        *["sync_folder"] * 3,
        *[*file, "commit"],
        "sync_folder",
        "remove",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX")
def test_a_limit_of_the_system_leaves_nothing(
    tmp_path: Path, plan: Plan, weights: Weights, files_in: Files
) -> None:
    """A real failing write: the system ends every file at so many bytes."""
    (tmp_path / "plan.json").write_text(plan.model_dump_json())
    np.savez(tmp_path / "weights.npz", **weights)
    bundle.write(tmp_path / "old", plan, {path: value * 2 for path, value in weights.items()})
    before = files_in(tmp_path / "old")
    program = """
import resource, numpy
from flowspec import bundle
from flowspec.diagnostics import BundleError
from flowspec.records import Plan
plan = Plan.model_validate_json(open("plan.json").read())
weights = dict(numpy.load("weights.npz").items())
refused = 0
for limit in (0, 1, 100, 500, 1000, 1500, 2000, 5000):
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    for target in ("new", "old"):
        try:
            bundle.write(target, plan, weights)
        except BundleError as error:
            assert [d.slug for d in error.diagnostics] == ["cannot-write"]
            refused += 1
print(refused)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == "16"
    assert files_in(tmp_path / "old") == before
    assert not (tmp_path / "new").exists()
