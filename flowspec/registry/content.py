"""What a revision consists of, by its manifest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from flowspec.bundle.check import decode_manifest
from flowspec.bundle.limits import MAX_JSON
from flowspec.bundle.manifest import Manifest, PayloadFile
from flowspec.registry.objects import Objects
from flowspec.registry.problems import registry_damaged
from flowspec.registry.records import Revision

_LIMITS = {"spec": MAX_JSON, "plan": MAX_JSON}


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
    manifest = decode_manifest(objects.read(record.bundle, record.bytes), Path(str(record)))
    found = f"{manifest.name} {manifest.version}"
    if found != f"{record.name} {record.version}":
        raise registry_damaged(
            f"the record of {record}", "its bundle is another flow, or another version of it",
            expected=f"{record.name} {record.version}", got=found,
        )  # fmt: skip
    for role, limit in _LIMITS.items():
        size = manifest.files[role].bytes
        if size > limit:
            raise registry_damaged(
                f"the manifest of {record}", f"its {role} is too large",
                expected=f"at most {limit} bytes", got=f"{size} bytes",
            )  # fmt: skip
    return manifest


class Payload(Mapping[str, bytes]):
    """The content of a revision's files by their path, each read and checked when it is asked."""

    def __init__(self, objects: Objects, manifest: Manifest) -> None:
        self._objects = objects
        self._files = {file.name: file for file in payload_of(manifest)}

    def __getitem__(self, name: str) -> bytes:
        file = self._files[name]
        return self._objects.read(file.sha256, file.bytes)

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)
