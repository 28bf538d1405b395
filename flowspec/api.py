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
    from flowspec.flow import Flow


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


def load(folder: str | os.PathLike[str]) -> Flow:
    """Load a flow from a bundle that `flow.save` wrote.

    Raises:
        BundleError: If the bundle is damaged, or was written by a newer flowspec.
        MissingDependencyError: If TensorFlow is not installed.
    """
    from flowspec import bundle

    values = bundle.read_values(folder)  # before TensorFlow takes its seconds
    from flowspec.flow import Flow, Snapshot

    manifest = values.bundle.manifest
    snapshot = Snapshot(values.weights, manifest.state, values.optimizer, manifest.lineage)
    return Flow(values.bundle.plan, snapshot)


def register() -> None:
    """Register flowspec's Keras classes, so that `keras.models.load_model` finds them."""
    import flowspec.models  # noqa: F401
