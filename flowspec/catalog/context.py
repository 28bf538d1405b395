"""What every kind of context input is."""

from __future__ import annotations

from abc import abstractmethod

from flowspec import shapes
from flowspec.backend import Tensor
from flowspec.catalog.kind import Kind, Name
from flowspec.catalog.parts import Parts
from flowspec.catalog.scope import Scope
from flowspec.records import ContextRecord, Dtype


class Context(Kind):
    """A named input on which the distribution is conditioned."""

    @abstractmethod
    def plan(self, name: Name, scope: Scope) -> ContextRecord:
        """Its record: shape and dtype of the input, and the part that encodes it."""

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
