"""A multilayer perceptron over the features and the encoded context, side by side.

`raw = W_n h_n + b_n`, `h_{i+1} = activation(W_i h_i + b_i)`, `h_0 = [value, context]`. The last
layer starts at zero, so that a fresh transform is the identity.

Shapes: value `(N, D)`, context `(N, C)`; returns `(N, outputs)`.

References: Dinh, Sohl-Dickstein, Bengio, "Density estimation using Real NVP", 2017,
https://arxiv.org/abs/1605.08803

Prefer it for vectors of up to some hundred features.
"""

from __future__ import annotations

from typing import Any, Literal

from flowspec.backend import Tensor, tf
from flowspec.catalog.axes import Axes, Axis
from flowspec.catalog.dense import DenseStack, run
from flowspec.catalog.network import Builder, Conditioner, KerasLayers
from flowspec.catalog.scope import Scope
from flowspec.records import NetworkRecord, VariableRecord


class Mlp(Conditioner, DenseStack):
    """A multilayer perceptron whose last layer is linear and starts at zero."""

    kind: Literal["mlp"]

    def variables(self, scope: Scope, inputs: int, outputs: int) -> tuple[VariableRecord, ...]:
        """Kernels and biases of the hidden layers and of the last."""
        starts = (*(self.initializer for _ in self.hidden), "zeros")
        return self.stack_variables(scope, inputs, (*self.hidden, outputs), starts)

    def axes(self, network: NetworkRecord, inputs: Axis, outputs: Axis) -> dict[str, Axes]:
        """Inputs, hidden units, outputs."""
        return self.stack_axes(inputs, outputs)

    def layers(self, network: NetworkRecord, builder: Builder) -> dict[str, Any]:
        """The hidden layers and the last."""
        activations = (*(self.activation for _ in self.hidden), "linear")
        return self.stack_layers(builder, (*self.hidden, network.outputs), activations)

    def condition(
        self, layers: KerasLayers, value: Tensor | None, context: Tensor | None
    ) -> Tensor:
        """The raw parameters from the features and the context."""
        if value is None or context is None:
            return run(layers, context if value is None else value)
        return run(layers, tf.concat([value, context], -1))


EXAMPLES = """
- {kind: mlp, hidden: [8]}
- {kind: mlp, hidden: [8, 6], activation: tanh, initializer: he_normal, l2: 0.001}
- {kind: mlp, hidden: []}
- {kind: mlp, hidden: [8], dropout: 0.2}
"""
