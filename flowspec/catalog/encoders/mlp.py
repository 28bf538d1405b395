"""A multilayer perceptron over one vector input.

`f(c) = h_n`, `h_{i+1} = activation(W_i h_i + b_i)`, `h_0 = c`; the activation follows the last
layer too, which has `size` units.

Shapes: value `(B, size of the input)`; returns `(B, size)`.

Prefer it where several layers read one large input: the encoder runs once, not once a layer.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from flowspec.backend import Tensor
from flowspec.catalog.axes import Axes, Axis
from flowspec.catalog.dense import DenseStack, run
from flowspec.catalog.facet import SEEN
from flowspec.catalog.network import Builder, Encoder, KerasLayers
from flowspec.catalog.scope import Scope
from flowspec.records import NetworkRecord, VariableRecord


class Mlp(Encoder, DenseStack):
    """A multilayer perceptron over one vector input."""

    kind: Literal["mlp"]
    accepts: ClassVar[frozenset[str]] = frozenset({"vector"})
    size: Annotated[int, Field(ge=1, le=65_536), SEEN] = 32
    """The number of features it yields, C."""

    def features(self, size: int) -> int:
        """As the option says."""
        return self.size

    def variables(self, scope: Scope, inputs: int, outputs: int) -> tuple[VariableRecord, ...]:
        """Kernels and biases of the hidden layers and of the last."""
        units = (*self.hidden, outputs)
        return self.stack_variables(scope, inputs, units, [self.initializer] * len(units))

    def axes(self, network: NetworkRecord, inputs: Axis, outputs: Axis) -> dict[str, Axes]:
        """Inputs, hidden units, outputs."""
        return self.stack_axes(inputs, outputs)

    def layers(self, network: NetworkRecord, builder: Builder) -> dict[str, Any]:
        """The hidden layers and the last, each with the activation."""
        units = (*self.hidden, network.outputs)
        return self.stack_layers(builder, units, [self.activation] * len(units))

    def encode(self, layers: KerasLayers, value: Tensor, size: int) -> Tensor:
        """The features."""
        return run(layers, value)


EXAMPLES = """
- {kind: mlp, hidden: [6], size: 4}
- {kind: mlp, hidden: [], size: 2, activation: tanh}
"""
