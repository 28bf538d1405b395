"""Encoded context for TFP views: any leading axes, one tensor."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowspec.backend import Tensor, tf
from flowspec.build import Store
from flowspec.models.inputs import named_inputs
from flowspec.records import InputRecord


def encode(store: Store, context: Mapping[str, Any]) -> Tensor | None:
    """The features of every context input side by side, `(…, C)`; None without context.

    Args:
        store: The built flow.
        context: Every context input by name, `(…, size)` or, for a category, `(…)`; all with the
            same leading axes.

    Raises:
        UsageError: If an input is missing, unknown or does not fit.
    """
    records = [record.input for record in store.plan.contexts]
    named = named_inputs(context, records, any_batch=True)
    parts = [_encode_one(store, record, named[record.name]) for record in records]
    if not parts:
        return None
    lead = tf.shape(parts[0])[:-1]
    spread = [tf.broadcast_to(p, tf.concat([lead, [p.shape[-1]]], 0)) for p in parts]
    return tf.concat(spread, -1)


def split(store: Store, features: Tensor | None) -> dict[str, Tensor]:
    """The features of each context input by name."""
    if features is None:
        return {}
    sizes = {record.name: record.features for record in store.plan.contexts}
    return dict(zip(sizes, tf.split(features, list(sizes.values()), axis=-1), strict=True))


def _encode_one(store: Store, record: InputRecord, value: Any) -> Tensor:
    tensor = tf.cast(tf.convert_to_tensor(value), record.dtype)
    inner = len(record.shape) - 1
    rank = tensor.shape.rank - inner
    rows = tf.reshape(tensor, (-1, *tensor.shape[rank:]))
    features = store.contexts[record.name](rows)
    shape = tf.concat([tf.shape(tensor)[:rank], [features.shape[-1]]], 0)
    return tf.ensure_shape(tf.reshape(features, shape), [*tensor.shape[:rank], features.shape[-1]])
