"""What tells a registry from other folders."""

from __future__ import annotations

from flowspec.registry.names import MARKER
from flowspec.registry.problems import not_a_registry, wrong_registry
from flowspec.registry.records import MAX_RECORD, SCHEMA, Marker, decode_marker, encode_record
from flowspec.registry.storage import Storage


def check_made(storage: Storage) -> None:
    """Refuse to read where there is no registry.

    Raises:
        RegistryError: There is none, or a newer one.
    """
    if not _is_made(storage):
        raise not_a_registry(storage.place)


def make(storage: Storage) -> None:
    """Make a registry, unless there is one.

    Raises:
        RegistryError: There is a newer one.
        UsageError: There is something else.
        BundleError: The system refuses.
    """
    if _is_made(storage):
        return
    something = set(storage.names("")) - set(storage.clutter())
    if something and not _is_made(storage):  # by another writer, just now
        raise wrong_registry(
            storage.place, "there is something else",
            help="choose a folder that is empty, or does not exist yet",
        )  # fmt: skip
    storage.create(MARKER, encode_record(Marker(registry="flowspec", schema=SCHEMA)))


def _is_made(storage: Storage) -> bool:
    try:
        data = storage.read(MARKER, MAX_RECORD)
    except FileNotFoundError:
        return False
    decode_marker(data, f"{storage.place}/{MARKER}")
    return True
