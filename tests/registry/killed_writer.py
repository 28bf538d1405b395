"""A program for test_registry_kill: does things to a registry, each time killed a step later.

It is given a folder with two bundles and what to do, and prints what each killed process left
there, one JSON value a line. What is killed is a process of its own, forked, that ends without any
tidying up.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from flowspec import bundle
from flowspec.diagnostics import FlowspecError, RegistryError
from flowspec.registry import Registry
from flowspec.registry.folder import FolderStorage
from flowspec.registry.objects import Objects
from flowspec.registry.outgoing import write_bundle
from tests.registry.conftest import QuickDisk, sound

DONE, KILLED = 0, 9

Act = Callable[[Registry, QuickDisk], object]


class KillingDisk(QuickDisk):
    """Ends the process before its operation number `when`, or half way through a write."""

    def __init__(self, when: int) -> None:
        self.left = when

    def __getattribute__(self, name: str) -> Any:
        value = super().__getattribute__(name)
        if name.startswith("__") or not callable(value):
            return value
        self.left -= 1
        if self.left > 0:
            return value
        if name == "write":
            return lambda descriptor, data: (os.write(descriptor, data[: len(data) // 2]), end())
        return end()


def end() -> None:
    os._exit(KILLED)


def killed(act: Act, place: Path, when: int) -> bool:
    """Act in another process; whether it was killed."""
    child = os.fork()
    if child == 0:
        try:
            disk = KillingDisk(when)
            act(Registry(place, storage=FolderStorage(place, disk)), disk)
            os._exit(DONE)
        finally:
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if code not in (DONE, KILLED):
        raise SystemExit(f"it ended with {code}")
    return code == KILLED


def state(registry: Registry, target: Path) -> Any:
    """What who reads finds; whatever is listed is sound."""
    try:
        found: Any = [sound(registry), {n: registry.aliases(n) for n in registry.names()}]
    except FlowspecError as error:
        found = error.diagnostics[0].slug
    out = bundle.read(target).sha256 if bundle.is_bundle(target) else None
    return [found, out]


def files(place: Path) -> list[str]:
    return sorted(p.relative_to(place).as_posix() for p in place.rglob("*") if p.is_file())


def main(folder: Path, name: str) -> None:
    place, target = folder / "above" / "registry", folder / "above" / "out"
    one, two = folder / "one.bundle", folder / "two.bundle"

    def get(registry: Registry, disk: QuickDisk) -> None:
        storage = FolderStorage(place)
        write_bundle(Objects(storage), registry.find("tiny@2"), target, disk)

    both: list[Act] = [lambda r, d: r.add(one), lambda r, d: r.add(two)]
    named: list[Act] = [*both, lambda r, d: r.alias("tiny@champion", "1")]
    gone: list[Act] = [*both, lambda r, d: r.remove("tiny@2")]
    scenarios: dict[str, tuple[list[Act], Act]] = {
        "first": ([], both[0]),
        "next": (both[:1], both[1]),
        "again": (both, both[1]),
        "alias": (both, named[2]),
        "move": (named, lambda r, d: r.alias("tiny@champion", "2")),
        "unalias": (named, lambda r, d: r.remove_alias("tiny@champion")),
        "remove": (both, gone[2]),
        "gc": (gone, lambda r, d: r.gc(grace=0)),
        "get": (both, get),
    }
    before, act = scenarios[name]
    for step in before:
        step(Registry(folder / "prepared" / "registry"), QuickDisk())
    for row in rows(folder, act):
        print(json.dumps(row))


def rows(folder: Path, act: Act) -> Iterator[list[Any]]:
    """What each killed process leaves, and what is there once it is done again."""
    place, target = folder / "above" / "registry", folder / "above" / "out"
    for when in itertools.count(1):
        shutil.rmtree(folder / "above", ignore_errors=True)
        if (folder / "prepared").exists():
            shutil.copytree(folder / "prepared", folder / "above")
        registry = Registry(place, storage=FolderStorage(place, QuickDisk()))
        old = state(registry, target)
        was_killed = killed(act, place, when)
        after = state(registry, target)
        with suppress(RegistryError):  # an alias that is gone already, a revision that is
            act(registry, QuickDisk())
        new = state(registry, target)
        registry.gc(grace=0)
        yield [was_killed, old, after, new, files(place)]
        if not was_killed:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
