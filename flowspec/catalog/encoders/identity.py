"""The input as it is.

`f(c) = c`, on vectors.

Shapes: value `(B, size)`; returns `(B, size)`.

Prefer it for short vectors of comparable scale; say `standardize: true` for other scales.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from flowspec.backend import Tensor
from flowspec.catalog.network import Encoder, KerasLayers


class Identity(Encoder):
    """The input as it is."""

    kind: Literal["identity"]
    accepts: ClassVar[frozenset[str]] = frozenset({"vector"})

    def features(self, size: int) -> int:
        """As many as the vector has."""
        return size

    def feature_names(self, entries: tuple[str, ...]) -> tuple[str, ...] | None:
        """Those of the entries."""
        return entries

    def encode(self, layers: KerasLayers, value: Tensor, size: int) -> Tensor:
        """The vector."""
        return value


EXAMPLES = """
- {kind: identity}
"""
