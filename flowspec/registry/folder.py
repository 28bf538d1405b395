"""A registry in a folder: what has a name is whole and on the disk, or not there at all."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from flowspec.bundle.disk import Disk, put, write_new
from flowspec.bundle.names import is_removable, temporary_name
from flowspec.bundle.problems import cannot_write, system_reason
from flowspec.registry.problems import registry_damaged, registry_failed

# What a file system without hard links says.
_NO_LINKS: Final = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}

_FLAGS = sum(getattr(os, flag, 0) for flag in ("O_RDONLY", "O_NONBLOCK", "O_BINARY"))


class FolderStorage:
    """Files in a folder, written through `Disk`.

    Attributes:
        place: The folder, absolute.
    """

    def __init__(self, root: str | os.PathLike[str], disk: Disk | None = None) -> None:
        self._root = Path(os.path.abspath(root))
        self._disk = disk or Disk()
        self.place = os.fspath(self._root)

    def read(self, name: str, limit: int) -> bytes:
        """The content of a regular file that lies in the folder, links followed."""
        path = self._inside(name)
        with self._told(name), os.fdopen(os.open(path, _FLAGS), "rb") as stream:
            found = os.fstat(stream.fileno())
            if not stat.S_ISREG(found.st_mode):
                raise registry_damaged(str(self._root / name), "it is no regular file")
            if found.st_size > limit:
                raise registry_damaged(
                    str(self._root / name), "it is too large",
                    expected=f"at most {limit} bytes", got=f"{found.st_size} bytes",
                )  # fmt: skip
            return stream.read(limit)

    def size(self, name: str) -> int:
        """The size of a file in bytes."""
        with self._told(name):
            return self._inside(name).stat().st_size

    def age(self, name: str) -> float | None:
        """Seconds since a file was written."""
        try:
            return time.time() - (self._root / name).stat(follow_symlinks=False).st_mtime
        except OSError:
            return None

    def names(self, folder: str) -> list[str]:
        """What is in a folder."""
        try:
            with self._told(folder):
                return sorted(os.listdir(self._root / folder))
        except FileNotFoundError:
            return []

    def create(self, name: str, data: bytes) -> bool:
        """Write a file beside the others, then give it its name if that is free."""
        path, temporary = self._root / name, self._root / temporary_name()
        try:
            self._make_parents(path)
            write_new(self._disk, temporary, data)
            try:
                self._link(temporary, path, data)
            except FileExistsError:
                return False
        except OSError as error:
            raise cannot_write(path, system_reason(error)) from error
        finally:
            with suppress(OSError):
                self._disk.remove(temporary)
        self._sync(path.parent)
        return True

    def replace(self, name: str, data: bytes) -> None:
        """Write a file beside the others, then rename it."""
        path = self._root / name
        try:
            self._make_parents(path)
        except OSError as error:
            raise cannot_write(path, system_reason(error)) from error
        put(self._disk, self._root, name, data)
        self._sync(path.parent)

    def move(self, name: str, target: str) -> None:
        """Rename a file."""
        with self._told(name):
            self._make_parents(self._root / target)
            self._disk.replace(self._root / name, self._root / target)

    def remove(self, name: str) -> None:
        """Remove a file."""
        with self._told(name):
            self._disk.remove(self._root / name)
        self._sync((self._root / name).parent)

    def settle(self, folder: str) -> None:
        """Wait for the folder's entries; the content of files is waited for when they are made."""
        with self._told(folder):
            self._disk.sync_folder(self._root / folder)

    def clutter(self) -> list[str]:
        """Files under temporary names."""
        return [name for name in self.names("") if name.startswith(".") and is_removable(name)]

    def _inside(self, name: str) -> Path:
        """The file itself, unless a link leads out of the folder.

        Raises:
            RegistryError: If one does.
        """
        real = Path(os.path.realpath(self._root / name))
        if not real.is_relative_to(os.path.realpath(self._root)):
            what = "it leads out of the registry"
            raise registry_damaged(str(self._root / name), what, got=str(real))
        return real

    def _make_parents(self, path: Path) -> None:
        missing = [parent for parent in path.parents if not parent.exists()]
        for parent in reversed(missing):
            with suppress(FileExistsError):  # another writer was faster
                self._disk.make_folder(parent)
                self._sync(parent.parent)

    def _link(self, temporary: Path, path: Path, data: bytes) -> None:
        try:
            self._disk.link(temporary, path)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            self._create_without_links(path, data)

    def _create_without_links(self, path: Path, data: bytes) -> None:
        """Write under the name itself: of several who try, one gets it, here too."""
        try:
            write_new(self._disk, path, data)
        except FileExistsError:
            raise
        except BaseException:
            with suppress(OSError):
                self._disk.remove(path)
            raise

    def _sync(self, folder: Path) -> None:
        # What was done is done; a system that cannot make sure of it does not undo it.
        with suppress(OSError):
            self._disk.sync_folder(folder)

    @contextmanager
    def _told(self, name: str) -> Generator[None, None, None]:
        """Turns what the system says into our errors, but that a file is missing."""
        try:
            yield
        except FileNotFoundError:
            raise
        except OSError as error:
            raise registry_failed(str(self._root / name), system_reason(error)) from error
