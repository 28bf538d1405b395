"""What every transform is: a map of each feature with P raw parameters of its own."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from flowspec.backend import Tensor
from flowspec.catalog.box import Box
from flowspec.catalog.kind import Kind
from flowspec.records import Cost


class Transform(Kind):
    """An element-wise, increasing or decreasing, invertible map.

    With all raw parameters zero it is the identity where `identity_at_zero` says so.
    """

    identity_at_zero: ClassVar[bool] = True
    forward_cost: ClassVar[Cost] = Cost()
    inverse_cost: ClassVar[Cost] = Cost()

    @property
    @abstractmethod
    def parameters(self) -> int:
        """The number of raw parameters per feature, P."""

    @property
    def log_scale_limit(self) -> float | None:
        """The largest |log slope| the transform can reach, None where it has no bound."""
        return None

    @property
    def box(self) -> Box | None:
        """The box outside which the transform is the identity, None where it has none."""
        return None

    @abstractmethod
    def forward(self, x: Tensor, raw: Tensor) -> tuple[Tensor, Tensor]:
        """Latent to event. Shapes: x `(…, D)`, raw `(…, D, P)`; returns y and the ldj, `(…, D)`."""

    @abstractmethod
    def inverse(self, y: Tensor, raw: Tensor) -> tuple[Tensor, Tensor]:
        """Event to latent. Shapes: y `(…, D)`, raw `(…, D, P)`; returns x and the ldj, `(…, D)`."""
