"""What a kind's arithmetic is given besides the value: its record, networks and variables."""

from __future__ import annotations

from typing import Protocol

from flowspec.backend import Tensor
from flowspec.catalog.arithmetic import per_feature
from flowspec.records import LayerRecord


class Parts(Protocol):
    """The parameters of one part of the flow during one call."""

    @property
    def record(self) -> LayerRecord:
        """The part's record in the plan."""
        ...

    def network(self, name: str, value: Tensor | None = None) -> Tensor:
        """The outputs of the network called `name` on the value and the part's context."""
        ...

    def variable(self, name: str) -> Tensor:
        """The value of the part's own variable called `name`."""
        ...


def raw_parameters(parts: Parts, value: Tensor | None = None) -> Tensor:
    """The raw parameters, from the part's conditioner or from its variable `raw`.

    Shapes: with a conditioner `(N, D, P)`, else `(D, P)`, D the features that have parameters.
    """
    record = parts.record
    if not record.networks:
        return parts.variable("raw")
    flat = parts.network(record.networks[0].name, value)
    return per_feature(flat, record.parameters)
