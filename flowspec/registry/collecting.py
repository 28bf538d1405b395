"""Removing what no revision needs, while others add bundles.

An object goes to the trash first. Then all records are read again: a bundle whose record is there
by now gets its objects back, and one whose record comes later looks after its objects itself,
see `flowspec.registry.incoming`. So no clock decides whether something is lost; the grace period
only spares a writer that has not come to its record yet the work of writing twice.
"""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from flowspec.diagnostics import RegistryError
from flowspec.registry.content import manifest_of, payload_of
from flowspec.registry.names import object_file
from flowspec.registry.objects import Objects
from flowspec.registry.revisions import Revisions
from flowspec.registry.storage import Storage

GRACE = 24 * 60 * 60.0
"""Seconds that something nobody needs is kept, unless told otherwise."""


class Collected(NamedTuple):
    """What was removed, or would be.

    Attributes:
        objects: The hashes of objects that no revision needs.
        clutter: What writers that were killed left behind.
        bytes: How much room it takes.
    """

    objects: list[str]
    clutter: list[str]
    bytes: int


def needed_objects(storage: Storage) -> set[str]:
    """The hashes of all objects that revisions need.

    Raises:
        RegistryError: A record or a manifest is damaged, so that nobody can tell.
    """
    revisions, objects = Revisions(storage), Objects(storage)
    needed: set[str] = set()
    for name in revisions.names():
        for record in revisions.all(name):
            try:
                files = payload_of(manifest_of(objects, record))
            except RegistryError:
                if revisions.is_struck(name, record.revision):  # and collected meanwhile
                    continue
                raise
            needed |= {record.bundle, *(file.sha256 for file in files)}
    return needed


def empty_trash(storage: Storage) -> None:
    """Remove what is in the trash, but what is needed after all.

    Raises:
        RegistryError: A record or a manifest is damaged, or something cannot be removed.
    """
    objects = Objects(storage)
    trashed = objects.trashed()  # before the records are read: what comes later may be needed
    needed = needed_objects(storage)
    objects.restore(file for file, sha256 in trashed.items() if sha256 in needed)
    objects.remove(file for file, sha256 in trashed.items() if sha256 not in needed)


def collect(storage: Storage, grace: float, *, dry_run: bool) -> Collected:
    """Remove objects that no revision needs, and files that were never finished.

    Args:
        storage: The registry.
        grace: Seconds that something must have been there.
        dry_run: Whether only to tell what would be removed.

    Raises:
        RegistryError: A record or a manifest is damaged, or something cannot be removed.
    """
    objects = Objects(storage)
    needed = needed_objects(storage)
    unneeded = [one for one in objects.listed() if one not in needed]
    old = [one for one in unneeded if _is_old(storage, object_file(one), grace)]
    clutter = [name for name in storage.clutter() if _is_old(storage, name, grace)]
    found = Collected(old, clutter, _size(storage, [*map(object_file, old), *clutter]))
    if not dry_run:
        objects.discard(old)
        empty_trash(storage)
        for name in clutter:
            with suppress(FileNotFoundError):
                storage.remove(name)
    return found


def _is_old(storage: Storage, file: str, grace: float) -> bool:
    if not grace:
        return True
    age = storage.age(file)
    return age is not None and age >= grace


def _size(storage: Storage, files: list[str]) -> int:
    total = 0
    for file in files:
        with suppress(FileNotFoundError):
            total += storage.size(file)
    return total
