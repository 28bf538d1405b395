"""Context for TFP views: tensors with any leading axes, encoded anew in every call."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any

from flowspec.backend import Tensor, tf
from flowspec.build import Store
from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.models.inputs import named_inputs
from flowspec.records import InputRecord


def as_tensors(store: Store, context: Mapping[str, Any]) -> dict[str, Tensor]:
    """Every context input as a tensor of its dtype; a `tf.Variable` stays one, and is read later.

    Args:
        store: The built flow.
        context: Every context input by name, `(…, size)` or, for a category, `(…)`, with leading
            axes that broadcast.

    Raises:
        UsageError: If an input is missing, unknown or does not fit.
    """
    records = [record.input for record in store.plan.contexts]
    named = named_inputs(context, records, any_batch=True)
    found = {record.name: _as_tensor(record, named[record.name]) for record in records}
    inner = inner_axes(store)
    static_lead(*(value.shape[: value.shape.rank - inner[name]] for name, value in found.items()))
    return found


def inner_axes(store: Store) -> dict[str, int]:
    """How many axes of each context input are not leading axes, by name."""
    records = [record.input for record in store.plan.contexts]
    return {record.name: len(record.shape) - 1 for record in records}


def encode(store: Store, context: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The features of each context input, `(…, C)`."""
    inner = inner_axes(store)
    return {name: _encode_one(store, name, value, inner[name]) for name, value in context.items()}


def lead_of(*shapes: Tensor) -> Tensor:
    """The shape that these shapes broadcast to."""
    return functools.reduce(tf.broadcast_dynamic_shape, shapes, tf.zeros(0, tf.int32))


def static_lead(*shapes: Any) -> Any:
    """What is known of it before a run, as a `tf.TensorShape`.

    Raises:
        UsageError: If the shapes do not broadcast.
    """
    try:
        return functools.reduce(tf.broadcast_static_shape, shapes, tf.TensorShape([]))
    except ValueError:
        raise UsageError(
            Diagnostic(
                slug="wrong-shape",
                message="the leading axes of the event and the context do not fit together",
                expected="axes that broadcast against each other",
                got=", ".join(str(tuple(shape)) for shape in shapes),
            )
        ) from None


def spread(tensors: Mapping[str, Tensor], names: Iterable[str], lead: Tensor) -> list[Tensor]:
    """The tensors of these names as rows. Shapes: `(…, C)`; returns `(N, C)` each."""
    return [as_rows(tensors[name], lead, tensors[name].shape[-1]) for name in names]


def as_rows(tensor: Tensor, lead: Tensor, size: int) -> Tensor:
    """The tensor with these leading axes, folded into one. Shapes: `(…, C)`; returns `(N, C)`."""
    wide = tf.broadcast_to(tensor, tf.concat([lead, [size]], 0))
    return tf.reshape(wide, (-1, size))


def _as_tensor(record: InputRecord, value: Any) -> Tensor:
    if isinstance(value, tf.Variable):
        return value
    return tf.cast(tf.convert_to_tensor(value), record.dtype)


def _encode_one(store: Store, name: str, value: Tensor, inner: int) -> Tensor:
    tensor = tf.convert_to_tensor(value)
    rank = tensor.shape.rank - inner
    rows = tf.reshape(tensor, (-1, *tensor.shape[rank:]))
    features = store.contexts[name](rows)
    shape = tf.concat([tf.shape(tensor)[:rank], [features.shape[-1]]], 0)
    return tf.ensure_shape(tf.reshape(features, shape), [*tensor.shape[:rank], features.shape[-1]])
