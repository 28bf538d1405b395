"""One saver at a time in a folder, which is made if need be and taken away again on failure."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from flowspec.bundle.disk import Disk
from flowspec.bundle.names import LOCK

_TRIES = 100


@contextmanager
def claimed(folder: Path, disk: Disk) -> Generator[bool, None, None]:
    """Hold the lock of a folder; if that fails, or what is done under it, undo the making.

    The system drops the lock of a process that is killed. The lock's file stays then, and tells
    that a first save was cut short.

    Args:
        folder: Made, with its parents, if missing.
        disk: What does it.

    Yields:
        Whether no other saver can be in the folder; False where the system has no such locks.
    """
    made: list[Path] = []
    try:
        descriptor = _acquire(folder, made, disk)
        try:
            yield descriptor is not None
        finally:
            _release(folder, descriptor, disk)
    except BaseException:
        for path in reversed(made):
            with suppress(OSError):
                disk.remove_folder(path)
        raise


def _acquire(folder: Path, made: list[Path], disk: Disk) -> int | None:
    for _ in range(_TRIES):
        _make_folders(folder, made, disk)
        with suppress(FileNotFoundError):  # another first save failed and took its folder away
            descriptor = disk.open_lock(folder / LOCK)
            held = False
            try:
                if not disk.lock(descriptor):
                    return None
                held = _stands(descriptor, folder / LOCK)
            finally:
                if not held:
                    os.close(descriptor)
            if held:
                return descriptor
    return None


def _make_folders(folder: Path, made: list[Path], disk: Disk) -> None:
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    for path in reversed(missing):
        with suppress(FileExistsError):  # another saver was faster
            disk.make_folder(path)
            made.append(path)
            disk.sync_folder(path.parent)


def _stands(descriptor: int, path: Path) -> bool:
    """Whether the locked file is still the one in the folder: its last holder removed it."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat(follow_symlinks=False))
    except FileNotFoundError:
        return False


def _release(folder: Path, descriptor: int | None, disk: Disk) -> None:
    try:
        with suppress(OSError):
            disk.remove(folder / LOCK)
    finally:
        if descriptor is not None:
            os.close(descriptor)
