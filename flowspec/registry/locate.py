"""Where a bundle is that is named by its folder or by a reference."""

from __future__ import annotations

import os
from pathlib import Path

from flowspec.registry.problems import not_a_reference
from flowspec.registry.reference import is_reference
from flowspec.registry.registry import Registry


def located(bundle: str | os.PathLike[str], registry: str | os.PathLike[str] | None = None) -> Path:
    """The folder of a bundle, which is fetched where `registry:NAME@LABEL` is named.

    Args:
        bundle: The bundle's folder, or a reference that begins with `registry:`.
        registry: The registry; without it that of the environment.

    Raises:
        UsageError: If no registry is named, or the reference has another form, or a registry is
            named and no reference.
        RegistryError: If there is no such revision, or something of it is damaged.
        BundleError: If the cache cannot be written.
        MissingDependencyError: If the registry is a URL and fsspec is not installed.
    """
    if not is_reference(bundle):
        if registry is not None:
            raise not_a_reference(os.fspath(bundle))
        return Path(bundle)
    found = Registry.named(registry)
    return found.fetch(found.find(os.fspath(bundle)))
