"""A vector of numbers, one row per event.

`f(c) = encoder((c - mean) / scale)` where `standardize: true`, with statistics fitted once by
`flow.adapt`; else `encoder(c)`.

Shapes: `(B, size)`, the flow's dtype.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from flowspec import shapes
from flowspec.backend import Tensor, tf
from flowspec.catalog.axes import Axes, Group, statistics_axes
from flowspec.catalog.context import Context
from flowspec.catalog.encoders import ENCODERS
from flowspec.catalog.encoders.identity import Identity
from flowspec.catalog.facet import SEEN
from flowspec.catalog.fields import Fields, check_fields
from flowspec.catalog.kind import Name
from flowspec.catalog.network import Encoder
from flowspec.catalog.parts import Parts
from flowspec.catalog.scope import Scope
from flowspec.records import ContextRecord, Dtype, LayerRecord


class Vector(Context):
    """A vector of numbers."""

    kind: Literal["vector"]
    size: Annotated[int, Field(ge=1, le=65_536), SEEN]
    """The number of entries."""
    fields: Annotated[Fields | None, SEEN] = None
    """A name for each entry, in order."""
    standardize: Annotated[bool, SEEN] = False
    """Shift and scale each entry by statistics that `flow.adapt` fits."""
    encoder: Annotated[Encoder, ENCODERS.accepting("vector")] = Identity(kind="identity")
    """The network from the vector to features."""

    @model_validator(mode="after")
    def _fields_fit(self) -> Vector:
        check_fields(self.fields, self.size)
        return self

    def input_shape(self) -> shapes.Shape:
        """`(B, size)`."""
        return shapes.rows(self.size)

    def input_dtype(self, dtype: Dtype) -> str:
        """The flow's dtype."""
        return dtype

    def plan(self, name: Name, scope: Scope) -> ContextRecord:
        """Its record: statistics, then the encoder."""
        own = scope.statistics(self.size) if self.standardize else ()
        return self.record(name, scope, self.encoder, self.size, own, fields=self.fields)

    def own_axes(self, part: LayerRecord, entries: Group) -> dict[str, Axes]:
        """Mean and scale of each entry."""
        return statistics_axes(entries)

    def encode(self, value: Tensor, parts: Parts) -> Tensor:
        """The features of the vector."""
        if parts.record.own:
            value = (value - parts.variable("mean")) / parts.variable("scale")
        return parts.network(parts.record.networks[0].name, value)

    def is_known(self, value: Tensor) -> Tensor:
        """Rows without a NaN."""
        return tf.logical_not(tf.reduce_any(tf.math.is_nan(value), -1))


EXAMPLES = """
- {kind: vector, size: 3}
- {kind: vector, size: 2, standardize: true, fields: [age, height]}
"""
