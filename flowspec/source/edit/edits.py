"""The changes that a step of the language is made of.

Each names a place by its path in the tree as it is before any of them; those that build on one
another belong into lists of their own. One whose place is not there, or is taken, changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Keys of maps and indices of lists, from the top on."""


@dataclass(frozen=True, slots=True)
class Rename:
    """Call a key of a map otherwise; it keeps its place and its value."""

    path: Path
    to: str


@dataclass(frozen=True, slots=True)
class Replace:
    """Put another value into the place of one."""

    path: Path
    value: Any


@dataclass(frozen=True, slots=True)
class Remove:
    """Take out a key of a map with its value, or an item of a list."""

    path: Path


@dataclass(frozen=True, slots=True)
class Insert:
    """Put a key into a map: behind another one, as the first one, or as the last one."""

    path: Path
    value: Any
    after: str | None = None
    first: bool = False


@dataclass(frozen=True, slots=True)
class Wrap:
    """Put a value into a map of its own, behind the keys that stand beside it there."""

    path: Path
    key: str
    beside: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Move:
    """Take a key out of one map and put it into another one, as its last key."""

    path: Path
    to: Path


Edit: TypeAlias = Rename | Replace | Remove | Insert | Wrap | Move

_RANKS: tuple[type[Edit], ...] = (Move, Wrap, Replace, Rename, Remove)


def in_order(edits: list[Edit]) -> list[Edit]:
    """Edits in an order in which none of them moves the place of a later one."""
    new = [edit for edit in edits if isinstance(edit, Insert)]
    return [*new, *sorted((edit for edit in edits if not isinstance(edit, Insert)), key=_rank)]


def _rank(edit: Edit) -> tuple[int, int, int]:
    last = edit.path[-1] if edit.path else 0
    return -len(edit.path), -last if isinstance(last, int) else 0, _RANKS.index(type(edit))
