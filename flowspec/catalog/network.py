"""What every network is: Keras layers that turn features into other features."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Protocol

from pydantic import Field

from flowspec.backend import Tensor
from flowspec.catalog.axes import Axes, Axis
from flowspec.catalog.facet import SEEN
from flowspec.catalog.kind import Kind, Name, Named
from flowspec.catalog.scope import Scope
from flowspec.records import NetworkRecord, VariableRecord

KerasLayers = Mapping[str, Any]


class Builder(Protocol):
    """What a kind is given to build its Keras layers with."""

    @property
    def dtype(self) -> Any:
        """The dtype, or mixed-precision policy, of the network's Keras layers."""
        ...

    def initializer(self, variable: str) -> Any:
        """The seeded Keras initializer of a variable, named relative to the network."""
        ...


class NetworkKind(Kind, Named):
    """A network: an ordinary function of features, made of ordinary Keras layers."""

    def variables(self, scope: Scope, inputs: int, outputs: int) -> tuple[VariableRecord, ...]:
        """The variables that its Keras layers will create, in their order; none by default."""
        return ()

    def axes(self, network: NetworkRecord, inputs: Axis, outputs: Axis) -> dict[str, Axes]:
        """What the axes of its variables mean, by the variable's name; none by default.

        Args:
            network: A network of this kind.
            inputs: What it reads, one entry a number; of a category, one a value.
            outputs: What it yields.
        """
        return {}

    def layers(self, network: NetworkRecord, builder: Builder) -> dict[str, Any]:
        """Its Keras layers by name; a variable's path is the layer's name, then its own."""
        return {}


class Conditioner(NetworkKind):
    """A network that yields a transform's raw parameters.

    Without `context` it reads every context input, with it only those named.
    """

    context: Annotated[Annotated[tuple[Name, ...], Field(max_length=256)] | None, SEEN] = None
    """The context inputs to read; all where absent."""

    @abstractmethod
    def condition(
        self, layers: KerasLayers, value: Tensor | None, context: Tensor | None
    ) -> Tensor:
        """The raw parameters `(N, outputs)` from features `(N, value)` and context `(N, C)`."""


class Encoder(NetworkKind):
    """A network from one context input to features."""

    accepts: ClassVar[frozenset[str]]
    """The context kinds whose inputs it can encode."""

    @abstractmethod
    def features(self, size: int) -> int:
        """The number of features it makes of an input of `size` numbers, or of `size` values."""

    def feature_names(self, entries: tuple[str, ...]) -> tuple[str, ...] | None:
        """The names of its features, given those of the entries or values of the input.

        None where the features are other things than those.
        """
        return None

    @abstractmethod
    def encode(self, layers: KerasLayers, value: Tensor, size: int) -> Tensor:
        """Features `(B, C)` from a vector `(B, size)`, or from category indices `(B,)`."""
