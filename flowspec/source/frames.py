"""What the tree builder keeps of a map or list that it has begun to read."""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml

from flowspec.diagnostics import Span
from flowspec.source.node import Node


@dataclass(frozen=True, slots=True)
class Key:
    """A key whose value comes next.

    Attributes:
        text: The key.
        span: Where it stands.
        merges: Whether it is the merge key.
    """

    text: str
    span: Span
    merges: bool = False


@dataclass(frozen=True, slots=True)
class Anchored:
    """A finished node that aliases may repeat.

    Attributes:
        node: The node.
        size: How many keys and values it is, aliases expanded.
        height: How many maps and lists are inside one another in it.
    """

    node: Node
    size: int
    height: int


@dataclass(slots=True, eq=False)
class Frame:
    """A map or list that has begun and not ended.

    Attributes:
        event: The event that began it.
        span: Where it begins.
        count_before: How many keys and values there were before it.
        height: How many maps and lists are inside one another in it so far.
        key: The key whose value comes next, in a map.
        items: The items so far, of a list.
        entries: The values so far, of a map.
        merged: What merge keys have brought into a map.
        key_spans: Where each key of a map first stands.
    """

    event: yaml.CollectionStartEvent
    span: Span
    count_before: int
    height: int = 1
    key: Key | None = None
    items: list[Node] = field(default_factory=list["Node"])
    entries: dict[str, Node] = field(default_factory=dict[str, "Node"])
    merged: dict[str, Node] = field(default_factory=dict[str, "Node"])
    key_spans: dict[str, Span] = field(default_factory=dict[str, Span])

    @property
    def is_map(self) -> bool:
        """Whether it is a map, not a list."""
        return isinstance(self.event, yaml.MappingStartEvent)

    @property
    def takes_key(self) -> bool:
        """Whether the next node is a key."""
        return self.is_map and self.key is None

    @property
    def place(self) -> str:
        """The step of a path that leads to the next value."""
        if self.is_map:
            return self.key.text if self.key else ""
        return str(len(self.items))

    def add(self, node: Node) -> None:
        """Take the next value.

        Args:
            node: An item of the list, or the value of the key.
        """
        if self.key is None:
            self.items.append(node)
            return
        self.entries[self.key.text] = Node(node.value, node.span, self.key.span)
        self.key = None

    def finished(self) -> Node:
        """The node; explicit keys win over merged ones."""
        if not self.is_map:
            return Node(tuple(self.items), self.span)
        return Node({**self.merged, **self.entries}, self._map_span())

    def _map_span(self) -> Span:
        """A map in block style has no sign of its own: its first key stands for it."""
        first = next(iter(self.key_spans.values()), self.span)
        starts_here = (first.line, first.column) == (self.span.line, self.span.column)
        return first if starts_here else self.span
