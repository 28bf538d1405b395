"""A rule of `flowspec diff`: a kind of change, and what it breaks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from flowspec.records import Category

Touched: TypeAlias = Category | Literal["docs"]
Severity: TypeAlias = Literal["error", "warning", "note"]

TOUCHED: Final[tuple[Touched, ...]] = (*get_args(Category), "docs")
"""What a change can touch, what matters most first."""

SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
"""How bad a change is, the worst first: an error breaks what its category promises."""


@dataclass(frozen=True, slots=True)
class DiffRule:
    """A kind of change between two versions of a flow.

    Attributes:
        id: Its name in kebab case, which never changes and is never used for another rule.
        category: What the change touches.
        severity: Whether it breaks what the category promises, or is compatible.
        title: The rule in one sentence.
        meaning: What follows from such a change, and what to do about it.
        successor: The rule that took the place of one that is retired and no longer found.
    """

    id: str
    category: Touched
    severity: Severity
    title: str
    meaning: str
    successor: str | None = None
