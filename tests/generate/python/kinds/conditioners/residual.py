"""A residual network: `h + W tanh(V h)`, block after block, then a linear layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from flowspec.backend import Tensor, keras, tf
from flowspec.catalog.network import Builder, Conditioner, KerasLayers
from flowspec.catalog.scope import Scope
from flowspec.records import NetworkRecord, VariableRecord


class Residual(Conditioner):
    """A residual network."""

    kind: Literal["residual"]
    blocks: int = 2
    width: int = 4

    def variables(self, scope: Scope, inputs: int, outputs: int) -> tuple[VariableRecord, ...]:
        """Kernels and biases."""
        return tuple(
            scope.variable(f"{name}.{part}", shape, start)
            for name, size, count in self.shapes(inputs, outputs)
            for part, shape, start in (
                ("kernel", (size, count), "zeros" if name == "last" else "he_normal"),
                ("bias", (count,), "zeros"),
            )
        )

    def shapes(self, inputs: int, outputs: int) -> Iterator[tuple[str, int, int]]:
        """Name, inputs and units of each layer."""
        for index in range(self.blocks):
            yield f"in_{index}", inputs, self.width
            yield f"out_{index}", self.width, inputs
        yield "last", inputs, outputs

    def layers(self, network: NetworkRecord, builder: Builder) -> dict[str, Any]:
        """Dense layers."""
        layers: dict[str, Any] = {}
        inputs = network.value + network.context
        for name, _, units in tuple(self.shapes(inputs, 0)):
            layers[name] = keras.layers.Dense(
                network.outputs if name == "last" else units,
                activation="tanh" if name.startswith("in") else "linear",
                kernel_initializer=builder.initializer(f"{name}.kernel"),
                dtype=builder.dtype,
                name=name,
            )
        return layers

    def condition(
        self, layers: KerasLayers, value: Tensor | None, context: Tensor | None
    ) -> Tensor:
        """The raw parameters."""
        hidden = tf.concat([part for part in (value, context) if part is not None], -1)
        for index in range(self.blocks):
            inner, outer = layers[f"in_{index}"], layers[f"out_{index}"]
            hidden += outer(inner(hidden))
        return layers["last"](hidden)


EXAMPLES = """
- {kind: residual}
"""
