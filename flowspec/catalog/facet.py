"""What kind of change it is when an option changes.

An option changes what the flow computes unless it says otherwise: a new one that says nothing is
on the safe side.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

from pydantic import BaseModel


class Facet(NamedTuple):
    """The metadata of an option, `Annotated[int, Field(ge=1), SEEN]`."""

    name: Literal["numbers", "seen", "training"]


NUMBERS: Final = Facet("numbers")
"""It changes what is computed from the same variables: the facet of options without one."""

SEEN: Final = Facet("seen")
"""The plan shows it by itself: in paths, shapes, masks, orders, or what inputs accept."""

TRAINING: Final = Facet("training")
"""It changes how the flow is trained, and nothing once it is."""


def facet(node: type[BaseModel], option: str) -> Facet:
    """The facet of an option of a class."""
    marks = node.model_fields[option].metadata
    return next((mark for mark in marks if isinstance(mark, Facet)), NUMBERS)
