"""A bundle with every file of it, checked: what is published, and what is loaded again."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from flowspec import bundle
from flowspec.bundle import Bundle, PayloadFile
from flowspec.bundle.files import check_payload
from flowspec.bundle.names import MANIFEST
from flowspec.bundle.problems import system_reason, without_saved_model
from flowspec.publish.problems import cannot_stage, other_bundle


def read_whole(folder: str | os.PathLike[str]) -> Bundle:
    """Read a bundle and check every file that its manifest names.

    Raises:
        BundleError: It is no bundle, a file of it is not the one that was saved, or it holds no
            SavedModel, which is what answers.
    """
    found = bundle.read(folder)
    if found.manifest.saved_model is None:
        raise without_saved_model(found.folder)
    for file in _payload(found):
        check_payload(found.folder, file)
    return found


def copy_whole(found: Bundle, folder: Path) -> None:
    """Copy a bundle, without other people's files, and check the copy.

    Args:
        found: The bundle, its files checked.
        folder: Made.

    Raises:
        BundleError: It was saved anew meanwhile, or the system refuses.
    """
    try:
        for name in (MANIFEST, *(file.name for file in _payload(found))):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(found.folder / name, folder / name)
    except OSError as error:
        raise cannot_stage(found.folder, system_reason(error)) from error
    copied = read_whole(folder)
    if copied.sha256 != found.sha256:
        raise other_bundle(found.folder, expected=found.sha256, got=copied.sha256)


def _payload(found: Bundle) -> Iterator[PayloadFile]:
    """Every file but the manifest, named by its path in the bundle."""
    yield from found.manifest.files.values()
    inner = found.manifest.saved_model
    if inner is not None:
        for file in inner.files:
            yield file.model_copy(update={"name": f"{inner.name}/{file.name}"})
