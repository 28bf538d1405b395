"""A bundle out of a registry: into a folder, or into the cache of this machine."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from flowspec.bundle.check import identify
from flowspec.bundle.disk import Disk, remove_all
from flowspec.bundle.files import check_payload
from flowspec.bundle.pack import Packed
from flowspec.bundle.problems import cannot_write, system_reason
from flowspec.bundle.writer import save
from flowspec.diagnostics import BundleError
from flowspec.registry.content import Payload, manifest_of, payload_of
from flowspec.registry.objects import Objects
from flowspec.registry.records import Revision

CACHE: Final = "FLOWSPEC_CACHE"
"""The environment variable that may hold the folder of the cache."""


def write_bundle(objects: Objects, record: Revision, folder: Path, disk: Disk) -> None:
    """Write a revision as a bundle, byte for byte the one that was added.

    An older bundle in the folder is replaced once every byte of the new one was checked.

    Raises:
        RegistryError: Something of it is missing or damaged; the folder is as it was.
        BundleError: The folder is something else, or the system refuses.
    """
    manifest = manifest_of(objects, record)
    text = objects.read(record.bundle, record.bytes)
    save(folder, Packed(manifest, text, Payload(objects, record, manifest)), disk)


def cached(objects: Objects, record: Revision, disk: Disk) -> Path:
    """A revision as a bundle in the cache, where it is written unless it is there, sound.

    Raises:
        RegistryError: Something of it is missing or damaged in the registry.
        BundleError: The cache cannot be written.
    """
    folder = cache_folder() / f"{record.name}-{record.bundle}"
    if _is_sound(folder, record):
        return folder
    try:
        write_bundle(objects, record, folder, disk)
    except BundleError as error:
        # A folder that is being written is no reason: a save waits for another.
        if error.diagnostics[0].slug != "not-a-bundle" or _is_sound(folder, record):
            raise
        _clear(folder)
        write_bundle(objects, record, folder, disk)
    return folder


def cache_folder() -> Path:
    """Where this machine keeps what it has fetched: `FLOWSPEC_CACHE`, else where systems put it.

    Raises:
        BundleError: It is to be in a home folder, and there is none.
    """
    if told := os.environ.get(CACHE):
        return Path(os.path.abspath(told))
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    try:
        return Path(base).expanduser().absolute() / "flowspec" / "bundles"
    except RuntimeError:
        reason = f"there is no home folder; set {CACHE}"
        raise cannot_write(Path(base) / "flowspec", reason) from None


def _is_sound(folder: Path, record: Revision) -> bool:
    try:
        found = identify(folder)
        for file in payload_of(found.manifest):
            check_payload(folder, file)
    except BundleError:
        return False
    return found.sha256 == record.bundle


def _clear(folder: Path) -> None:
    """Remove what is damaged."""
    if os.path.lexists(folder):
        try:
            remove_all(Disk(), folder)
        except FileNotFoundError:  # another process does the same
            return
        except OSError as error:
            raise cannot_write(folder, system_reason(error)) from error
