"""The registry that users hold: bundles by name, revision, version and alias."""

from __future__ import annotations

import os
from pathlib import Path

from flowspec.bundle.disk import Disk
from flowspec.bundle.manifest import Manifest
from flowspec.registry.aliases import Aliases
from flowspec.registry.collecting import GRACE, Collected, collect
from flowspec.registry.content import manifest_of
from flowspec.registry.finding import check_name, find
from flowspec.registry.incoming import Added, add, incoming
from flowspec.registry.marker import check_made, make
from flowspec.registry.names import LATEST, VARIABLE
from flowspec.registry.objects import Objects
from flowspec.registry.outgoing import cached, write_bundle
from flowspec.registry.problems import no_registry, revision_in_use, wrong_reference
from flowspec.registry.records import Revision
from flowspec.registry.reference import Reference, parse_reference
from flowspec.registry.revisions import Revisions
from flowspec.registry.storage import Storage, open_storage


class Registry:
    """Bundles in a folder or behind a URL, without a server.

    Whatever writes, writes what nobody sees yet, and then one record, in one step. Two writers
    at once never get the same number.

    Attributes:
        place: Its folder, absolute, or its URL, as messages show it.
        address: The same in full, for other processes.

    Example:
        >>> registry = Registry("models")  # doctest: +SKIP
        >>> registry.add("engel.bundle").revision.revision  # doctest: +SKIP
        1
    """

    def __init__(self, place: str | os.PathLike[str], *, storage: Storage | None = None) -> None:
        """Open a registry; nothing is read or made yet.

        Args:
            place: A folder, or a URL that fsspec knows.
            storage: What keeps its files, where that is neither.

        Raises:
            UsageError: If nothing can be kept there.
            MissingDependencyError: If a URL is given and fsspec is not installed.
        """
        self._storage = storage or open_storage(place)
        self._objects = Objects(self._storage)
        self._revisions = Revisions(self._storage)
        self._aliases = Aliases(self._storage)
        self.place = self._storage.place
        self.address = os.fspath(place) if "://" in os.fspath(place) else self.place

    @classmethod
    def named(cls, place: str | os.PathLike[str] | None = None) -> Registry:
        """The registry that is named, or else that of the environment.

        Raises:
            UsageError: If neither names one, or nothing can be kept there.
            MissingDependencyError: If it is a URL and fsspec is not installed.
        """
        found = place or os.environ.get(VARIABLE)
        if not found:
            raise no_registry()
        return cls(found)

    def add(self, folder: str | os.PathLike[str]) -> Added:
        """Add a bundle: the next revision of its name, unless it is one already.

        Args:
            folder: The bundle; every byte of it is checked first.

        Raises:
            BundleError: It is no bundle, or damaged, or newer than this flowspec.
            FlowspecError: The registry is damaged, or cannot be written.
        """
        found = incoming(Path(folder))
        make(self._storage)
        return add(self._storage, found)

    def names(self) -> list[str]:
        """The names that have revisions.

        Raises:
            RegistryError: If there is no registry, or it cannot be read.
        """
        check_made(self._storage)
        return self._revisions.names()

    def revisions(self, name: str) -> list[Revision]:
        """The revisions of a name, the newest first; none where all were removed.

        Raises:
            RegistryError: If there is no such name, or a record is damaged.
        """
        self._check_name(name)
        return list(self._revisions.all(name))

    def aliases(self, name: str) -> dict[str, int]:
        """The number of the revision that each alias of a name stands for.

        Raises:
            RegistryError: If a record is damaged.
        """
        return self._aliases.all(name)

    def find(self, reference: str) -> Revision:
        """What a reference stands for now.

        Args:
            reference: `engel` or `engel@latest`, `engel@3`, `engel@1.2.0` (the newest revision of
                that version), `engel@champion`; `registry:` may stand before it.

        Raises:
            UsageError: If it has another form.
            RegistryError: If there is no such revision, or a record is damaged.
        """
        return self._find(parse_reference(reference))

    def manifest(self, revision: Revision) -> Manifest:
        """The manifest of a revision.

        Raises:
            RegistryError: If it is missing or damaged.
        """
        return manifest_of(self._objects, revision)

    def alias(self, reference: str, target: str = LATEST) -> Revision:
        """Have an alias stand for a revision, and for no other until it is moved again.

        Args:
            reference: The alias, as in `engel@champion`.
            target: The revision, as a number, a version, another alias or `latest`.

        Returns:
            The revision.

        Raises:
            UsageError: If one of them has another form.
            RegistryError: If there is no such revision; the alias stays as it was.
        """
        name, alias = self._parse_alias(reference)
        found = self._find(parse_reference(f"{name}@{target}"))
        before = self._aliases.content(name, alias)
        self._aliases.set(name, alias, found.revision)
        if self._revisions.is_struck(name, found.revision):  # removed just now
            self._aliases.put_back(name, alias, before)
        return self._revisions.get(name, found.revision)

    def remove_alias(self, reference: str) -> None:
        """Take an alias away.

        Raises:
            UsageError: If it has another form.
            RegistryError: If there is no such alias.
        """
        check_made(self._storage)
        self._aliases.remove(*self._parse_alias(reference))

    def remove(self, reference: str) -> None:
        """Remove a revision, its record damaged or not. Its number is not given again.

        What only it needed goes with the next `gc`.

        Args:
            reference: The revision by its number, as in `engel@3`.

        Raises:
            UsageError: If it has another form.
            RegistryError: If there is none, or it has an alias.
        """
        asked = parse_reference(reference)
        name, number = asked.name, asked.number
        if number is None:
            raise wrong_reference(reference, "a revision by its number, as in NAME@3")
        self._check_name(name)
        if number not in self._revisions.numbers(name) or self._revisions.is_struck(name, number):
            self._revisions.get(name, number)  # tells which
        self._refuse_aliased(name, number)
        undo = self._revisions.strike(name, number)
        try:
            self._refuse_aliased(name, number)  # it may have got one just now
        except BaseException:
            undo()
            raise

    def get(self, reference: str, folder: str | os.PathLike[str]) -> Revision:
        """Write a bundle to a folder, byte for byte as it was added.

        Args:
            reference: See `find`.
            folder: Made if missing; an older bundle there is replaced.

        Raises:
            UsageError: If the reference has another form.
            RegistryError: If there is no such revision, or something of it is damaged; the folder
                is as it was.
            BundleError: If the folder is something else, or the system refuses.
        """
        found = self.find(reference)
        write_bundle(self._objects, found, Path(folder), Disk())
        return found

    def fetch(self, revision: Revision) -> Path:
        """A bundle on this machine, in a cache that is shared, checked byte by byte.

        Raises:
            RegistryError: If something of it is damaged in the registry.
            BundleError: If the cache cannot be written.
        """
        return cached(self._objects, revision, Disk())

    def gc(self, *, grace: float = GRACE, dry_run: bool = False) -> Collected:
        """Remove what no revision needs.

        Args:
            grace: Seconds that it must have been there.
            dry_run: Whether only to tell what would be removed.

        Raises:
            RegistryError: If a record or a manifest is damaged, so that nobody can tell.
        """
        check_made(self._storage)
        return collect(self._storage, grace, dry_run=dry_run)

    def _find(self, asked: Reference) -> Revision:
        check_made(self._storage)
        return find(self._revisions, self._aliases, asked)

    def _check_name(self, name: str) -> None:
        check_made(self._storage)
        check_name(self._revisions, name)

    def _parse_alias(self, reference: str) -> tuple[str, str]:
        asked = parse_reference(reference)
        if asked.alias is None:
            expected = f"NAME@alias: a to z first, then also 0-9, `_`, `.` and `-`; not {LATEST}"
            raise wrong_reference(reference, expected)
        return asked.name, asked.alias

    def _refuse_aliased(self, name: str, number: int) -> None:
        if aliases := self._aliases.of(name, number):
            raise revision_in_use(f"{name}@{number}", aliases)
