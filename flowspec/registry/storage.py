"""Where the files of a registry are kept: what it needs of a folder, or of anything like one."""

from __future__ import annotations

import os
from typing import Protocol

from flowspec.registry.problems import wrong_registry

_LOCAL = ("file://", "local://")


class Storage(Protocol):
    """Files by name, with `/` in it.

    A file that another process reads meanwhile is whole, whatever happens to the writer. The
    registry does nothing to files except through here.

    Attributes:
        place: What messages call it.
    """

    place: str

    def read(self, name: str, limit: int) -> bytes:
        """The content of a file.

        Raises:
            FileNotFoundError: There is none.
            RegistryError: It is larger than `limit`, or cannot be read.
        """
        ...

    def size(self, name: str) -> int:
        """The size of a file in bytes.

        Raises:
            FileNotFoundError: There is none.
            RegistryError: It cannot be told.
        """
        ...

    def age(self, name: str) -> float | None:
        """Seconds since a file was written; None where that cannot be told."""
        ...

    def names(self, folder: str) -> list[str]:
        """What is in a folder, in any order; nothing where there is none.

        Raises:
            RegistryError: It cannot be told.
        """
        ...

    def create(self, name: str, data: bytes) -> bool:
        """Write a file, unless there is one; of several who try at once, one succeeds.

        Returns:
            Whether it was written.

        Raises:
            FlowspecError: It cannot be written.
        """
        ...

    def replace(self, name: str, data: bytes) -> None:
        """Write a file, in one step, whatever was there.

        Raises:
            FlowspecError: It cannot be written.
        """
        ...

    def move(self, name: str, target: str) -> None:
        """Give a file another name, whatever had it.

        Raises:
            FileNotFoundError: There is none.
            FlowspecError: It cannot be moved.
        """
        ...

    def remove(self, name: str) -> None:
        """Remove a file.

        Raises:
            FileNotFoundError: There is none.
            FlowspecError: It cannot be removed.
        """
        ...

    def settle(self, folder: str) -> None:
        """Come back once the files in a folder would outlive a loss of power.

        Raises:
            FlowspecError: The system refuses.
        """
        ...

    def clutter(self) -> list[str]:
        """Files that writers had begun when they were killed, or are writing now."""
        ...


def open_storage(place: str | os.PathLike[str]) -> Storage:
    """The folder, or the file system of a URL; nothing is read or made.

    Raises:
        UsageError: If nothing can be kept there.
        MissingDependencyError: If a URL is given and fsspec is not installed.
    """
    from flowspec.registry.folder import FolderStorage

    text = os.fspath(place)
    if not text or "\0" in text:
        raise wrong_registry(text, "no folder has such a name")
    for scheme in _LOCAL:
        if text.startswith(scheme):
            return FolderStorage(text.removeprefix(scheme))
    if "://" in text:
        from flowspec.registry.remote import RemoteStorage

        return RemoteStorage(text)
    return FolderStorage(text)
