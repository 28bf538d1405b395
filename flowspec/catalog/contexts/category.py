"""One of a fixed number of values, given by its index.

Shapes: `(B,)`, int32 in [0, count). An index out of range is refused where values can be looked
at; inside a graph it makes every result of its row NaN.
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from flowspec import shapes
from flowspec.backend import Tensor, tf
from flowspec.catalog.context import Context
from flowspec.catalog.encoders import ENCODERS
from flowspec.catalog.encoders.one_hot import OneHot
from flowspec.catalog.facet import SEEN
from flowspec.catalog.kind import Name
from flowspec.catalog.network import Encoder
from flowspec.catalog.parts import Parts
from flowspec.catalog.scope import Scope
from flowspec.records import ContextRecord, Dtype

Label = Annotated[str, Field(min_length=1, max_length=200)]
Labels = Annotated[
    tuple[Label, ...],
    Field(min_length=2, max_length=1_000_000, json_schema_extra={"uniqueItems": True}),
]


class Category(Context):
    """One of a fixed number of values."""

    kind: Literal["category"]
    count: Annotated[Annotated[int, Field(ge=2, le=1_000_000)] | None, SEEN] = None
    """The number of values; may be left out where `labels` are given."""
    labels: Annotated[Labels | None, SEEN] = None
    """A text for each value, in order, as it stands in data files."""
    encoder: Annotated[Encoder, ENCODERS.accepting("category")] = OneHot(kind="one_hot")
    """The network from the value to features."""

    @model_validator(mode="after")
    def _count_is_known(self) -> Category:
        if self.count is None and self.labels is None:
            raise PydanticCustomError(
                "missing-key",
                "a category needs `count` or `labels`",
                {"help": "`count` is the number of values, `labels` a text for each"},
            )
        if self.labels is not None:
            if len(set(self.labels)) < len(self.labels):
                twice = Counter(self.labels).most_common(1)[0][0]
                raise PydanticCustomError(
                    "repeated-name",
                    "two labels are the same",
                    {"key": "labels", "got": twice, "expected": "another text for each value"},
                )
            if self.count not in (None, len(self.labels)):
                raise PydanticCustomError(
                    "wrong-length",
                    "`labels` must name each of the `count` values",
                    {"key": "labels", "got": str(len(self.labels)),
                     "expected": f"{self.count} labels"},
                )  # fmt: skip
        return self

    @property
    def size(self) -> int:
        """The number of values."""
        return self.count if self.count is not None else len(self.labels or ())

    def input_shape(self) -> shapes.Shape:
        """`(B,)`."""
        return shapes.rows()

    def input_dtype(self, dtype: Dtype) -> str:
        """Indices are int32."""
        return "int32"

    def plan(self, name: Name, scope: Scope) -> ContextRecord:
        """Its record: the encoder."""
        return self.record(
            name, scope, self.encoder, self.size, labels=self.labels, count=self.size
        )

    def encode(self, value: Tensor, parts: Parts) -> Tensor:
        """The features of the value, or of the nearest where there is no such value."""
        index = tf.clip_by_value(value, 0, self.size - 1)
        return parts.network(parts.record.networks[0].name, index)

    def is_known(self, value: Tensor) -> Tensor:
        """Indices in range."""
        return (value >= 0) & (value < self.size)


EXAMPLES = """
- {kind: category, count: 3}
- {kind: category, labels: [red, green, blue]}
"""
