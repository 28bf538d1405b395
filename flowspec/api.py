"""The functions users call first."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING

from flowspec.diagnostics import render_all
from flowspec.plan import check, plan
from flowspec.spec import Spec, load_spec
from flowspec.spec.load import Source

if TYPE_CHECKING:
    from flowspec.bundle import Values
    from flowspec.flow import Flow
    from flowspec.versioning.diff.diff import Diff
    from flowspec.versioning.transfer.transfer import Transfer


def validate(source: Source, overrides: Sequence[str] = ()) -> Spec:
    """Check a spec completely, without TensorFlow.

    Args:
        source: The path of a YAML file, a map with the same content, or a `Spec`.
        overrides: Changes such as `layers.0.repeat=8`, applied first.

    Returns:
        The spec with every default filled in. A file in an older version of the language is a
        `FutureWarning`, and one of `warnings` of the spec.

    Raises:
        SpecError: If it cannot be read, its form is not valid, or its parts do not fit together;
            it holds every problem of the first of these steps that fails.
    """
    spec = load_spec(source, overrides)
    check(spec)
    _warn(source, spec)
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
    spec = load_spec(source, overrides)
    planned = plan(spec)
    _warn(source, spec)
    from flowspec.flow import Flow

    return Flow(planned)


def _warn(source: Source, spec: Spec) -> None:
    """Tell the caller of whoever calls this that a file is in an older version of the language."""
    # Whoever made the spec that is given was told then.
    if spec.warnings and not isinstance(source, Spec):
        warnings.warn("\n" + render_all(spec.warnings), FutureWarning, stacklevel=3)


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


def diff(
    old: Source, new: Source, overrides: Sequence[str] = (), *, check_version: bool = False
) -> Diff:
    """What changed between two versions of a flow, without TensorFlow.

    Args:
        old: A spec file, a bundle, `git:REV:path`, `registry:NAME@LABEL`, a map, or a `Spec`.
        new: The same.
        overrides: Changes of the new one such as `layers.0.repeat=8`, applied before validation.
        check_version: Whether a version of the new one that says less than what changed is a
            finding too.

    Raises:
        SpecError: If a spec is not valid.
        BundleError: If a bundle cannot be read.
        RegistryError: If the registry has no such bundle, or a damaged one.
        UsageError: If a source cannot be found, or the spec of a bundle is to be changed.
    """
    from flowspec.registry import located
    from flowspec.versioning.diff.diff import diff as compared

    return compared(located(old), located(new), overrides, check_version=check_version)


def transfer(
    folder: str | os.PathLike[str],
    source: Source,
    overrides: Sequence[str] = (),
    *,
    partial: bool = False,
) -> Flow:
    """Move the weights of a bundle to another architecture, by what each of their entries means.

    `flowspec.versioning.transfer.transfer_map` shows what becomes of each variable.

    Args:
        folder: The bundle, a folder or `registry:NAME@LABEL`; it stays as it is.
        source: The new spec: the path of a YAML file, a map with the same content, or a `Spec`. Its
            `renames:` say where variables went.
        overrides: Changes such as `layers.0.repeat=8`, applied first.
        partial: Whether variables may be left behind, and log_prob may change.

    Returns:
        The new flow. Its log_prob is that of the old one, for the same values of old inputs and
        any values of new ones, unless the transfer is partial.

    Raises:
        SpecError: If the spec is not valid.
        BundleError: If the bundle is damaged, or was written by a newer flowspec.
        RegistryError: If the registry has no such bundle, or a damaged one.
        TransferError: If something would be left behind or log_prob change, and `partial` is false.
        MissingDependencyError: If TensorFlow is not installed.
    """
    spec = load_spec(source, overrides)
    _warn(source, spec)
    planned = plan(spec)
    from flowspec.registry import located
    from flowspec.versioning.transfer.parent import read_parent
    from flowspec.versioning.transfer.refuse import check_whole
    from flowspec.versioning.transfer.transfer import Transfer

    parent = read_parent(located(folder))  # before TensorFlow takes its seconds
    move = Transfer(parent.bundle, planned)
    if not partial:
        check_whole(move.map, planned, spec.span)
    return moved_flow(move, parent)


def moved_flow(transfer: Transfer, parent: Values) -> Flow:
    """The flow that a transfer leads to.

    Args:
        transfer: What becomes of each variable.
        parent: The bundle that it starts from, with its variables.
    """
    from flowspec.build.initializers import initial_value
    from flowspec.flow import Flow, Snapshot

    weights = transfer.weights(parent.weights, initial_value)
    snapshot = Snapshot(weights, transfer.carried.state, lineage=transfer.lineage)
    return Flow(transfer.plan, snapshot)


def register() -> None:
    """Register flowspec's Keras classes, so that `keras.models.load_model` finds them."""
    import flowspec.models  # noqa: F401
