"""What every layer is: an invertible step from `(N, D)` to `(N, D)`."""

from __future__ import annotations

from abc import abstractmethod

from flowspec.backend import Tensor
from flowspec.catalog.box import Box
from flowspec.catalog.kind import Kind, Named
from flowspec.catalog.parts import Parts
from flowspec.catalog.scope import Scope
from flowspec.records import LayerRecord


class Layer(Kind, Named):
    """An invertible layer of the flow."""

    @property
    def log_scale_limit(self) -> float | None:
        """The largest |log slope| of a feature that it moves, None where it has no bound."""
        return None

    @property
    def box(self) -> Box | None:
        """The box outside which it moves no feature, None where it has none."""
        return None

    @abstractmethod
    def plan(self, scope: Scope) -> LayerRecord:
        """Its part of the plan at one place; problems go to `scope.problem`."""

    @abstractmethod
    def forward(self, value: Tensor, parts: Parts) -> tuple[Tensor, Tensor]:
        """Latent to event. Shapes: value `(N, D)`; returns `(N, D)` and the ldj `(N,)`."""

    @abstractmethod
    def inverse(self, value: Tensor, parts: Parts) -> tuple[Tensor, Tensor]:
        """Event to latent. Shapes: value `(N, D)`; returns `(N, D)` and the ldj `(N,)`."""
