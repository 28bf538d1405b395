"""A coupling: some features pass unchanged and decide how the others are moved.

With the mask's features a and the others b: `b' = transform(b; conditioner(a, context))`,
`a' = a`. The Jacobian is triangular, its log-determinant the sum of the transform's.

Shapes: value `(N, D)`, D ≥ 2; returns `(N, D)` and `(N,)`.

References: Dinh, Sohl-Dickstein, Bengio, "Density estimation using Real NVP", 2017,
https://arxiv.org/abs/1605.08803

Prefer it where both directions must be fast: each takes one pass through the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from flowspec.backend import Tensor, tf
from flowspec.catalog.box import Box
from flowspec.catalog.conditioners import CONDITIONERS
from flowspec.catalog.conditioners.mlp import Mlp
from flowspec.catalog.facet import SEEN
from flowspec.catalog.layer import Layer
from flowspec.catalog.mask import Mask, resolve_mask
from flowspec.catalog.network import Conditioner
from flowspec.catalog.parts import Parts, raw_parameters
from flowspec.catalog.scope import Scope
from flowspec.catalog.transform import Transform
from flowspec.catalog.transforms import TRANSFORMS
from flowspec.records import Cost, LayerRecord


class Coupling(Layer):
    """Features that pass unchanged decide how the others are moved."""

    kind: Literal["coupling"]
    mask: Annotated[Mask, SEEN] = "alternating"
    """The features that pass unchanged: a name, or a list with a 1 for each of them."""
    transform: Annotated[Transform, TRANSFORMS]
    """The map of each feature that is moved."""
    conditioner: Annotated[Conditioner, CONDITIONERS] = Mlp(kind="mlp")
    """The network that yields the transform's raw parameters."""

    @property
    def log_scale_limit(self) -> float | None:
        """That of the transform."""
        return self.transform.log_scale_limit

    @property
    def box(self) -> Box | None:
        """That of the transform."""
        return self.transform.box and self.transform.box.below("transform")

    def plan(self, scope: Scope) -> LayerRecord:
        """Its part of the plan."""
        scope = scope.at(trainable=self.trainable)
        if scope.features < 2:
            scope.problem(
                "coupling-on-one-feature",
                "a coupling needs at least two features: one passes, another is moved",
                help="use `kind: elementwise` for an event of one feature",
            )
        mask = resolve_mask(self.mask, scope)
        moved = tuple(not passes for passes in mask)
        outputs = max(1, sum(moved)) * self.transform.parameters
        reads, network = scope.conditioner(
            "conditioner", self.conditioner, value=max(1, sum(mask)), outputs=outputs
        )
        return scope.record(
            "layers", self, mask=mask, moved=moved, reads=reads, networks=(network,),
            parameters=self.transform.parameters, identity_at_start=self.transform.identity_at_zero,
            forward=Cost(passes=1) + self.transform.forward_cost,
            inverse=Cost(passes=1) + self.transform.inverse_cost,
        )  # fmt: skip

    def forward(self, value: Tensor, parts: Parts) -> tuple[Tensor, Tensor]:
        """Latent to event."""
        mask = parts.record.mask or ()
        passing, moving = split(value, mask)
        raw = raw_parameters(parts, passing)
        moved, ldj = self.transform.forward(moving, raw)
        return join(passing, moved, mask), tf.reduce_sum(ldj, -1)

    def inverse(self, value: Tensor, parts: Parts) -> tuple[Tensor, Tensor]:
        """Event to latent."""
        mask = parts.record.mask or ()
        passing, moving = split(value, mask)
        raw = raw_parameters(parts, passing)
        moved, ldj = self.transform.inverse(moving, raw)
        return join(passing, moved, mask), tf.reduce_sum(ldj, -1)


def places(mask: Sequence[bool]) -> tuple[list[int], list[int]]:
    """The places of the features that pass and of those that are moved."""
    passing = [index for index, passes in enumerate(mask) if passes]
    return passing, [index for index, passes in enumerate(mask) if not passes]


def split(value: Tensor, mask: Sequence[bool]) -> tuple[Tensor, Tensor]:
    """The features that pass, `(N, K)`, and those that are moved, `(N, D - K)`."""
    passing, moving = places(mask)
    return tf.gather(value, passing, axis=-1), tf.gather(value, moving, axis=-1)


def join(passing: Tensor, moved: Tensor, mask: Sequence[bool]) -> Tensor:
    """All features, `(N, D)`, each back at its place."""
    first, second = places(mask)
    order = [*first, *second]
    back = [order.index(place) for place in range(len(order))]
    return tf.gather(tf.concat([passing, moved], -1), back, axis=-1)


EXAMPLES = """
- {kind: coupling, transform: {kind: affine}, conditioner: {kind: mlp, hidden: [8]}}
- kind: coupling
  mask: random
  transform: {kind: rational_quadratic_spline, bins: 4}
  conditioner: {kind: mlp, hidden: [8], activation: tanh}
"""
