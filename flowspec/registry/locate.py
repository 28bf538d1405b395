"""Where a bundle is that is named by its folder or by a reference."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

from flowspec.registry.problems import not_a_reference
from flowspec.registry.reference import is_reference
from flowspec.registry.registry import Registry

Named = TypeVar("Named")


def located(bundle: Named, registry: str | os.PathLike[str] | None = None) -> Named | Path:
    """The folder of a bundle, which is fetched where `registry:NAME@LABEL` is named.

    Args:
        bundle: A reference that begins with `registry:`, or what names something otherwise, as a
            folder does.
        registry: The registry; without it that of the environment.

    Returns:
        The folder of what a reference names; anything else as it is.

    Raises:
        UsageError: If no registry is named, or the reference has another form, or a registry is
            named and no reference.
        RegistryError: If there is no such revision, or something of it is damaged.
        BundleError: If the cache cannot be written.
        MissingDependencyError: If the registry is a URL and fsspec is not installed.
    """
    if not is_reference(bundle):
        if registry is not None:
            raise not_a_reference(str(bundle))
        return bundle
    found = Registry.named(registry)
    return found.fetch(found.find(bundle))
