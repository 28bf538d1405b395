"""Several writers at once: none is lost, none gets another's number, none loses its content."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from flowspec.registry import Registry
from tests.registry.conftest import MakeBundle, hash_of, sound

PROGRAM = Path(__file__).with_name("adding_writer.py")
WRITERS = 4


@pytest.fixture
def bundles(make_bundle: MakeBundle) -> list[list[Path]]:
    """The bundles of each writer; the last one is the same for all."""
    own = [[make_bundle(10.0 * w + b) for b in range(3)] for w in range(WRITERS)]
    return [[*folders, make_bundle(99.0)] for folders in own]


def writer(place: Path, folders: list[Path]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(PROGRAM), str(place), *map(str, folders)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def told(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def start(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def check(registry: Registry, bundles: list[list[Path]], given: list[list[int]]) -> None:
    """Every bundle has one number, no two have the same, and there is no gap."""
    assert len({one[-1] for one in given}) == 1
    own = [number for one in given for number in one[:-1]]
    assert sorted([*own, given[0][-1]]) == list(range(1, 3 * WRITERS + 2))
    found = sound(registry)["tiny"]
    for folders, revisions in zip(bundles, given, strict=True):
        assert revisions[:-1] == sorted(revisions[:-1])
        assert [found[number] for number in revisions] == list(map(hash_of, folders))


def test_processes_that_add_at_once_all_get_numbers_of_their_own(
    tmp_path: Path, bundles: list[list[Path]]
) -> None:
    place = tmp_path / "above" / "registry"
    processes = [writer(place, folders) for folders in bundles]
    assert [told(process) for process in processes] == ["ready"] * WRITERS
    for process in processes:
        start(process)
    given = [list(map(int, told(process).split())) for process in processes]
    assert [process.communicate()[0] for process in processes] == [""] * WRITERS
    check(Registry(place), bundles, given)


def test_threads_that_add_at_once_all_get_numbers_of_their_own(
    place: str, bundles: list[list[Path]]
) -> None:
    given: dict[int, list[int]] = {}

    def add(index: int) -> None:
        given[index] = [Registry(place).add(one).revision.revision for one in bundles[index]]

    threads = [threading.Thread(target=add, args=(index,)) for index in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    check(Registry(place), bundles, [given[index] for index in range(WRITERS)])


def test_who_reads_an_alias_while_it_is_moved_gets_one_of_its_revisions(
    place: str, make_bundle: MakeBundle
) -> None:
    registry = Registry(place)
    for value in (1.0, 2.0):
        registry.add(make_bundle(value))
    registry.alias("tiny@champion", "1")
    done = threading.Event()
    seen: set[int] = set()

    def read() -> None:
        reader = Registry(place)
        while not done.is_set():
            seen.add(reader.find("tiny@champion").revision)

    thread = threading.Thread(target=read)
    thread.start()
    for index in range(100):
        registry.alias("tiny@champion", str(index % 2 + 1))
    done.set()
    thread.join()
    assert seen <= {1, 2}
