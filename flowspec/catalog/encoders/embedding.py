"""A learned vector for each value of a category.

Shapes: value `(B,)`, integers in [0, count); returns `(B, size)`.

References: Guo, Berkhahn, "Entity Embeddings of Categorical Variables", 2016,
https://arxiv.org/abs/1604.06737

Prefer it for many values.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from flowspec.backend import Tensor, keras
from flowspec.catalog.axes import Axes, Axis
from flowspec.catalog.facet import SEEN
from flowspec.catalog.network import Builder, Encoder, KerasLayers
from flowspec.catalog.scope import Scope
from flowspec.records import NetworkRecord, VariableRecord


class Embedding(Encoder):
    """A learned vector for each value of a category."""

    kind: Literal["embedding"]
    accepts: ClassVar[frozenset[str]] = frozenset({"category"})
    size: Annotated[int, Field(ge=1, le=4096), SEEN]
    """The number of features of each value, C."""

    def features(self, size: int) -> int:
        """As the option says."""
        return self.size

    def variables(self, scope: Scope, inputs: int, outputs: int) -> tuple[VariableRecord, ...]:
        """The table of vectors."""
        return (scope.variable("embedding.embeddings", (inputs, outputs), "random_normal"),)

    def axes(self, network: NetworkRecord, inputs: Axis, outputs: Axis) -> dict[str, Axes]:
        """A row for each value."""
        return {"embedding.embeddings": (inputs.as_role("unit"), outputs)}

    def layers(self, network: NetworkRecord, builder: Builder) -> dict[str, Any]:
        """One Keras embedding."""
        return {
            "embedding": keras.layers.Embedding(
                network.value,
                network.outputs,
                embeddings_initializer=builder.initializer("embedding.embeddings"),
                dtype=builder.dtype,
                name="embedding",
            )
        }

    def encode(self, layers: KerasLayers, value: Tensor, size: int) -> Tensor:
        """The row of the table."""
        return layers["embedding"](value)


EXAMPLES = """
- {kind: embedding, size: 3}
"""
