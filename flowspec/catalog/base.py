"""What every base distribution is."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from flowspec.backend import Tensor
from flowspec.catalog.kind import Kind, Trainable
from flowspec.catalog.parts import Parts
from flowspec.catalog.scope import Scope
from flowspec.records import LayerRecord


class Base(Kind, Trainable):
    """The distribution of the latent. Every method takes a temperature that scales it."""

    has_centre: ClassVar[bool]
    """Whether there is one centre, for outputs that are deterministic."""
    has_scale: ClassVar[bool]
    """Whether there is a scale, for outputs with a temperature."""

    @property
    def log_scale_limit(self) -> float | None:
        """The largest |log-scale| that its parameters can reach, None where it has no bound."""
        return None

    def outside(self, bound: float) -> float | None:
        """The probability that a feature lies outside [-bound, bound], None where it may change."""
        return None

    @abstractmethod
    def plan(self, scope: Scope) -> LayerRecord:
        """Its part of the plan; problems go to `scope.problem`."""

    @abstractmethod
    def raw(self, parts: Parts) -> Tensor | None:
        """Its raw parameters: `(B, D, P)` where conditional, `(D, P)` where learned, or None."""

    @abstractmethod
    def uniforms(self, features: int) -> int:
        """How many uniform numbers one draw takes."""

    @abstractmethod
    def draw(self, uniforms: Tensor, raw: Tensor | None, features: int) -> Tensor:
        """Standard draws `(…, D)` in float64, from uniforms in (0, 1) of shape `(…, U)`."""

    @abstractmethod
    def place(self, noise: Tensor, raw: Tensor | None, temperature: float) -> Tensor:
        """Latents `(…, D)` from standard draws `(…, D)`; noise zero is the centre."""

    @abstractmethod
    def log_prob(self, latent: Tensor, raw: Tensor | None, temperature: float) -> Tensor:
        """The log-density of latents `(…, D)`, shape `(…,)`."""

    @abstractmethod
    def distribution(self, raw: Tensor | None, shape: Tensor, dtype: str) -> Any:
        """The same as a `tfd.Distribution`; `shape` is its batch shape, then D."""
