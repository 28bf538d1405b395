"""What a revision consists of, by its manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from flowspec.bundle.check import identify_text
from flowspec.bundle.limits import MAX_JSON
from flowspec.bundle.manifest import Manifest, PayloadFile
from flowspec.registry.objects import Objects
from flowspec.registry.problems import registry_damaged
from flowspec.registry.records import Revision


def payload_of(manifest: Manifest) -> Iterator[PayloadFile]:
    """Every file that a manifest names, by its path in the bundle."""
    yield from manifest.files.values()
    if (inner := manifest.saved_model) is not None:
        for file in inner.files:
            yield file.model_copy(update={"name": f"{inner.name}/{file.name}"})


def manifest_of(objects: Objects, record: Revision) -> Manifest:
    """The manifest of a revision, in the current form.

    Raises:
        RegistryError: It is missing or damaged, or is not that of the record.
        BundleError: It is what was added, and cannot be used.
    """
    text = objects.read(record.bundle, record.bytes)
    manifest = identify_text(text, Path(str(record)), partial(_read, objects, record)).manifest
    found = f"{manifest.name} {manifest.version}"
    if found != f"{record.name} {record.version}":
        raise registry_damaged(
            f"the record of {record}", "its bundle is another flow, or another version of it",
            expected=f"{record.name} {record.version}", got=found,
        )  # fmt: skip
    return manifest


def _read(objects: Objects, record: Revision, file: PayloadFile, limit: int) -> bytes:
    """A file of a revision.

    Raises:
        RegistryError: It is missing or damaged, or larger than it may be.
    """
    if file.bytes > limit:
        raise registry_damaged(
            f"the manifest of {record}", f"`{file.name}` is too large",
            expected=f"at most {limit} bytes", got=f"{file.bytes} bytes",
        )  # fmt: skip
    return objects.read(file.sha256, file.bytes)


class Payload(Mapping[str, bytes]):
    """The content of a revision's files by their path, each read and checked when it is asked."""

    def __init__(self, objects: Objects, record: Revision, manifest: Manifest) -> None:
        self._objects = objects
        self._record = record
        self._files = {file.name: file for file in payload_of(manifest)}
        self._limits = {
            manifest.files[role].name: limit
            for role, limit in (("spec", MAX_JSON), ("plan", MAX_JSON))
        }

    def __getitem__(self, name: str) -> bytes:
        file = self._files[name]
        return _read(self._objects, self._record, file, self._limits.get(name, file.bytes))

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)
