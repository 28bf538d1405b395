"""The content of bundles, each file once, under the name that its content gives it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from contextlib import suppress

from flowspec.bundle.manifest import PayloadFile
from flowspec.registry.names import (
    OBJECTS,
    TRASH,
    is_object,
    object_file,
    trash_file,
    trashed_object,
)
from flowspec.registry.problems import registry_damaged
from flowspec.registry.storage import Storage

_MEND = "add the bundle again, or restore the registry from a copy"


class Objects:
    """Files by their SHA-256.

    What seems to be needed by nobody goes to the trash first, and is read from there as well, so
    that it can come back if somebody turns out to need it.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def read(self, sha256: str, size: int) -> bytes:
        """The content of an object, if it is what was put there.

        Raises:
            RegistryError: It is missing, has another size or another content, or cannot be read.
        """
        data = self._find(sha256, size)
        file = f"{self._storage.place}/{object_file(sha256)}"
        if data is None:
            raise registry_damaged(file, "it is missing", help=_MEND)
        if len(data) != size:
            raise registry_damaged(
                file, "it has another size",
                expected=f"{size} bytes", got=f"{len(data)} bytes", help=_MEND,
            )  # fmt: skip
        digest = hashlib.sha256(data).hexdigest()
        if digest != sha256:
            raise registry_damaged(
                file, "it has another content",
                expected=f"sha256 {sha256}", got=f"sha256 {digest}", help=_MEND,
            )  # fmt: skip
        return data

    def put(self, sha256: str, data: bytes) -> bool:
        """Keep an object; one that is there and sound is left as it is.

        Returns:
            Whether it was written.
        """
        if self._is_sound(sha256, data):
            return False
        self._storage.replace(object_file(sha256), data)
        return True

    def has(self, file: PayloadFile) -> bool:
        """Whether an object of the right size is there, and not in the trash."""
        try:
            return self._storage.size(object_file(file.sha256)) == file.bytes
        except FileNotFoundError:
            return False

    def settle(self) -> None:
        """Come back once what was put would outlive a loss of power."""
        self._storage.settle(OBJECTS)

    def listed(self) -> list[str]:
        """Every object that is not in the trash."""
        return list(filter(is_object, self._storage.names(OBJECTS)))

    def trashed(self) -> dict[str, str]:
        """The hash of each file in the trash."""
        files = [f"{TRASH}/{name}" for name in self._storage.names(TRASH)]
        return {file: sha256 for file in files if (sha256 := trashed_object(file))}

    def discard(self, found: Iterable[str]) -> None:
        """Put objects into the trash; one that is gone already is passed over.

        There each has a name that only this call gives it: what another collector has looked at
        is never what this one puts there later.
        """
        token = secrets.token_hex(8)
        for sha256 in found:
            self._move(object_file(sha256), trash_file(sha256, token))

    def restore(self, files: Iterable[str]) -> None:
        """Take files out of the trash; one that is gone already is passed over."""
        for file in files:
            if sha256 := trashed_object(file):
                self._move(file, object_file(sha256))

    def remove(self, files: Iterable[str]) -> None:
        """Remove files that are in the trash; one that is gone already is passed over."""
        for file in files:
            with suppress(FileNotFoundError):
                self._storage.remove(file)

    def _find(self, sha256: str, size: int) -> bytes | None:
        data = self._read(object_file(sha256), size)
        if data is not None:
            return data
        for file, found in self.trashed().items():
            if found == sha256 and (data := self._read(file, size)) is not None:
                return data
        return self._read(object_file(sha256), size)  # it may have come back meanwhile

    def _read(self, file: str, size: int) -> bytes | None:
        try:
            return self._storage.read(file, size)
        except FileNotFoundError:
            return None

    def _is_sound(self, sha256: str, data: bytes) -> bool:
        file = object_file(sha256)
        try:
            if self._storage.size(file) != len(data):
                return False
            return hashlib.sha256(self._storage.read(file, len(data))).hexdigest() == sha256
        except FileNotFoundError:
            return False

    def _move(self, file: str, target: str) -> None:
        with suppress(FileNotFoundError):  # another collector was faster
            self._storage.move(file, target)
