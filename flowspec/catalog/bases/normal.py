"""Independent normal distributions, standard, learned or given the context.

`x_j ~ N(μ_j, σ_j²)`, `μ = r₀`, `σ = exp(b tanh(r₁ / b))`, b = 5. Without `learned` and
`conditioner`, μ = 0 and σ = 1. A temperature T makes it N(μ, T²σ²). Draws come from pairs of
uniforms by the Box-Muller transform.

Shapes: latent `(…, D)`, raw `(…, D, 2)`.

References: Box, Muller, "A Note on the Generation of Random Normal Deviates", 1958,
https://doi.org/10.1214/aoms/1177706645
"""

from __future__ import annotations

import math
from typing import Annotated, Any, ClassVar, Literal

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from flowspec.backend import Tensor, tf, tfp
from flowspec.catalog.arithmetic import bounded
from flowspec.catalog.axes import Axes, Group, raw_axes
from flowspec.catalog.base import Base
from flowspec.catalog.conditioners import CONDITIONERS
from flowspec.catalog.facet import SEEN
from flowspec.catalog.network import Conditioner
from flowspec.catalog.parts import Parts, raw_parameters
from flowspec.catalog.scope import Scope
from flowspec.records import LayerRecord

LOG_SCALE_BOUND = 5.0


class Normal(Base):
    """Independent normal distributions."""

    kind: Literal["normal"]
    has_centre: ClassVar[bool] = True
    has_scale: ClassVar[bool] = True
    learned: Annotated[bool, SEEN] = False
    """Whether location and scale are variables."""
    conditioner: Annotated[Conditioner, CONDITIONERS] | None = None
    """The network that yields location and scale from the context."""

    @model_validator(mode="after")
    def _one_source(self) -> Normal:
        if self.learned and self.conditioner is not None:
            raise PydanticCustomError(
                "conflicting-keys",
                "`learned` and `conditioner` exclude each other: parameters come from one of them",
                {"key": "learned", "help": "remove one of them"},
            )
        return self

    @property
    def parametric(self) -> bool:
        """Whether location and scale are anything but 0 and 1."""
        return self.learned or self.conditioner is not None

    @property
    def log_scale_limit(self) -> float:
        """The bound of the log-scale, where there is one."""
        return LOG_SCALE_BOUND if self.parametric else 0.0

    def outside(self, bound: float) -> float | None:
        """Both tails of the standard normal distribution."""
        return None if self.parametric else math.erfc(bound / math.sqrt(2.0))

    def plan(self, scope: Scope) -> LayerRecord:
        """Its part of the plan."""
        scope = scope.at(trainable=self.trainable)
        features = scope.features
        details: dict[str, Any] = {}
        if self.conditioner is not None:
            reads, network = scope.conditioner(
                "conditioner", self.conditioner, value=0, outputs=2 * features
            )
            details = {"reads": reads, "networks": (network,)}
        elif self.learned:
            details = {"own": (scope.variable("raw", (features, 2)),)}
        return scope.record(
            "bases",
            self,
            parameters=2 if self.parametric else 0,
            identity_at_start=True,
            **details,
        )

    def own_axes(self, part: LayerRecord, entries: Group) -> dict[str, Axes]:
        """Location and log-scale of each feature."""
        return raw_axes(entries, self.kind, part.parameters)

    def raw(self, parts: Parts) -> Tensor | None:
        """Its raw parameters."""
        return raw_parameters(parts) if parts.record.parameters else None

    def uniforms(self, features: int) -> int:
        """One per feature, rounded up to pairs."""
        return features + features % 2

    def draw(self, uniforms: Tensor, raw: Tensor | None, features: int) -> Tensor:
        """Standard normal draws."""
        return box_muller(uniforms)[..., :features]

    def place(self, noise: Tensor, raw: Tensor | None, temperature: float) -> Tensor:
        """`μ + T σ · noise`."""
        if raw is None:
            return temperature * noise
        return scaled(noise, raw, temperature)

    def log_prob(self, latent: Tensor, raw: Tensor | None, temperature: float) -> Tensor:
        """The log-density."""
        if raw is None:
            return standard_log_density(latent, temperature)
        return log_density(latent, raw, temperature)

    def distribution(self, raw: Tensor | None, shape: Tensor, dtype: str) -> Any:
        """A `tfd.MultivariateNormalDiag`."""
        location, scale = tf.zeros(shape, dtype), tf.ones(shape, dtype)
        if raw is not None:
            location, scale = location + raw[..., 0], scale * tf.exp(log_scale(raw))
        return tfp.distributions.MultivariateNormalDiag(location, scale)


def log_scale(raw: Tensor) -> Tensor:
    """`log σ`, bounded."""
    return bounded(raw[..., 1], LOG_SCALE_BOUND)


def scaled(noise: Tensor, raw: Tensor, temperature: float) -> Tensor:
    """`μ + T σ · noise`."""
    return raw[..., 0] + temperature * tf.exp(log_scale(raw)) * noise


def standard_log_density(latent: Tensor, temperature: float) -> Tensor:
    """The sum over features of `-(z² + log 2π)/2 - log T`, `z = x/T`."""
    constant = 0.5 * math.log(2.0 * math.pi) + math.log(temperature)
    z = latent / temperature
    return tf.reduce_sum(-0.5 * z**2 - constant, -1)


def log_density(latent: Tensor, raw: Tensor, temperature: float) -> Tensor:
    """The sum over features of `-(z² + log 2π)/2 - log σ - log T`, `z = (x - μ)/(Tσ)`."""
    constant = 0.5 * math.log(2.0 * math.pi) + math.log(temperature)
    logs = log_scale(raw)
    z = (latent - raw[..., 0]) * tf.exp(-logs) / temperature
    return tf.reduce_sum(-0.5 * z**2 - logs - constant, -1)


def box_muller(uniforms: Tensor) -> Tensor:
    """Normal draws `(…, U)` from uniforms `(…, U)`, U even."""
    radius_source, angle_source = tf.split(uniforms, 2, axis=-1)
    radius = tf.sqrt(-2.0 * tf.math.log(radius_source))
    angle = 2.0 * math.pi * angle_source
    cosine, sine = radius * tf.cos(angle), radius * tf.sin(angle)
    pairs = tf.stack([cosine, sine], -1)
    return tf.reshape(pairs, tf.shape(uniforms))


EXAMPLES = """
- {kind: normal}
- {kind: normal, learned: true}
- {kind: normal, conditioner: {kind: mlp, hidden: [8]}}
"""
