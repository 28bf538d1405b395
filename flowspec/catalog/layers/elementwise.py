"""Each feature is moved on its own, by parameters that are learned or come from the context.

`y_j = transform(x_j; r_j)`, with r a variable, or `r = conditioner(context)`. The Jacobian is
diagonal, its log-determinant the sum of the transform's.

Shapes: value `(N, D)`; returns `(N, D)` and `(N,)`.

Prefer it for an event of one feature, and as a learned scale, shift or bend between couplings.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from flowspec.backend import Tensor, tf
from flowspec.catalog.axes import Axes, Group, raw_axes
from flowspec.catalog.box import Box
from flowspec.catalog.conditioners import CONDITIONERS
from flowspec.catalog.layer import Layer
from flowspec.catalog.network import Conditioner
from flowspec.catalog.parts import Parts, raw_parameters
from flowspec.catalog.scope import Scope
from flowspec.catalog.transform import Transform
from flowspec.catalog.transforms import TRANSFORMS
from flowspec.records import Cost, LayerRecord


class Elementwise(Layer):
    """Each feature is moved on its own."""

    kind: Literal["elementwise"]
    transform: Annotated[Transform, TRANSFORMS]
    """The map of each feature."""
    conditioner: Annotated[Conditioner, CONDITIONERS] | None = None
    """The network from the context to raw parameters; without it they are variables."""

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
        features, count = scope.features, self.transform.parameters
        details: dict[str, Any] = {"own": (scope.variable("raw", (features, count)),)}
        if self.conditioner is not None:
            reads, network = scope.conditioner(
                "conditioner", self.conditioner, value=0, outputs=features * count
            )
            details = {"reads": reads, "networks": (network,)}
        cost = Cost(passes=len(details.get("networks", ())))
        return scope.record(
            "layers", self, moved=(True,) * features, parameters=count,
            identity_at_start=self.transform.identity_at_zero,
            forward=cost + self.transform.forward_cost,
            inverse=cost + self.transform.inverse_cost, **details,
        )  # fmt: skip

    def own_axes(self, part: LayerRecord, entries: Group) -> dict[str, Axes]:
        """Raw parameters of each feature."""
        return raw_axes(entries, self.transform.kind, part.parameters)

    def forward(self, value: Tensor, parts: Parts) -> tuple[Tensor, Tensor]:
        """Latent to event."""
        raw = raw_parameters(parts)
        moved, ldj = self.transform.forward(value, raw)
        return moved, tf.reduce_sum(ldj, -1)

    def inverse(self, value: Tensor, parts: Parts) -> tuple[Tensor, Tensor]:
        """Event to latent."""
        raw = raw_parameters(parts)
        moved, ldj = self.transform.inverse(value, raw)
        return moved, tf.reduce_sum(ldj, -1)


EXAMPLES = """
- {kind: elementwise, transform: {kind: affine}}
- kind: elementwise
  transform: {kind: rational_quadratic_spline, bins: 4}
  conditioner: {kind: mlp, hidden: [8]}
"""
