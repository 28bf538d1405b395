"""A value of a YAML document that knows where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from flowspec.diagnostics import Span

Scalar: TypeAlias = bool | int | float | str | None
Value: TypeAlias = "Scalar | tuple[Node, ...] | dict[str, Node]"


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its place.

    A tree of nodes is at most `limits.MAX_DEPTH` deep when it comes out of this package.

    Attributes:
        value: A scalar, or further nodes.
        span: Where the value stands; None for data given from Python. An aliased value stands
            where its anchor is, so a span may name another file than its parent's.
        key_span: Where its key stands, for a value of a map.
    """

    value: Value
    span: Span | None
    key_span: Span | None = None

    def plain(self) -> Any:
        """The value as ordinary data: dicts, lists and scalars, all newly made."""
        if isinstance(self.value, dict):
            return {key: child.plain() for key, child in self.value.items()}
        if isinstance(self.value, tuple):
            return [child.plain() for child in self.value]
        return self.value

    def get(self, path: Sequence[str | int]) -> Node | None:
        """The node at a path.

        Args:
            path: Keys of maps and indices of lists, from this node on.

        Returns:
            The node, or None when the path leads nowhere.
        """
        node: Node | None = self
        for step in path:
            node = node._child(step)
            if node is None:
                return None
        return node

    def find(self, path: Sequence[str | int]) -> Node:
        """The deepest node that exists along a path, which is where an error there is shown.

        Args:
            path: Keys of maps and indices of lists, from this node on.

        Returns:
            The node at the path, or its last ancestor that exists; at least this node.
        """
        node = self
        for step in path:
            child = node._child(step)
            if child is None:
                break
            node = child
        return node

    def _child(self, step: str | int) -> Node | None:
        if isinstance(self.value, dict):
            return self.value.get(step) if isinstance(step, str) else None
        if isinstance(self.value, tuple) and isinstance(step, int):
            return self.value[step] if 0 <= step < len(self.value) else None
        return None
