"""A law: a sentence about every flow, and how far a flow is from it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from flowspec.laws.subject import Subject


class Measured(NamedTuple):
    """How far a flow is from a law.

    Attributes:
        error: The greatest deviation that was found, in the unit of the law.
        budget: What is allowed.
        where: What deviates most, or what was counted.
    """

    error: float
    budget: float
    where: str = ""

    @property
    def holds(self) -> bool:
        """Whether the flow keeps within the budget; a NaN does not."""
        return self.error <= self.budget


class Law(NamedTuple):
    """A sentence that is true of every flow.

    Attributes:
        name: One word or two.
        says: The sentence.
        measure: How far a flow is from it; None where the law says nothing about the flow.
    """

    name: str
    says: str
    measure: Callable[[Subject], Measured | None]
