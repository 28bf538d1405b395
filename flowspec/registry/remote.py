"""A registry behind a URL, on any file system that fsspec knows."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from flowspec.bundle.names import is_removable, temporary_name
from flowspec.diagnostics import FlowspecError
from flowspec.packages import package
from flowspec.registry.problems import registry_damaged, registry_failed, wrong_registry

Content = TypeVar("Content")

_PASSWORD = re.compile(r"(?<=://)([^/@:]*):[^/@]*@")

# fsspec's memory is shared by threads, and looks before it writes: one at a time.
_CREATING = threading.Lock()


class RemoteStorage:
    """Files on a file system of fsspec's.

    Attributes:
        place: The URL, a password left out.

    Raises:
        UsageError: If fsspec does not know such URLs.
        MissingDependencyError: If fsspec is not installed.
    """

    def __init__(self, url: str) -> None:
        library = package("fsspec.core", needed_by="a registry behind a URL", extra="registry")
        try:
            self._system, root = library.url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise wrong_registry(_PASSWORD.sub(r"\1:…@", url), str(error)) from None
        self._root: str = root.rstrip("/")
        self.place = _PASSWORD.sub(r"\1:…@", url).rstrip("/")
        self._is_exclusive = False

    def read(self, name: str, limit: int) -> bytes:
        """The content of a file, which is asked for its size first."""
        size = self.size(name)
        if size > limit:
            raise registry_damaged(
                f"{self.place}/{name}", "it is too large",
                expected=f"at most {limit} bytes", got=f"{size} bytes",
            )  # fmt: skip
        with self._told(name):
            return bytes(self._system.cat_file(self._path(name))) if size else b""

    def size(self, name: str) -> int:
        """The size of a file in bytes."""
        with self._told(name):
            self._system.invalidate_cache()
            found = self._system.info(self._path(name))
        if found["type"] != "file" or not isinstance(found["size"], int):
            raise registry_damaged(f"{self.place}/{name}", "it is no regular file")
        return found["size"]

    def age(self, name: str) -> float | None:
        """Seconds since a file was written, where the file system tells."""
        try:
            modified = self._system.modified(self._path(name))
        except (NotImplementedError, KeyError, OSError):
            return None
        zone = modified.tzinfo or UTC
        return (datetime.now(UTC) - modified.replace(tzinfo=zone)).total_seconds()

    def names(self, folder: str) -> list[str]:
        """What is in a folder now, whatever fsspec remembers."""
        path = self._path(folder)
        try:
            with self._told(folder):
                self._system.invalidate_cache()
                found = [entry.rstrip("/") for entry in self._system.ls(path, detail=False)]
        except FileNotFoundError:
            return []
        return sorted({entry.rpartition("/")[2] for entry in found if entry != path})

    def create(self, name: str, data: bytes) -> bool:
        """Write a file if there is none, in one request where the store can do that."""
        with _CREATING:
            if not self._is_exclusive:
                self._check_exclusive()
            return self._create(name, data)

    def replace(self, name: str, data: bytes) -> None:
        """Write a file."""
        with self._told(name):
            self._in_folder(name, self._system.pipe_file, data)

    def move(self, name: str, target: str) -> None:
        """Copy a file, then remove it."""
        with self._told(name):
            self._in_folder(target, self._copy, self._path(name))
            self._system.rm_file(self._path(name))

    def remove(self, name: str) -> None:
        """Remove a file."""
        with self._told(name):
            self._system.rm_file(self._path(name))

    def settle(self, folder: str) -> None:
        """Nothing: a store that has answered has kept what it was given."""

    def clutter(self) -> list[str]:
        """Files under temporary names: what was tried, see `_check_exclusive`."""
        return [name for name in self.names("") if name.startswith(".") and is_removable(name)]

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}" if name else self._root

    def _check_exclusive(self) -> None:
        """Try whether a file is created only if there is none: many say nothing and overwrite.

        Raises:
            UsageError: If it is overwritten.
        """
        name = temporary_name()
        try:
            self._is_exclusive = self._create(name, b"1") and not self._create(name, b"2")
        finally:
            with suppress(FileNotFoundError):
                self.remove(name)
        if not self._is_exclusive:
            why = "its file system cannot create a file only if there is none"
            raise wrong_registry(self.place, f"{why}, so writers would overwrite each other")

    def _create(self, name: str, data: bytes) -> bool:
        with self._told(name):
            try:
                self._in_folder(name, self._pipe_new, data)
            except FileExistsError:
                return False
        return True

    def _pipe_new(self, path: str, data: bytes) -> None:
        spec = package("fsspec", needed_by="a registry behind a URL", extra="registry")
        system = cast("Any", type(self._system))
        own = system.pipe_file is not spec.AbstractFileSystem.pipe_file
        if own or self._system.async_impl:
            self._system.pipe_file(path, data, mode="create")
            return
        # The plain way looks first and writes then, which two writers can do at once.
        with self._system.open(path, "xb") as stream:
            stream.write(data)

    def _copy(self, path: str, source: str) -> None:
        self._system.cp_file(source, path)

    def _in_folder(self, name: str, write: Callable[[str, Content], object], data: Content) -> None:
        """Write, having made the folder where the file system has such things."""
        path = self._path(name)
        try:
            write(path, data)
        except FileNotFoundError:
            self._system.makedirs(path.rpartition("/")[0], exist_ok=True)
            write(path, data)

    @contextmanager
    def _told(self, name: str) -> Generator[None, None, None]:
        try:
            yield
        except (FileNotFoundError, FlowspecError):
            raise
        except Exception as error:  # every file system raises what its own library does
            reason = str(error).partition("\n")[0][:200] or type(error).__name__
            raise registry_failed(f"{self.place}/{name}", reason) from error
