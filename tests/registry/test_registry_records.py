"""A record that no writer writes is told by its file, and nothing is found by it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flowspec.bundle.limits import MAX_MANIFEST
from flowspec.registry import Registry
from flowspec.registry.records import MAX_RECORD
from flowspec.registry.storage import Storage
from tests.registry.conftest import Change, MakeBundle, edit

Refused = Callable[..., str]

RECORD = "names/tiny/revisions/1.json"
ALIAS = "names/tiny/aliases/champion.json"


CHANGES: dict[str, Change] = {
    "another revision": lambda r: r.update(revision=2),
    "another name": lambda r: r.update(name="other"),
    "no version": lambda r: r.update(version="x/../y"),
    "a path for a hash": lambda r: r.update(bundle="../x"),
    "a path for a name": lambda r: r.update(name="../x"),
    "an unknown key": lambda r: r.update(extra=1),
    "no hash": lambda r: r.pop("bundle"),
    "no schema": lambda r: r.pop("schema"),
    "schema a text": lambda r: r.update(schema="1"),
    "schema zero": lambda r: r.update(schema=0),
    "size zero": lambda r: r.update(bytes=0),
    "size a text": lambda r: r.update(bytes="12"),
    "a huge manifest": lambda r: r.update(bytes=MAX_MANIFEST + 1),
    "no date": lambda r: r.update(added="yesterday"),
    "removed and there": lambda r: r.update(removed="2025-01-01T00:00:00Z"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_record_that_no_writer_writes_is_told(
    made: Registry, storage: Storage, refused: Refused, change: Change
) -> None:
    edit(storage, RECORD, change)
    for act in (made.find, made.revisions):
        said = refused("registry-damaged", act, "tiny@1" if act == made.find else "tiny")
        assert f"{storage.place}/{RECORD}" in said
    assert made.find("tiny@2").revision == 2


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 60_000, b'{"a": NaN}'])
def test_a_record_that_is_cut_or_no_record_is_told(
    made: Registry, storage: Storage, refused: Refused, data: bytes
) -> None:
    for file, act in ((RECORD, "tiny@1"), (ALIAS, "tiny@champion")):
        storage.replace(file, data)
        assert f"{storage.place}/{file}" in refused("registry-damaged", made.find, act)


def test_a_record_of_another_bundle_is_told(
    made: Registry, storage: Storage, make_bundle: MakeBundle, refused: Refused
) -> None:
    other = made.add(make_bundle(name="other")).revision
    edit(storage, RECORD, lambda r: r.update(bundle=other.bundle, bytes=other.bytes))
    assert "another flow" in refused("registry-damaged", made.fetch, made.find("tiny@1"))


def test_another_version_than_the_bundles_is_told(
    made: Registry, storage: Storage, refused: Refused
) -> None:
    edit(storage, RECORD, lambda r: r.update(version="9.9.9"))
    assert "another version" in refused("registry-damaged", made.fetch, made.find("tiny@9.9.9"))


def test_swapped_records_are_told(made: Registry, storage: Storage, refused: Refused) -> None:
    storage.replace("names/tiny/revisions/2.json", storage.read(RECORD, 10**6))
    said = refused("registry-damaged", made.find, "tiny@2")
    assert "expected: tiny@2" in said
    assert "got: tiny@1" in said


def test_a_record_of_any_size_is_not_read(
    made: Registry, storage: Storage, refused: Refused
) -> None:
    storage.replace(RECORD, b" " * (MAX_RECORD + 1))
    assert "too large" in refused("registry-damaged", made.find, "tiny@1")


def test_an_alias_of_something_else_is_told(
    made: Registry, storage: Storage, refused: Refused
) -> None:
    for change in (
        lambda a: a.update(alias="../x"),
        lambda a: a.update(name="other"),
        lambda a: a.update(revision="../x"),
        lambda a: a.update(revision=0),
    ):
        edit(storage, ALIAS, change)
        assert f"{storage.place}/{ALIAS}" in refused("registry-damaged", made.find, "tiny@champion")
        made.alias("tiny@champion", "1")


def test_a_damaged_alias_can_be_moved_and_taken_away(made: Registry, storage: Storage) -> None:
    storage.replace(ALIAS, b"x")
    assert made.alias("tiny@champion", "2").revision == 2
    storage.replace(ALIAS, b"x")
    made.remove_alias("tiny@champion")
    assert made.aliases("tiny") == {}


def test_a_damaged_record_can_be_removed(
    made: Registry, storage: Storage, make_bundle: MakeBundle, refused: Refused
) -> None:
    made.remove_alias("tiny@champion")
    storage.replace(RECORD, b"x")
    refused("registry-damaged", made.add, make_bundle(3.0))
    made.remove("tiny@1")
    assert made.add(make_bundle(3.0)).revision.revision == 3


def test_a_newer_registry_is_told(made: Registry, storage: Storage, refused: Refused) -> None:
    edit(storage, RECORD, lambda r: r.update(schema=2, more="x"))
    assert "upgrade" in refused("newer-registry", made.find, "tiny@1")
    edit(storage, "registry.json", lambda r: r.update(schema=2))
    refused("newer-registry", made.names)


def test_a_marker_of_something_else_is_told(
    made: Registry, storage: Storage, make_bundle: MakeBundle, refused: Refused
) -> None:
    edit(storage, "registry.json", lambda r: r.update(registry="other"))
    refused("registry-damaged", made.names)
    refused("registry-damaged", made.add, make_bundle(3.0))
