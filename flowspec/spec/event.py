"""The event: the random value whose density the flow describes."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from flowspec.catalog.fields import Fields, check_fields
from flowspec.catalog.kind import Name, Node
from flowspec.catalog.support import Support
from flowspec.catalog.supports import SUPPORTS
from flowspec.catalog.supports.real import Real

Size = Annotated[int, Field(ge=1, le=65_536)]


class Event(Node):
    """The random value: its name, its shape `[D]` and where it lives."""

    name: Name = "event"
    """Its name in every model and endpoint."""
    shape: Annotated[tuple[Size, ...], Field(min_length=1, max_length=1)]
    """`[D]`, the number of features."""
    support: Annotated[Support, SUPPORTS] = Real(kind="real")
    """Where the event lives; outside it log_prob is -inf."""
    fields: Fields | None = None
    """A name for each feature, in order."""
    standardize: bool = False
    """Shift and scale the unconstrained event by statistics that `flow.adapt` fits."""

    @model_validator(mode="after")
    def _fields_fit(self) -> Event:
        check_fields(self.fields, self.size)
        return self

    @property
    def size(self) -> int:
        """The number of features, D."""
        return self.shape[0]
