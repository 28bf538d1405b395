"""The chain of layers on tensors with any leading axes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowspec import shapes
from flowspec.backend import Tensor, tf
from flowspec.build import Store
from flowspec.build.glue import unknown_rows
from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.export.features import as_rows, lead_of, spread, static_lead


def run(
    store: Store, value: Tensor, features: Mapping[str, Tensor], *, inverse: bool
) -> tuple[Tensor, Tensor]:
    """Latent to event, or back, and the ldj of that direction, from one pass.

    Args:
        store: The built flow.
        value: `(…, D)`, with leading axes that broadcast against those of the features.
        features: The encoded context, `(…, C)` each.
        inverse: Whether to go from event to latent.

    Returns:
        `(…, D)` and `(…)`.

    Raises:
        UsageError: If the shapes do not fit.
    """
    size = store.plan.event.size
    _check_size(value, size)
    tensors = (value, *features.values())
    static = static_lead(*(tensor.shape[:-1] for tensor in tensors))
    lead = lead_of(*(tf.shape(tensor)[:-1] for tensor in tensors))
    rows = dict(zip(features, spread(features, features, lead), strict=True))
    result, ldj = _run_rows(store, as_rows(value, lead, size), rows, inverse=inverse)
    return (
        tf.ensure_shape(tf.reshape(result, tf.concat([lead, [size]], 0)), static.concatenate(size)),
        tf.ensure_shape(tf.reshape(ldj, lead), static),
    )


def _run_rows(
    store: Store, value: Tensor, features: Mapping[str, Tensor], *, inverse: bool
) -> tuple[Tensor, Tensor]:
    """The same on rows. Shapes: `(N, D)`, `(N, C)` each; returns `(N, D)` and `(N,)`."""
    layers = tuple(store.chain.values())
    ldj = tf.zeros(tf.shape(value)[0], value.dtype)
    for layer in layers[::-1] if inverse else layers:
        read = [features[name] for name in layer.record.reads]
        value, ldj = layer(value, read, inverse=inverse, ldj=ldj)
    if features:
        marks = unknown_rows(list(features.values()), 2, value.dtype)
        value, ldj = value + marks, ldj + marks[:, 0]
    return value, ldj


def _check_size(value: Any, size: int) -> None:
    rank = value.shape.rank
    if rank is None or (rank > 0 and value.shape[-1] in (None, size)):
        return
    raise UsageError(
        Diagnostic(
            slug="wrong-shape",
            message="the last axis is not that of the event's features",
            expected=shapes.text(("…", size)),
            got=str(tuple(value.shape)),
        )
    )
