"""A program for test_registry_kill: does things to a registry, each time killed a step later.

It is given a folder with two bundles and what to do, and prints what each killed process left
there, one JSON value a line. What is killed is a process of its own, forked, that ends without any
tidying up.
"""

from __future__ import annotations

import itertools
import json
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
from tests.killing import Killing, is_killed
from tests.registry.conftest import QuickDisk, sound

Act = Callable[[Registry, QuickDisk], object]


class KillingDisk(Killing, QuickDisk):
    """Ends the process before one of its operations."""


def killed(act: Act, place: Path, when: int) -> bool:
    """Act in another process; whether it was killed."""
    disk = KillingDisk(when)
    return is_killed(lambda: act(Registry(place, storage=FolderStorage(place, disk)), disk))


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
