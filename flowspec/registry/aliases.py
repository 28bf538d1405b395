"""Names for revisions, each moved in one step."""

from __future__ import annotations

from contextlib import suppress

from flowspec.registry.names import ALIAS, LATEST, alias_file, aliases_folder, stem
from flowspec.registry.problems import not_in_registry
from flowspec.registry.records import (
    MAX_RECORD,
    SCHEMA,
    Alias,
    decode_alias,
    encode_record,
    now,
)
from flowspec.registry.storage import Storage


class Aliases:
    """The aliases of each name. One stays with its revision until it is moved."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    def names(self, name: str) -> list[str]:
        """The aliases of a flow."""
        files = self._storage.names(aliases_folder(name))
        found = (stem(file, ALIAS) for file in files)
        return [alias for alias in found if alias and alias != LATEST]

    def all(self, name: str) -> dict[str, int]:
        """The revision that each alias of a flow stands for.

        Raises:
            RegistryError: A record is damaged.
        """
        found: dict[str, int] = {}
        for alias in self.names(name):
            with suppress(FileNotFoundError):  # taken away meanwhile
                found[alias] = self._read(name, alias).revision
        return found

    def of(self, name: str, number: int) -> list[str]:
        """The aliases of a revision.

        Raises:
            RegistryError: A record is damaged.
        """
        return [alias for alias, found in self.all(name).items() if found == number]

    def get(self, name: str, alias: str) -> int:
        """The revision that an alias stands for.

        Raises:
            RegistryError: There is no such alias, or its record is damaged.
        """
        try:
            return self._read(name, alias).revision
        except FileNotFoundError:
            raise not_in_registry(f"alias of {name}", alias, self.names(name)) from None

    def content(self, name: str, alias: str) -> bytes | None:
        """The record of an alias as it is, sound or not; None where there is none."""
        try:
            return self._storage.read(alias_file(name, alias), MAX_RECORD)
        except FileNotFoundError:
            return None

    def set(self, name: str, alias: str, number: int) -> None:
        """Have an alias stand for a revision."""
        record = Alias(schema=SCHEMA, name=name, alias=alias, revision=number, moved=now())
        self._storage.replace(alias_file(name, alias), encode_record(record))

    def put_back(self, name: str, alias: str, content: bytes | None) -> None:
        """Give an alias the record it had."""
        if content is None:
            self.remove(name, alias)
        else:
            self._storage.replace(alias_file(name, alias), content)

    def remove(self, name: str, alias: str) -> None:
        """Take an alias away.

        Raises:
            RegistryError: There is no such alias.
        """
        try:
            self._storage.remove(alias_file(name, alias))
        except FileNotFoundError:
            raise not_in_registry(f"alias of {name}", alias, self.names(name)) from None

    def _read(self, name: str, alias: str) -> Alias:
        file = alias_file(name, alias)
        data = self._storage.read(file, MAX_RECORD)
        return decode_alias(data, f"{self._storage.place}/{file}", name, alias)
