"""The revisions of each name, numbered in the order in which they were added."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from flowspec.diagnostics import RegistryError
from flowspec.registry.names import (
    NAMES,
    NUMBER,
    is_name,
    revision_file,
    revisions_folder,
    stem,
)
from flowspec.registry.problems import not_in_registry, revision_removed
from flowspec.registry.records import (
    MAX_RECORD,
    SCHEMA,
    Removed,
    Revision,
    decode_revision,
    encode_record,
    now,
)
from flowspec.registry.storage import Storage


class Revisions:
    """The records of revisions: made once, and at most replaced by the word that one is gone."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def names(self) -> list[str]:
        """The names that have a revision, or had one."""
        return [name for name in self._storage.names(NAMES) if is_name(name) and self.numbers(name)]

    def numbers(self, name: str) -> list[int]:
        """The numbers that were given, in order, of removed revisions too."""
        files = self._storage.names(revisions_folder(name))
        return sorted(int(found) for file in files if (found := stem(file, NUMBER)))

    def read(self, name: str, number: int) -> Revision | Removed:
        """A record.

        Raises:
            RegistryError: There is none, or it is damaged.
        """
        file = revision_file(name, number)
        try:
            data = self._storage.read(file, MAX_RECORD)
        except FileNotFoundError:
            known = map(str, self.numbers(name))
            raise not_in_registry(
                f"revision of {name} with the number", str(number), known
            ) from None
        return decode_revision(data, f"{self._storage.place}/{file}", name, number)

    def get(self, name: str, number: int) -> Revision:
        """A revision.

        Raises:
            RegistryError: There is none, or it was removed, or its record is damaged.
        """
        found = self.read(name, number)
        if isinstance(found, Removed):
            raise revision_removed(f"{name}@{number}")
        return found

    def all(self, name: str) -> Iterator[Revision]:
        """The revisions that are there, the newest first.

        Raises:
            RegistryError: A record is damaged.
        """
        for number in reversed(self.numbers(name)):
            found = self.read(name, number)
            if isinstance(found, Revision):
                yield found

    def publish(self, name: str, version: str, bundle: str, size: int) -> tuple[Revision, bool]:
        """Give a bundle the next number, unless it has one.

        Numbers are taken one after the other, each by one writer, so whoever has looked at all
        that were taken knows whether the bundle is among them.

        Returns:
            Its revision, and whether that is new.

        Raises:
            RegistryError: A record is damaged, or cannot be read or written.
        """
        seen: set[int] = set()
        while True:
            for number in sorted(set(self.numbers(name)) - seen):
                found = self.read(name, number)
                if isinstance(found, Revision) and found.bundle == bundle:
                    return found, False
                seen.add(number)
            record = Revision(
                schema=SCHEMA, name=name, revision=max(seen, default=0) + 1, version=version,
                bundle=bundle, bytes=size, added=now(),
            )  # fmt: skip
            if self._storage.create(revision_file(name, record.revision), encode_record(record)):
                return record, True

    def strike(self, name: str, number: int) -> Callable[[], None]:
        """Say that a revision is gone; its number stays taken.

        Returns:
            What undoes it.
        """
        file = revision_file(name, number)
        before = self._storage.read(file, MAX_RECORD)
        record = Removed(schema=SCHEMA, name=name, revision=number, removed=now())
        self._storage.replace(file, encode_record(record))
        return lambda: self._storage.replace(file, before)

    def is_struck(self, name: str, number: int) -> bool:
        """Whether a revision was removed, as far as its record can be read."""
        try:
            return isinstance(self.read(name, number), Removed)
        except RegistryError:
            return False
