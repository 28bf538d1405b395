"""The functions users call first."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from flowspec.plan import check, plan
from flowspec.spec import Spec, load_spec
from flowspec.spec.load import Source

if TYPE_CHECKING:
    from flowspec.flow import Flow


def validate(source: Source, overrides: Sequence[str] = ()) -> Spec:
    """Check a spec completely, without TensorFlow.

    Args:
        source: The path of a YAML file, a map with the same content, or a `Spec`.
        overrides: Changes such as `layers.0.repeat=8`, applied first.

    Returns:
        The spec with every default filled in.

    Raises:
        SpecError: If it cannot be read, its form is not valid, or its parts do not fit together;
            it holds every problem of the first of these steps that fails.
    """
    spec = load_spec(source, overrides)
    check(spec)
    return spec


def compile(source: Source, overrides: Sequence[str] = ()) -> Flow:
    """Compile a spec to Keras models over one store of freshly initialised variables.

    Args:
        source: The path of a YAML file, a map with the same content, or a `Spec`.
        overrides: Changes such as `layers.0.repeat=8`, applied first.

    Returns:
        The flow. Two compilations of one spec are equal bit for bit.

    Raises:
        SpecError: If the spec is not valid.
        MissingDependencyError: If TensorFlow is not installed.
    """
    planned = plan(load_spec(source, overrides))
    from flowspec.flow import Flow

    return Flow(planned)


def load(folder: str | os.PathLike[str], *, registry: str | os.PathLike[str] | None = None) -> Flow:
    """Load a flow from a bundle that `flow.save` wrote.

    Args:
        folder: The bundle's folder, or `registry:NAME@LABEL` for one in a registry, as in
            `registry:engel@champion` or `registry:engel@1.2.0`.
        registry: The registry, a folder or a URL; without it that of `FLOWSPEC_REGISTRY`.

    Raises:
        BundleError: If the bundle is damaged, or was written by a newer flowspec.
        RegistryError: If the registry has no such bundle, or a damaged one.
        UsageError: If no registry is named, or the reference has another form.
        MissingDependencyError: If TensorFlow is not installed.
    """
    from flowspec import bundle
    from flowspec.registry import located

    values = bundle.read_values(located(folder, registry))  # before TensorFlow takes its seconds
    from flowspec.flow import Flow, Snapshot

    manifest = values.bundle.manifest
    snapshot = Snapshot(values.weights, manifest.state, values.optimizer, manifest.lineage)
    return Flow(values.bundle.plan, snapshot)


def register() -> None:
    """Register flowspec's Keras classes, so that `keras.models.load_model` finds them."""
    import flowspec.models  # noqa: F401
