"""What every kind of context input is."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from flowspec import shapes
from flowspec.backend import Tensor
from flowspec.catalog.kind import Kind, Name
from flowspec.catalog.network import Encoder
from flowspec.catalog.parts import Parts
from flowspec.catalog.scope import Scope
from flowspec.records import ContextRecord, Dtype, VariableRecord


class Context(Kind):
    """A named input on which the distribution is conditioned."""

    @abstractmethod
    def plan(self, name: Name, scope: Scope) -> ContextRecord:
        """Its record: shape and dtype of the input, and the part that encodes it."""

    def record(
        self, name: Name, scope: Scope, encoder: Encoder, size: int,
        own: tuple[VariableRecord, ...] = (), **details: Any,
    ) -> ContextRecord:  # fmt: skip
        """The record of an input of `size` entries or values, and of the part that encodes it."""
        features = encoder.features(size)
        network = scope.network(
            "encoder", "encoders", encoder, value=size, context=0, outputs=features
        )
        layer = scope.record(
            "contexts", self, features=features, reads=(name,), networks=(network,), own=own
        )
        return ContextRecord(
            name=name,
            kind=self.kind,
            shape=self.input_shape(),
            dtype=self.input_dtype(scope.dtype),
            features=features,
            layer=layer,
            **details,
        )

    @abstractmethod
    def encode(self, value: Tensor, parts: Parts) -> Tensor:
        """Features `(B, C)` from the input `(B, …)`."""

    @abstractmethod
    def is_known(self, value: Tensor) -> Tensor:
        """Whether each row says something the encoder can answer to. Shapes: returns `(B,)`."""

    @abstractmethod
    def input_shape(self) -> shapes.Shape:
        """The shape of the input, `(B, …)`."""

    @abstractmethod
    def input_dtype(self, dtype: Dtype) -> str:
        """The dtype of the input in a flow of `dtype`."""
