"""What a reference stands for now."""

from __future__ import annotations

from flowspec.registry.aliases import Aliases
from flowspec.registry.problems import not_in_registry, revision_removed
from flowspec.registry.records import Revision
from flowspec.registry.reference import Reference
from flowspec.registry.revisions import Revisions


def check_name(revisions: Revisions, name: str) -> None:
    """Refuse a name that never had a revision.

    Raises:
        RegistryError: If it had none.
    """
    if not revisions.numbers(name):
        raise not_in_registry("name", name, revisions.names())


def find(revisions: Revisions, aliases: Aliases, asked: Reference) -> Revision:
    """The revision with a number or an alias, or the newest: of all, or of a version.

    Raises:
        RegistryError: If there is none, or a record is damaged.
    """
    name = asked.name
    check_name(revisions, name)
    if asked.number is not None:
        return revisions.get(name, asked.number)
    if asked.alias is not None:
        return revisions.get(name, aliases.get(name, asked.alias))
    if asked.is_version:
        return _of_version(revisions, asked)
    for newest in revisions.all(name):
        return newest
    raise revision_removed(f"every revision of {name}")


def _of_version(revisions: Revisions, asked: Reference) -> Revision:
    known: list[str] = []
    for revision in revisions.all(asked.name):
        if revision.version == asked.label:
            return revision
        known.append(revision.version)
    raise not_in_registry(f"version of {asked.name}", asked.label, dict.fromkeys(known))
