"""What every support is: where the event lives, and the map that leads there."""

from __future__ import annotations

from abc import abstractmethod

from flowspec.backend import Tensor, tf
from flowspec.catalog.axes import Axes, Group, statistics_axes
from flowspec.catalog.kind import Kind
from flowspec.catalog.parts import Parts
from flowspec.catalog.scope import Scope
from flowspec.records import LayerRecord


class Support(Kind):
    """A set of values and an increasing map onto it from all real numbers, feature by feature.

    The map is the last of the flow. Where the event is standardized, the unconstrained value is
    first scaled and shifted by the fitted statistics.
    """

    @property
    @abstractmethod
    def is_identity(self) -> bool:
        """Whether the map changes nothing."""

    @abstractmethod
    def check(self, scope: Scope) -> None:
        """File problems of its options at an event of `scope.features` features."""

    @abstractmethod
    def constrain(self, u: Tensor) -> tuple[Tensor, Tensor]:
        """From the reals to the support, strictly inside: y and the ldj, `(…, D)` each."""

    @abstractmethod
    def unconstrain(self, y: Tensor) -> tuple[Tensor, Tensor]:
        """From the support to the reals: u and the ldj, `(…, D)`.

        Outside the support u is that of some value inside and the ldj is -inf; NaN stays NaN.
        """

    @abstractmethod
    def contains(self, y: Tensor) -> Tensor:
        """Whether each value lies in the support. Shapes: `(…, D)`."""

    @abstractmethod
    def text(self) -> str:
        """The set in words, for messages."""

    def limits(self, features: int) -> tuple[list[float | None], list[float | None]] | None:
        """The bounds of each feature, None where there is none."""
        return None

    def plan(self, scope: Scope, *, standardize: bool) -> LayerRecord:
        """The record of the event's own map: standardization, then the support's map."""
        self.check(scope.at("support"))
        return scope.record(
            "supports",
            self,
            own=scope.statistics(scope.features) if standardize else (),
            identity_at_start=self.is_identity,
        )

    def own_axes(self, part: LayerRecord, entries: Group) -> dict[str, Axes]:
        """Mean and scale of each feature."""
        return statistics_axes(entries)

    def forward(self, value: Tensor, parts: Parts) -> tuple[Tensor, Tensor]:
        """Latent to event. Shapes: value `(N, D)`; returns `(N, D)` and the ldj `(N,)`."""
        if not parts.record.own:
            event, each = self.constrain(value)
            return event, tf.reduce_sum(each, -1)
        mean, scale = parts.variable("mean"), parts.variable("scale")
        event, each = self.constrain(mean + scale * value)
        return event, tf.reduce_sum(each, -1) + tf.reduce_sum(tf.math.log(scale))

    def inverse(self, value: Tensor, parts: Parts) -> tuple[Tensor, Tensor]:
        """Event to latent. Shapes: value `(N, D)`; returns `(N, D)` and the ldj `(N,)`."""
        u, each = self.unconstrain(value)
        ldj = tf.reduce_sum(each, -1)
        if not parts.record.own:
            return u, ldj
        mean, scale = parts.variable("mean"), parts.variable("scale")
        return (u - mean) / scale, ldj - tf.reduce_sum(tf.math.log(scale))
