"""Saving a bundle: at every moment the folder holds the old bundle or the new one, whole.

Payload files come first, under names made from their content; then the manifest is renamed into
its place, which is the moment at which the bundle is the new one; then what only the old one
needed is removed. Under the folder's lock, only one saver does this at a time.
"""

from __future__ import annotations

import os
from collections.abc import Container, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from flowspec.bundle.check import is_bundle, read_manifest
from flowspec.bundle.claim import claimed
from flowspec.bundle.disk import Disk, put, remove_all
from flowspec.bundle.manifest import Lineage, Manifest
from flowspec.bundle.names import LOCK, MANIFEST, is_folder, is_removable
from flowspec.bundle.pack import Extras, Packed, pack
from flowspec.bundle.problems import cannot_write, not_a_bundle, system_reason
from flowspec.bundle.weights import Arrays
from flowspec.diagnostics import BundleError
from flowspec.records import Plan


def write(
    folder: str | os.PathLike[str],
    plan: Plan,
    weights: Arrays,
    *,
    optimizer: Arrays | None = None,
    saved_model: Mapping[str, bytes] | None = None,
    state: Mapping[str, Any] | None = None,
    tools: Mapping[str, str] | None = None,
    lineage: Lineage | None = None,
) -> Manifest:
    """Save a compiled flow as a bundle, or leave what is there as it is.

    Args:
        folder: Made if missing, with its parents. An existing bundle is replaced; other people's
            files in it stay.
        plan: The plan, the resolved spec in it.
        weights: The value of every variable of the plan, by path; non-finite values are allowed.
        optimizer: The arrays of an optimizer's state to keep, by name.
        saved_model: The files of a SavedModel to keep, by their path in its folder.
        state: Small JSON data to keep; `adapted`, whether statistics were fitted, is false unless
            it says otherwise.
        tools: Versions of what made it, beside flowspec's and Python's.
        lineage: Where the weights come from, where they were transferred.

    Returns:
        The manifest of the new bundle.

    Raises:
        BundleError: The target is something else, the weights are not the plan's, the state is not
            JSON data, or the system refuses.
        MissingDependencyError: NumPy or safetensors is not installed.
    """
    extras = Extras(optimizer, saved_model, state, tools, lineage)
    packed = pack(Path(folder), plan, weights, extras)
    save(Path(folder), packed, Disk())
    return packed.manifest


def check_target(folder: str | os.PathLike[str]) -> None:
    """Refuse now what `write` would refuse: a target that is something else than a bundle.

    Raises:
        BundleError: The target cannot be a bundle's folder.
    """
    target = Path(folder)
    if not _possible(target):
        raise cannot_write(target, "no folder has such a name")
    try:
        _refuse_foreign(target)
    except OSError as error:
        raise cannot_write(target, system_reason(error)) from error


def save(folder: Path, packed: Packed, disk: Disk) -> None:
    """Put packed files into a folder.

    Raises:
        BundleError: The target is something else, or the system refuses.
    """
    check_target(folder)
    try:
        with claimed(folder, disk) as alone:
            _refuse_foreign(folder)  # another saver may have come first
            _replace_bundle(folder, packed, disk, alone=alone)
    except OSError as error:
        raise cannot_write(folder, system_reason(error)) from error


def _replace_bundle(folder: Path, packed: Packed, disk: Disk, *, alone: bool) -> None:
    # Without the lock, any file may be needed by another saver, but for those that are new here.
    mine = None if alone else _tops(packed) - set(os.listdir(folder))
    try:
        for name, data in packed.payload.items():
            put(disk, folder, name, data)
        for inner in sorted({(folder / name).parent for name in packed.payload}, reverse=True):
            disk.sync_folder(inner)
        put(disk, folder, MANIFEST, packed.text)
    except BaseException:
        _sweep(folder, disk, mine)
        raise
    # The bundle is the new one from here on. What the old one needed goes only after the new
    # manifest is sure to be on the disk.
    with suppress(OSError):
        disk.sync_folder(folder)
        _sweep(folder, disk, mine)


def _sweep(folder: Path, disk: Disk, only: Container[str] | None) -> None:
    """Remove files of ours that the manifest on the disk does not name.

    Whether the save went well or not, that manifest tells what is still needed.

    Args:
        folder: Of the bundle.
        disk: What does it.
        only: Which files may go; None for all of ours.
    """
    with suppress(OSError, BundleError):
        kept = _named(folder)
        for name in filter(is_removable, os.listdir(folder)):
            if name not in kept and (only is None or name in only):
                with suppress(OSError):
                    if is_folder(name):
                        remove_all(disk, folder / name)
                    else:
                        disk.remove(folder / name)


def _named(folder: Path) -> set[str]:
    if not os.path.lexists(folder / MANIFEST):
        return set()
    manifest = read_manifest(folder)
    folders = [manifest.saved_model] if manifest.saved_model else []
    return {entry.name for entry in (*manifest.files.values(), *folders)}


def _tops(packed: Packed) -> set[str]:
    """The names that the payload takes in the folder itself."""
    return {name.partition("/")[0] for name in packed.payload}


def _possible(folder: Path) -> bool:
    """Whether the system can have a folder of that name: no zero byte, no half character."""
    try:
        with suppress(OSError):
            os.lstat(folder)
    except ValueError:
        return False
    return True


def _refuse_foreign(folder: Path) -> None:
    """Refuse a target that is neither missing, nor empty, nor a bundle, nor the start of one."""
    try:
        names = os.listdir(folder)
    except FileNotFoundError:
        if os.path.islink(folder):
            raise not_a_bundle(folder, "is a link to nothing, and is not replaced") from None
        return
    except NotADirectoryError:
        if os.path.lexists(folder):
            raise not_a_bundle(folder, "is no folder, and is not replaced") from None
        return
    unfinished = LOCK in names and all(name == LOCK or is_removable(name) for name in names)
    if names and not unfinished and not is_bundle(folder):
        raise not_a_bundle(
            folder,
            "is a folder of something else, and is not replaced",
            help="choose a folder that is empty, or does not exist yet",
        )
