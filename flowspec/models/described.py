"""What the graph of a model says of the output it answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowspec import shapes
from flowspec.build.context_layer import ContextLayer
from flowspec.build.glue import LogProb
from flowspec.plan.solver import SEED
from flowspec.records import InputRecord, Origin, OutputRecord


def described(model: Any) -> OutputRecord:
    """Inputs, returns and origin; how the graph computes them is in the graph."""
    contexts = [layer for layer in model.layers if isinstance(layer, ContextLayer)]
    counts = {
        layer.record.path.removeprefix("context."): layer.kind.size
        for layer in contexts
        if layer.kind.input_dtype(layer.flow_dtype) != layer.flow_dtype
    }
    return OutputRecord(
        name=model.name,
        inputs=_records(model.input, counts),
        returns=_records(model.output, {}),
        origin=_origin(model),
        steps=(),
    )


def _records(tensors: Mapping[str, Any], counts: Mapping[str, int]) -> tuple[InputRecord, ...]:
    return tuple(
        InputRecord(
            name=name,
            shape=(shapes.BATCH, *tensor.shape[1:]),
            dtype=tensor.dtype,
            count=counts.get(name),
        )
        for name, tensor in tensors.items()
    )


def _origin(model: Any) -> Origin:
    if any(isinstance(layer, LogProb) and layer.inverse for layer in model.layers):
        return "event"
    if "latent" in model.input:
        return "latent"
    return "draw" if SEED in model.input else "centre"
