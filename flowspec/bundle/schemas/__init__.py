"""Older forms of the manifest, and the steps from each to the next.

One file a form, named after its number: the form as it was, which never changes again, and
`upgrade`, which makes the next of it. A bundle of every number is kept as test data.
"""

from __future__ import annotations

from pathlib import Path

from flowspec.bundle.files import ReadPayload
from flowspec.bundle.manifest import Manifest
from flowspec.bundle.schemas.schema_1 import Manifest1, upgrade_1

Older = Manifest1
"""Any older form."""

_FORMS: dict[int, type[Older]] = {1: Manifest1}


def older(schema: int) -> type[Older] | None:
    """The form of an older number; None for the current one."""
    return _FORMS.get(schema)


def upgraded(folder: Path, manifest: Manifest | Older, read: ReadPayload) -> Manifest:
    """A manifest in the current form.

    Args:
        folder: How messages call the bundle.
        manifest: Of any form; the names of its files were checked.
        read: What reads a file of the bundle, as a step may have to.

    Raises:
        BundleError: A file that a step reads is not the one that was saved.
    """
    if isinstance(manifest, Manifest1):
        return upgrade_1(folder, manifest, read)
    return manifest
