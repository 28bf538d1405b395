"""A stack of dense layers: what every multilayer perceptron of the catalogue is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from flowspec.backend import Tensor, keras
from flowspec.catalog.axes import Axes, Axis, units
from flowspec.catalog.facet import SEEN, TRAINING
from flowspec.catalog.kind import Node
from flowspec.catalog.network import Builder, KerasLayers
from flowspec.catalog.scope import Scope
from flowspec.records import VariableRecord

Activation = Literal[
    "celu", "elu", "gelu", "hard_silu", "leaky_relu", "linear", "mish", "relu", "relu6", "selu",
    "sigmoid", "silu", "softplus", "softsign", "tanh",
]  # fmt: skip
Initializer = Literal[
    "glorot_normal", "glorot_uniform", "he_normal", "he_uniform", "lecun_normal", "lecun_uniform",
    "orthogonal", "random_normal", "zeros",
]  # fmt: skip
Units = Annotated[int, Field(ge=1, le=65_536)]


class DenseStack(Node):
    """Dense layers, each followed by an activation, and dropout while training."""

    hidden: Annotated[tuple[Units, ...], Field(max_length=64), SEEN] = (64, 64)
    """Units of each hidden layer, H; an empty list makes the network linear."""
    activation: Activation = "relu"
    """The activation after each hidden layer, a name that Keras knows."""
    initializer: Annotated[Initializer, SEEN] = "glorot_uniform"
    """How the kernels of the hidden layers start."""
    dropout: Annotated[float, Field(ge=0, lt=1), TRAINING] = 0.0
    """The share of hidden units left out at random while training."""
    l2: Annotated[float, Field(ge=0, allow_inf_nan=False), TRAINING] = 0.0
    """The factor of the squared kernels in the loss."""

    def stack_variables(
        self, scope: Scope, inputs: int, units: Sequence[int], initializers: Sequence[str]
    ) -> tuple[VariableRecord, ...]:
        """Kernel and bias of `dense_0`, `dense_1`, … with the given units."""
        sizes = (inputs, *units)
        return tuple(
            variable
            for index, (size, count, start) in enumerate(
                zip(sizes, units, initializers, strict=False)
            )
            for variable in (
                scope.variable(f"dense_{index}.kernel", (size, count), start),
                scope.variable(f"dense_{index}.bias", (count,), "zeros"),
            )
        )

    def stack_axes(self, inputs: Axis, outputs: Axis) -> dict[str, Axes]:
        """The axes of kernels and biases: inputs, the units of each hidden layer, outputs."""
        inner = [units(f"dense_{index}", count) for index, count in enumerate(self.hidden)]
        found: dict[str, Axes] = {}
        read = inputs
        for index, made in enumerate((*inner, outputs)):
            found[f"dense_{index}.kernel"] = (read.as_role("input"), made)
            found[f"dense_{index}.bias"] = (made,)
            read = made
        return found

    def stack_layers(
        self, builder: Builder, units: Sequence[int], activations: Sequence[str]
    ) -> dict[str, Any]:
        """The Keras layers, by name: `dense_0`, `dropout_0`, `dense_1` and so on."""
        layers: dict[str, Any] = {}
        penalty = {"kernel_regularizer": keras.regularizers.L2(self.l2)} if self.l2 else {}
        for index, (count, activation) in enumerate(zip(units, activations, strict=True)):
            name = f"dense_{index}"
            layers[name] = keras.layers.Dense(
                count,
                activation=activation,
                kernel_initializer=builder.initializer(f"{name}.kernel"),
                bias_initializer=builder.initializer(f"{name}.bias"),
                dtype=builder.dtype,
                name=name,
                **penalty,
            )
            if self.dropout and index < len(self.hidden):
                layers[f"dropout_{index}"] = keras.layers.Dropout(
                    self.dropout, dtype=builder.dtype, name=f"dropout_{index}"
                )
        return layers


def run(layers: KerasLayers, value: Tensor) -> Tensor:
    """The layers one after the other."""
    for layer in layers.values():
        value = layer(value)
    return value
