"""Whatever happens in the middle of something else, at each of its operations, both are whole."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from flowspec.diagnostics import RegistryError
from flowspec.registry import Registry
from flowspec.registry.content import payload_of
from flowspec.registry.objects import Objects
from flowspec.registry.storage import open_storage
from tests.registry.conftest import Act, MakeBundle, Met, hash_of, meetings, place_in, sound


@pytest.fixture(params=["memory", pytest.param("folder", marks=pytest.mark.slow)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return place_in(request.param, tmp_path)


@pytest.fixture
def one(make_bundle: MakeBundle) -> str:
    return str(make_bundle(1.0))


@pytest.fixture
def two(make_bundle: MakeBundle) -> str:
    return str(make_bundle(2.0))


def adding(folder: str) -> Act:
    return lambda registry: registry.add(folder)


def collect(registry: Registry) -> None:
    registry.gc(grace=0)


def leaving(kept: str, folder: str) -> Act:
    """What was a bundle is there still, and needed by nothing."""

    def leave(registry: Registry) -> None:
        registry.add(kept)
        registry.remove(str(registry.add(folder).revision))

    return leave


def nothing(registry: Registry) -> None:
    pass


def many(found: list[Met], least: int) -> list[Met]:
    assert len(found) >= least
    return found


def hashes(met: Met) -> dict[int, str]:
    return sound(met.registry)["tiny"]


def trash_of(met: Met) -> list[str]:
    return open_storage(met.registry.place).names("trash")


def test_a_bundle_added_in_the_middle_of_another_gets_the_other_number(
    place: str, one: str, two: str
) -> None:
    for met in many([*meetings(place, adding(one), adding(two), nothing)], 20):
        assert met.error is None
        assert sorted(hashes(met)) == [1, 2]
        assert set(hashes(met).values()) == {hash_of(one), hash_of(two)}


def test_a_bundle_added_in_the_middle_of_itself_is_one_revision(place: str, one: str) -> None:
    for met in many([*meetings(place, adding(one), adding(one), nothing)], 20):
        assert met.error is None
        assert hashes(met) == {1: hash_of(one)}


def test_nothing_is_lost_where_a_collector_runs_in_the_middle_of_a_writer(
    place: str, one: str, two: str
) -> None:
    for met in many([*meetings(place, adding(one), collect, adding(two))], 20):
        assert met.error is None
        assert hashes(met) == {1: hash_of(two), 2: hash_of(one)}


def test_nothing_is_lost_where_what_a_writer_relies_on_is_collected(
    place: str, one: str, two: str
) -> None:
    for met in many([*meetings(place, adding(two), collect, leaving(one, two))], 20):
        assert met.error is None
        assert hashes(met) == {1: hash_of(one), 3: hash_of(two)}


def test_nothing_is_lost_where_a_writer_adds_in_the_middle_of_a_collector(
    place: str, one: str, two: str
) -> None:
    for met in many([*meetings(place, collect, adding(two), leaving(one, two))], 15):
        assert met.error is None
        assert hashes(met) == {1: hash_of(one), 3: hash_of(two)}
        assert trash_of(met) == []


def test_nothing_is_lost_where_two_collectors_and_a_writer_meet(
    place: str, one: str, two: str
) -> None:
    """The second collector had looked before the bundle was added, and has moved its objects."""

    def add_and_move(registry: Registry) -> None:
        added = registry.add(two).revision
        objects = Objects(open_storage(registry.place))
        files = {file.sha256 for file in payload_of(registry.manifest(added))}
        kept = {file.sha256 for file in payload_of(registry.manifest(registry.find("tiny@1")))}
        objects.discard({added.bundle, *files} - kept)

    for met in many([*meetings(place, collect, add_and_move, leaving(one, two))], 15):
        assert met.error is None
        assert hashes(met) == {1: hash_of(one), 3: hash_of(two)}
        met.registry.gc()
        assert trash_of(met) == []
        assert hashes(met) == {1: hash_of(one), 3: hash_of(two)}


def test_two_collectors_at_once_take_the_same(place: str, one: str, two: str) -> None:
    for met in many([*meetings(place, collect, collect, leaving(one, two))], 15):
        assert met.error is None
        assert hashes(met) == {1: hash_of(one)}
        assert met.registry.gc(grace=0).objects == []


def alias(registry: Registry) -> None:
    with suppress(RegistryError):
        registry.alias("tiny@champion", "1")


def remove(registry: Registry) -> None:
    with suppress(RegistryError):
        registry.remove("tiny@1")


@pytest.mark.parametrize("acts", [(alias, remove), (remove, alias)], ids=["alias", "remove"])
def test_an_alias_never_stands_for_a_revision_that_is_removed_at_once(
    place: str, one: str, two: str, acts: tuple[Act, Act]
) -> None:
    def prepare(registry: Registry) -> None:
        registry.add(one)
        registry.add(two)

    ends: set[str] = set()
    for met in many([*meetings(place, *acts, prepare)], 5):
        found = sound(met.registry)["tiny"]  # which would find an alias of nothing
        aliases = met.registry.aliases("tiny")
        ends.add("alias" if aliases else "removed" if 1 not in found else "neither")
    assert {"alias", "removed"} <= ends | {"neither"}


def test_a_bundle_is_whole_or_missing_for_who_gets_it_while_it_is_collected(
    place: str, one: str, two: str, tmp_path: object
) -> None:
    def get(registry: Registry) -> None:
        registry.fetch(registry.find("tiny@2"))

    def take_away(registry: Registry) -> None:
        registry.remove("tiny@2")
        registry.gc(grace=0)

    def prepare(registry: Registry) -> None:
        registry.add(one)
        (registry.fetch(registry.add(two).revision) / "manifest.json").write_bytes(b"")

    for met in many([*meetings(place, get, take_away, prepare)], 8):
        slugs = {d.slug for d in met.error.diagnostics} if met.error else set()
        assert slugs <= {"revision-removed", "registry-damaged"}
        assert hashes(met) == {1: hash_of(one)}
