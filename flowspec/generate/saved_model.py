"""The SavedModel of a bundle, for targets that ship it."""

from __future__ import annotations

import re

from flowspec.bundle import Bundle
from flowspec.bundle.files import read_payload
from flowspec.bundle.problems import without_saved_model

OLDEST_TENSORFLOW = "2.21"
"""The first version with which flowspec wrote SavedModels."""


def saved_model_files(bundle: Bundle) -> dict[str, bytes]:
    """Its files by path, as they were saved.

    Raises:
        BundleError: If the bundle holds none, or a damaged one.
    """
    inner = bundle.manifest.saved_model
    if inner is None:
        raise without_saved_model(bundle.folder)
    found: dict[str, bytes] = {}
    for file in inner.files:
        inside = file.model_copy(update={"name": f"{inner.name}/{file.name}"})
        found[file.name] = read_payload(bundle.folder, inside, file.bytes)
    return found


def tensorflow_version(bundle: Bundle) -> str:
    """The version of TensorFlow that wrote it, `2.21`; an older one may not read it."""
    found = re.match(r"\d+\.\d+", bundle.manifest.tools.get("tensorflow", ""), re.ASCII)
    return found[0] if found else OLDEST_TENSORFLOW
