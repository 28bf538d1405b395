"""An output: a question to the flow, and so one Keras model and one endpoint."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from flowspec.catalog.kind import Node

QUANTITIES = ("latent", "log_prob", "base_log_prob", "ldj")
"""What an output can return besides the event."""

RESERVED = frozenset({*QUANTITIES, "draws", "seed", "self", "serving_default"})
"""Words that cannot name an event or a context input."""

RESERVED_OUTPUTS = frozenset({"seed", "serving_default"})
"""Words that cannot name an output."""


class Output(Node):
    """Given these inputs, and every context input, return those quantities."""

    inputs: Annotated[tuple[str, ...], Field(max_length=16)] = ()
    """What is given besides the context: the event, the `latent`, or nothing, to draw."""
    returns: Annotated[tuple[str, ...], Field(min_length=1, max_length=16)]
    """The event, `latent`, `log_prob`, `base_log_prob`, `ldj`."""
    draws: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """Draws per row, S; results then have shape `(B, S, …)`."""
    temperature: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    """Scales the base about its location."""
    deterministic: bool = False
    """Start from the base's centre instead of drawing."""


def default_outputs(event: str) -> dict[str, Output]:
    """The outputs of a spec that lists none."""
    return {
        "sample": Output(returns=(event,)),
        "sample_and_log_prob": Output(returns=(event, "log_prob")),
        "forward": Output(inputs=("latent",), returns=(event, "ldj")),
        "inverse": Output(inputs=(event,), returns=("latent", "ldj")),
        "log_prob": Output(inputs=(event,), returns=("log_prob",)),
    }
