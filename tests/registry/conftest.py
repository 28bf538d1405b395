"""Bundles of one architecture, registries on each kind of storage, and what they hold."""

from __future__ import annotations

import itertools
import json
import secrets
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from flowspec import bundle
from flowspec.bundle.disk import Disk
from flowspec.diagnostics import FlowspecError
from flowspec.plan import plan as plan_spec
from flowspec.records import Plan
from flowspec.registry import Registry
from flowspec.registry.content import Payload
from flowspec.registry.folder import FolderStorage
from flowspec.registry.objects import Objects
from flowspec.registry.records import Revision
from flowspec.registry.storage import Storage, open_storage
from flowspec.spec import load_spec

SPEC = {
    "flowspec": 1,
    "name": "tiny",
    "version": "1.0.0",
    "event": {"shape": [2]},
    "layers": [{"kind": "elementwise", "transform": {"kind": "affine"}}],
}
SAVED_MODEL = {"saved_model.pb": b"", "variables/variables.index": b"index"}

MakeBundle = Callable[..., Path]
Change = Callable[[dict[str, Any]], object]


@pytest.fixture(autouse=True)
def nowhere_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test fetches is not kept, and no registry is named but by the test."""
    monkeypatch.setenv("FLOWSPEC_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("FLOWSPEC_REGISTRY", raising=False)


@pytest.fixture(scope="session")
def plan() -> Plan:
    return plan_spec(load_spec(SPEC))


@pytest.fixture(scope="session")
def make_bundle(tmp_path_factory: pytest.TempPathFactory) -> MakeBundle:
    """A bundle of a version, trained to a value; each call makes one, asked twice the same."""
    made: dict[Any, Path] = {}

    def make(value: float = 0.0, **changes: Any) -> Path:
        key = (value, *sorted(changes.items()))
        if key not in made:
            plan = plan_spec(load_spec({**SPEC, **changes}))
            weights = {v.path: np.full(v.shape, value, v.dtype) for v in plan.variables}
            made[key] = tmp_path_factory.mktemp("made") / f"{plan.name}.bundle"
            bundle.write(made[key], plan, weights, saved_model=SAVED_MODEL)
        return made[key]

    return make


@pytest.fixture(params=["folder", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a registry can be: a folder that is not there yet, or a URL."""
    return place_in(request.param, tmp_path)


def place_in(kind: str, tmp_path: Path) -> str:
    if kind == "folder":
        return str(tmp_path / "above" / "registry")
    return f"memory://{secrets.token_hex(8)}/registry"


@pytest.fixture
def registry(place: str, storage: Storage) -> Registry:
    return Registry(place, storage=storage)


@pytest.fixture
def storage(place: str) -> Storage:
    """The files of the same registry."""
    return quick_storage(place)


@pytest.fixture
def made(registry: Registry, make_bundle: MakeBundle) -> Registry:
    """Two revisions, and an alias for the first."""
    registry.add(make_bundle(1.0))
    registry.add(make_bundle(2.0))
    registry.alias("tiny@champion", "1")
    return registry


@pytest.fixture
def refused() -> Callable[..., str]:
    """Call something that must be refused with a slug; what the error says."""

    def call(slug: str, function: Callable[..., object], *args: object, **options: object) -> str:
        with pytest.raises(FlowspecError) as caught:
            function(*args, **options)
        assert {d.slug for d in caught.value.diagnostics} == {slug}, str(caught.value)
        return str(caught.value)

    return call


def edit(storage: Storage, file: str, change: Change) -> None:
    """Change a record in place: `edit(storage, file, lambda data: ...)`."""
    data = json.loads(storage.read(file, 10**6))
    change(data)
    storage.replace(file, json.dumps(data).encode())


def files_in(folder: Path) -> dict[str, bytes]:
    """The files of a folder, and below it, and their content."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def files_of(storage: Storage) -> dict[str, bytes]:
    """The files of a registry and their content, what its writers left behind aside."""
    found: dict[str, bytes] = {}
    folders = ["", "names", "objects", "trash"]
    folders += [f"names/{name}/{kind}" for name in storage.names("names") for kind in
                ("revisions", "aliases")]  # fmt: skip
    for folder in folders:
        for name in storage.names(folder):
            path = f"{folder}/{name}".lstrip("/")
            if path not in {"names", "objects", "trash"} and not name.startswith("."):
                try:
                    found[path] = storage.read(path, 10**9)
                except FlowspecError:
                    assert folder == "names"
    return found


def sound(registry: Registry) -> dict[str, dict[int, str]]:
    """The hash of the bundle that each revision of each name is, every byte of it read."""
    objects = Objects(open_storage(registry.place))
    found: dict[str, dict[int, str]] = {}
    for name in registry.names():
        found[name] = {}
        for revision in registry.revisions(name):
            assert dict(Payload(objects, revision, registry.manifest(revision)))
            found[name][revision.revision] = revision.bundle
        for number in registry.aliases(name).values():
            assert number in found[name]
    return found


def hash_of(folder: Path) -> str:
    return bundle.read(folder).sha256


class QuickDisk(Disk):
    """Does not wait for the disk itself."""

    def sync(self, descriptor: int) -> None:
        pass

    def sync_folder(self, path: Path) -> None:
        pass


def quick_storage(place: str) -> Storage:
    return open_storage(place) if "://" in place else FolderStorage(place, QuickDisk())


class Meeting:
    """A storage that calls something before its operation number `when`."""

    def __init__(self, inner: Storage, when: int, meet: Callable[[], object]) -> None:
        self.inner = inner
        self.left = when
        self.meet = meet

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.inner, name)
        if callable(value):
            self.left -= 1
            if self.left == 0:
                self.meet()
        return value


Act = Callable[[Registry], object]


class Met(NamedTuple):
    """A registry in which something happened in the middle of something else.

    Attributes:
        registry: The registry.
        error: Why the first thing was refused, where it was.
    """

    registry: Registry
    error: FlowspecError | None


def meetings(place: str, act: Act, meet: Act, before: Act) -> Iterator[Met]:
    """Act, met by another at the first operation, the second, and so on until none is left.

    Each time in a registry of its own, prepared by `before`.
    """
    for when in itertools.count(1):
        inner = quick_storage(f"{place}{when}")
        registry = Registry(inner.place, storage=inner)
        before(registry)
        storage = Meeting(inner, when, partial(meet, registry))
        error = None
        try:
            act(Registry(registry.place, storage=storage))
        except FlowspecError as found:
            error = found
        if storage.left > 0:
            return
        yield Met(registry, error)


def numbers(found: list[Revision]) -> list[int]:
    return [one.revision for one in found]
