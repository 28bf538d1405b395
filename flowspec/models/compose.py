"""One Keras model per output, functional, over the store's layers."""

from __future__ import annotations

from flowspec import shapes
from flowspec.backend import keras
from flowspec.build import Store
from flowspec.models.answer import answer
from flowspec.models.flow_model import FlowModel
from flowspec.records import OutputRecord


def compose(store: Store, output: OutputRecord) -> FlowModel:
    """The Keras model of an output: a dict of named inputs to a dict of named returns."""
    inputs = {
        record.name: keras.Input(
            shapes.open_batch(record.shape)[1:], dtype=record.dtype, name=record.name
        )
        for record in output.inputs
    }
    outputs = answer(store.shared(), output, inputs)
    model = FlowModel(inputs=inputs, outputs=outputs, name=f"{store.plan.name}.{output.name}")
    # Keras scales the loss of a model in mixed float16.
    model.dtype_policy = keras.dtype_policies.get(store.policy)
    return model.unplaced().attach(output, store.row_seeds if store.plan.conditional else None)
