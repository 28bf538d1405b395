"""A bundle on its way into a registry: first everything it consists of, then its record."""

from __future__ import annotations

from collections.abc import Iterator, Set
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

from flowspec import bundle
from flowspec.bundle.check import identify_text
from flowspec.bundle.files import check_payload, read_at_most, read_payload
from flowspec.bundle.limits import MAX_MANIFEST
from flowspec.bundle.manifest import Manifest, PayloadFile
from flowspec.bundle.names import MANIFEST
from flowspec.registry.collecting import empty_trash, needed_objects
from flowspec.registry.content import payload_of
from flowspec.registry.names import is_name, is_version
from flowspec.registry.objects import Objects
from flowspec.registry.problems import wrong_reference
from flowspec.registry.records import Revision
from flowspec.registry.revisions import Revisions
from flowspec.registry.storage import Storage


class Incoming(NamedTuple):
    """A sound bundle that may be added.

    Attributes:
        folder: Where it is.
        manifest: What it consists of.
        text: The content of the manifest's file.
        sha256: The hash of the bundle.
    """

    folder: Path
    manifest: Manifest
    text: bytes
    sha256: str

    def parts(self) -> Iterator[PayloadFile]:
        """Every file, by its path in the folder, the manifest last."""
        yield from payload_of(self.manifest)
        yield PayloadFile(name=MANIFEST, sha256=self.sha256, bytes=len(self.text))

    def read(self, part: PayloadFile) -> bytes:
        """The content of a part.

        Raises:
            BundleError: It has changed since.
        """
        if part.name == MANIFEST:
            return self.text
        return read_payload(self.folder, part, part.bytes)


class Added(NamedTuple):
    """A bundle's revision, and whether the bundle was not in the registry yet."""

    revision: Revision
    is_new: bool


def incoming(folder: Path) -> Incoming:
    """Read and check a bundle, every file of it.

    Raises:
        BundleError: It is no bundle, or damaged, or newer than this flowspec.
        UsageError: A registry cannot hold its name or its version.
    """
    path = bundle.read(folder).folder
    text = read_at_most(path, MANIFEST, MAX_MANIFEST)
    manifest, sha256 = identify_text(text, path, partial(read_payload, path))
    found = Incoming(path, manifest, text, sha256)
    name, version = found.manifest.name, found.manifest.version
    if not is_name(name) or not is_version(version):
        raise wrong_reference(f"{name}@{version}", "a flow's name, and a version such as 1.2.0")
    for part in payload_of(found.manifest):
        check_payload(path, part)
    return found


def add(storage: Storage, found: Incoming) -> Added:
    """Put a bundle into a registry.

    Raises:
        FlowspecError: The bundle has changed since it was checked, the registry is damaged or
            cannot be written. What was written by then is taken away again.
    """
    objects, revisions = Objects(storage), Revisions(storage)
    written: set[str] = set()
    try:
        for part in found.parts():
            if objects.put(part.sha256, found.read(part)):
                written.add(part.sha256)
        objects.settle()
        manifest = found.manifest
        published = revisions.publish(
            manifest.name, manifest.version, found.sha256, len(found.text)
        )
        _put_again(objects, found)
    except BaseException:
        with suppress(Exception):
            _take_away(storage, written)
        raise
    return Added(*published)


def _put_again(objects: Objects, found: Incoming) -> None:
    """What a collector took just before there was a record that needs it."""
    for part in found.parts():
        if not objects.has(part):
            objects.put(part.sha256, found.read(part))


def _take_away(storage: Storage, written: Set[str]) -> None:
    Objects(storage).discard(written - needed_objects(storage))
    empty_trash(storage)
