"""The changes that a save makes on disk."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from flowspec.bundle.names import temporary_name
from flowspec.bundle.problems import cannot_write, system_reason

# Some file systems cannot make a folder durable, and some folders can be written but not opened.
_NO_FOLDER_SYNC: Final = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EACCES, errno.EBADF}


class Disk:
    """The file operations of a save, one method each.

    A save does nothing to a disk except through here, so that a test can fail it, or stop it, at
    each of them.
    """

    def make_folder(self, path: Path) -> None:
        """Make one folder; its parent exists."""
        path.mkdir()

    def remove_folder(self, path: Path) -> None:
        """Remove an empty folder."""
        path.rmdir()

    def create(self, path: Path) -> int:
        """Open a new file for writing, with the permissions that new files have."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        return os.open(path, flags, 0o666)

    def open_lock(self, path: Path) -> int:
        """Open the lock file, new or not."""
        return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)

    def lock(self, descriptor: int) -> bool:
        """Wait for an open file's lock; False where the system or the file system has none."""
        if sys.platform == "win32":
            return False
        import fcntl

        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError:
            return False
        return True

    def write(self, descriptor: int, data: memoryview) -> int:
        """Write some of the data; how many bytes."""
        return os.write(descriptor, data)

    def sync(self, descriptor: int) -> None:
        """Wait until a file is on the disk itself."""
        os.fsync(descriptor)

    def sync_folder(self, path: Path) -> None:
        """Wait until a folder's entries are on the disk itself, where the system can do that."""
        if os.name == "nt":
            return
        try:
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            if error.errno not in _NO_FOLDER_SYNC:
                raise

    def replace(self, source: Path, target: Path) -> None:
        """Rename a file, atomically, over whatever file the target is."""
        os.replace(source, target)

    def link(self, source: Path, target: Path) -> None:
        """Give a file a second name, atomically, if nothing has it."""
        os.link(source, target)

    def remove(self, path: Path) -> None:
        """Remove a file, or a link itself."""
        path.unlink()


def put(disk: Disk, folder: Path, name: str, data: bytes) -> None:
    """Put a file into a folder; under its name it is whole and on the disk, or unchanged.

    Args:
        disk: What does it.
        folder: The folder.
        name: Its name, or a path in the folder with `/`, whose folders are made.
        data: Its content.

    Raises:
        BundleError: The system refuses.
    """
    temporary = folder / temporary_name()
    try:
        _make_parents(disk, folder, name)
        write_new(disk, temporary, data)
        disk.replace(temporary, folder / name)
    except BaseException as error:
        with suppress(OSError):
            disk.remove(temporary)
        if isinstance(error, OSError):
            raise cannot_write(folder / name, system_reason(error)) from error
        raise


def remove_all(disk: Disk, path: Path) -> None:
    """Remove a file, or a folder with what it holds; of a link, the link alone."""
    if path.is_dir() and not path.is_symlink():
        for inner in path.iterdir():
            remove_all(disk, inner)
        disk.remove_folder(path)
    else:
        disk.remove(path)


def _make_parents(disk: Disk, folder: Path, name: str) -> None:
    path = folder
    for part in name.split("/")[:-1]:
        path = path / part
        if path.is_symlink():  # or what is put there would land where it leads
            disk.remove(path)
        if not path.exists():
            disk.make_folder(path)


def write_new(disk: Disk, path: Path, data: bytes, mode: int | None = None) -> None:
    """Write a file that is not there yet, and wait until it is on the disk itself.

    Args:
        disk: What does it.
        path: The file.
        data: Its content.
        mode: Its permissions, where they are not those of new files.

    Raises:
        OSError: If there is one, or the system refuses.
    """
    descriptor = disk.create(path)
    try:
        if mode is not None:  # before there is anything to be read
            os.chmod(path, mode)
        rest = memoryview(data)
        while rest:
            rest = rest[disk.write(descriptor, rest) :]
        disk.sync(descriptor)
    finally:
        os.close(descriptor)
