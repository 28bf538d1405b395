"""Several savers, and readers, of one bundle at once."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from flowspec import bundle
from flowspec.bundle import reader
from flowspec.bundle.check import Identified, identify
from flowspec.bundle.disk import Disk
from flowspec.bundle.pack import Extras, Packed, pack
from flowspec.bundle.writer import save
from flowspec.diagnostics import BundleError
from flowspec.records import Plan

Weights = dict[str, np.ndarray[Any, Any]]
Files = Callable[[Path], dict[str, bytes]]

OPERATIONS = [
    "make_folder",
    "create",
    "open_lock",
    "write",
    "sync",
    "sync_folder",
    "replace",
    "remove",
]


@pytest.fixture
def mine(plan: Plan, weights: Weights) -> Packed:
    return pack(Path("b"), plan, weights, Extras(state={"saver": "mine"}))


@pytest.fixture
def theirs(plan: Plan, other_weights: Weights) -> Packed:
    return pack(Path("b"), plan, other_weights, Extras(state={"saver": "theirs"}))


class MeetingDisk(Disk):
    """Calls `meet` before its operation number `when`."""

    def __init__(self, when: int, meet: Callable[[], object], *, locks: bool = True) -> None:
        self.left = when
        self.meet = meet
        self.locks = locks

    def lock(self, descriptor: int) -> bool:
        return self.locks and super().lock(descriptor)

    def __getattribute__(self, name: str) -> Any:
        if name in OPERATIONS:
            self.left -= 1
            if self.left == 0:
                self.meet()
        return super().__getattribute__(name)


def winner(folder: Path) -> object:
    found = bundle.read(folder)
    found.weights()
    return found.manifest.state["saver"]


@pytest.mark.parametrize("first", [True, False], ids=["first save", "overwrite"])
def test_a_save_in_the_middle_of_another_waits_for_it(
    tmp_path: Path, mine: Packed, theirs: Packed, files_in: Files, first: bool
) -> None:
    moments = 0
    for when in range(1, 100):
        folder = tmp_path / f"b{when}"
        if not first:
            save(folder, theirs, Disk())
        thread = threading.Thread(target=save, args=(folder, theirs, Disk()))
        disk = MeetingDisk(when, thread.start)
        save(folder, mine, disk)
        if disk.left > 0:
            break
        thread.join(timeout=30)
        assert not thread.is_alive()
        assert winner(folder) in {"mine", "theirs"}
        assert len(files_in(folder)) == 4
        moments += 1
    assert moments > 20


def test_a_save_that_waited_for_a_failed_first_save_makes_the_folder_anew(
    tmp_path: Path, mine: Packed, theirs: Packed
) -> None:
    def fail() -> None:
        thread.start()
        raise OSError(28, "no space")

    for turn, when in enumerate([*range(3, 20)] * 5):
        folder = tmp_path / f"b{turn}"
        thread = threading.Thread(target=save, args=(folder, theirs, Disk()))
        with pytest.raises(BundleError):
            save(folder, mine, MeetingDisk(when, fail))
        thread.join(timeout=30)
        assert not thread.is_alive()
        assert winner(folder) == "theirs"


def test_a_folder_that_others_use_meanwhile_is_not_replaced(
    tmp_path: Path, mine: Packed, refused: Callable[..., str], files_in: Files
) -> None:
    meet = partial((tmp_path / "README.md").write_bytes, b"theirs")
    refused("not-a-bundle", save, tmp_path, mine, MeetingDisk(1, meet))
    assert files_in(tmp_path) == {"README.md": b"theirs"}


@pytest.mark.parametrize("first", [True, False], ids=["first save", "overwrite"])
def test_without_locks_the_last_manifest_wins_and_is_whole(
    tmp_path: Path, mine: Packed, theirs: Packed, first: bool
) -> None:
    """The whole of one save happens between two operations of another."""
    moments = 0
    for when in range(1, 100):
        folder = tmp_path / f"b{when}"
        if not first:
            save(folder, theirs, Disk())
        whole = MeetingDisk(0, lambda: None, locks=False)
        disk = MeetingDisk(when, partial(save, folder, theirs, whole), locks=False)
        save(folder, mine, disk)
        if disk.left > 0:
            break
        assert winner(folder) in {"mine", "theirs"}
        moments += 1
    assert moments > 15


def test_without_locks_a_failed_save_does_not_harm_another(
    tmp_path: Path, mine: Packed, theirs: Packed
) -> None:
    def overtake_and_fail() -> None:
        save(folder, theirs, MeetingDisk(0, lambda: None, locks=False))
        raise OSError(28, "no space")

    for when in range(3, 19):
        folder = tmp_path / f"b{when}"
        with pytest.raises(BundleError):
            save(folder, mine, MeetingDisk(when, overtake_and_fail, locks=False))
        assert winner(folder) == "theirs"


def test_a_bundle_replaced_while_it_is_read_is_read_again(
    saved: Path, plan: Plan, weights: Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The replacement comes after the old manifest was read and before the old plan is."""
    changed = pack(saved, plan.model_copy(update={"description": "new"}), weights)
    replacements = iter([changed])

    def then_replaced(folder: Path) -> Identified:
        found = identify(folder)
        for packed in replacements:
            save(folder, packed, Disk())
        return found

    monkeypatch.setattr(reader, "identify", then_replaced)
    assert bundle.read(saved).manifest == changed.manifest


def test_weights_of_a_bundle_replaced_since_it_was_read_are_missing(
    saved: Path, theirs: Packed
) -> None:
    found = bundle.read(saved)
    save(saved, theirs, Disk())
    with pytest.raises(BundleError) as caught:
        found.weights()
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.slug == "file-missing"
    assert diagnostic.help == "if it was saved anew meanwhile, read it again"


def test_processes_that_save_and_read_at_once_always_find_a_whole_bundle(
    tmp_path: Path, plan: Plan, files_in: Files
) -> None:
    (tmp_path / "plan.json").write_text(plan.model_dump_json())
    program = """
import sys, numpy
from flowspec import bundle
from flowspec.records import Plan
plan = Plan.model_validate_json(open("plan.json").read())
start = int(sys.argv[1])
for index in range(start, start + 25):
    values = {v.path: numpy.full(v.shape, index, v.dtype) for v in plan.variables}
    changed = plan.model_copy(update={"description": str(index)})
    bundle.write("b", changed, values, state={"index": index})
    assert bundle.read("b").plan.name == plan.name
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    savers = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(start)],
            cwd=tmp_path,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        for start in (100, 200, 300)
    ]
    while any(saver.poll() is None for saver in savers):
        if bundle.is_bundle(tmp_path / "b"):
            found = bundle.read(tmp_path / "b")
            assert found.plan.description == str(found.manifest.state["index"])
    for saver in savers:
        assert saver.communicate()[1] == ""
        assert saver.returncode == 0
    found = bundle.read(tmp_path / "b")
    for value in found.weights().values():
        np.testing.assert_array_equal(value, found.manifest.state["index"])
    assert len(files_in(tmp_path / "b")) == 4
