"""The Keras layer of a context input: its statistics and its encoder."""

from __future__ import annotations

from typing import Any

from flowspec.backend import Tensor, keras, tf
from flowspec.build.part import Part
from flowspec.build.registry import registered
from flowspec.records import NetworkRecord


@registered
class ContextLayer(Part):
    """Features `(B, C)` of a context input `(B, …)`."""

    def call(self, value: Tensor) -> Tensor:
        """Standardize where the spec says so, and encode; a row that is unknown becomes NaN."""
        features = self.kind.encode(value, self.bind())
        missing = tf.constant(float("nan"), features.dtype)
        return tf.where(self.kind.is_known(value)[:, tf.newaxis], features, missing)

    def example(self, network: NetworkRecord) -> list[Tensor | None]:
        """One row of zeros of the input."""
        shape, dtype = self.kind.input_shape(), self.kind.input_dtype(self.flow_dtype)
        return [tf.zeros((1, *shape[1:]), dtype)]

    def compute_output_spec(self, value: Any) -> Any:
        """Shapes and dtypes without a trace."""
        return keras.KerasTensor((value.shape[0], self.record.features), self.flow_dtype)
