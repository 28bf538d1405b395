"""The Keras layer of one step of the chain between latent and event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flowspec.backend import Tensor, keras
from flowspec.build.part import Part
from flowspec.build.registry import registered


@registered
class FlowLayer(Part):
    """One invertible step.

    Shapes: value `(N, D)`, features a list of `(N, C)` in the order of the record's `reads`, ldj
    `(N,)`; returns `(N, D)` and the ldj of the direction that is run, `(N,)`, added to the one
    that was given.
    """

    def call(
        self,
        value: Tensor,
        features: Sequence[Tensor] = (),
        inverse: bool = False,
        ldj: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """Run the step, latent to event or back."""
        run = self.kind.inverse if inverse else self.kind.forward
        value, own = run(value, self.bind(features))
        return value, own if ldj is None else ldj + own

    def compute_output_spec(
        self, value: Any, features: Sequence[Any] = (), inverse: bool = False, ldj: Any = None
    ) -> tuple[Any, Any]:
        """Shapes and dtypes without a trace."""
        return (
            keras.KerasTensor(value.shape, self.flow_dtype),
            keras.KerasTensor(value.shape[:1], self.flow_dtype),
        )
