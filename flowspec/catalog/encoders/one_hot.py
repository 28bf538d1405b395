"""One feature per value of a category: one for the value given, zero for the others.

Shapes: value `(B,)`, integers in [0, count); returns `(B, count)`.

Prefer it for a few values; an embedding is smaller for many.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from flowspec.backend import Tensor, tf
from flowspec.catalog.network import Encoder, KerasLayers


class OneHot(Encoder):
    """One feature per value of a category."""

    kind: Literal["one_hot"]
    accepts: ClassVar[frozenset[str]] = frozenset({"category"})

    def features(self, size: int) -> int:
        """As many as the category has values."""
        return size

    def feature_names(self, entries: tuple[str, ...]) -> tuple[str, ...] | None:
        """Those of the values."""
        return entries

    def encode(self, layers: KerasLayers, value: Tensor, size: int) -> Tensor:
        """Ones and zeros."""
        return tf.one_hot(value, size)


EXAMPLES = """
- {kind: one_hot}
"""
