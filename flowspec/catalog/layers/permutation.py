"""The features in another order.

`y_j = x_order[j]`, ldj = 0. `reverse` turns the order round, `roll` moves every feature one place
on, `random` is a fixed random order (another one for each iteration of a repeat), a list names
for each place the feature that goes there.

Shapes: value `(N, D)`; returns `(N, D)` and `(N,)`.

Prefer it between couplings with a fixed mask, so that every feature is moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, Tag

from flowspec.backend import Tensor, tf
from flowspec.catalog.choice import ByForm
from flowspec.catalog.facet import SEEN
from flowspec.catalog.layer import Layer
from flowspec.catalog.parts import Parts
from flowspec.catalog.scope import Scope
from flowspec.hashing import shuffled
from flowspec.records import LayerRecord

Order = Annotated[
    Annotated[Literal["random", "reverse", "roll"], Tag("one")]
    | Annotated[tuple[Annotated[int, Field(ge=0)], ...], Tag("list")],
    ByForm,
]


class Permutation(Layer):
    """The features in another order."""

    kind: Literal["permutation"]
    order: Annotated[Order, SEEN] = "reverse"
    """A name, or for each place the feature that goes there, counted from 0."""

    def plan(self, scope: Scope) -> LayerRecord:
        """Its part of the plan."""
        order = self._order(scope)
        return scope.record(
            "layers", self, order=order, moved=(False,) * scope.features,
            identity_at_start=order == tuple(range(scope.features)),
        )  # fmt: skip

    def forward(self, value: Tensor, parts: Parts) -> tuple[Tensor, Tensor]:
        """Latent to event."""
        return permute(value, parts.record.order or ())

    def inverse(self, value: Tensor, parts: Parts) -> tuple[Tensor, Tensor]:
        """Event to latent."""
        return permute(value, inverted(parts.record.order or ()))

    def _order(self, scope: Scope) -> tuple[int, ...]:
        features = tuple(range(scope.features))
        if self.order == "reverse":
            return features[::-1]
        if self.order == "roll":
            return (*features[-1:], *features[:-1])
        if self.order == "random":
            return shuffled(scope.features, scope.seed, scope.path, "order")
        if sorted(self.order) != list(features):
            scope.problem(
                "not-a-permutation",
                "the order does not name every feature exactly once",
                "order",
                expected=f"the numbers 0 to {scope.features - 1} in some order",
                got=str(list(self.order)),
            )
            return features
        return tuple(int(place) for place in self.order)


def permute(value: Tensor, order: Sequence[int]) -> tuple[Tensor, Tensor]:
    """The features in the given order, and zero."""
    return tf.gather(value, list(order), axis=-1), tf.zeros_like(value[..., 0])


def inverted(order: Sequence[int]) -> list[int]:
    """The order that undoes another."""
    return [order.index(place) for place in range(len(order))]


EXAMPLES = """
- {kind: permutation}
- {kind: permutation, order: random}
- {kind: permutation, order: roll}
"""
