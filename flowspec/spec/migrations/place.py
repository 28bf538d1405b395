"""A node of a file as a step of the language sees it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flowspec.source import Node
from flowspec.source.edit import Path


@dataclass(frozen=True, slots=True)
class Place:
    """A node with its path, and what it changes in the files that its file extends.

    A file that extends another holds parts of nodes: the key that a step is about, but not the
    `kind` that tells what the key means. So a place also knows what stands beneath it.

    Attributes:
        path: The way from the top of the file.
        node: What stands there.
        beneath: What the extended files have there; None where the file is the first to say it.
    """

    path: Path
    node: Node
    beneath: Node | None = None

    @property
    def value(self) -> Any:
        """The node as plain data."""
        return self.node.plain()

    @property
    def kind(self) -> str | None:
        """Its own `kind`, else the one it changes."""
        for node in (self.node, self.beneath):
            kind = node and node.get(["kind"])
            if kind is not None:
                return kind.value if isinstance(kind.value, str) else None
        return None

    @property
    def is_map(self) -> bool:
        """Whether it is a map."""
        return isinstance(self.node.value, dict)

    def at(self, *steps: str | int) -> Path:
        """The path of something below it, for an edit."""
        return (*self.path, *steps)

    def get(self, step: str | int) -> Place | None:
        """What stands below it in this file; None where nothing does."""
        node = self.node.get([step])
        if node is None:
            return None
        return Place((*self.path, step), node, self._below(step))

    def has(self, key: str) -> bool:
        """Whether this file or one that it extends gives a key of it."""
        return self.node.get([key]) is not None or self._below(key) is not None

    def select(self, pattern: str) -> Iterator[Place]:
        """What stands below it where a pattern says, in the order of the file.

        Args:
            pattern: Keys and indices with dots between them; `*` is any one of them, `**` any
                number of them, and none: `layers.**.transform`.
        """
        seen: set[Path] = set()
        for place in self._matches(pattern.split(".")):
            if place.path not in seen:
                seen.add(place.path)
                yield place

    def _matches(self, pattern: Sequence[str]) -> Iterator[Place]:
        if not pattern:
            yield self
            return
        head, rest = pattern[0], pattern[1:]
        if head == "**":
            yield from self._matches(rest)
        for child in self._children():
            if head == "**":
                yield from child._matches(pattern)
            elif head in ("*", str(child.path[-1])):
                yield from child._matches(rest)

    def _children(self) -> Iterator[Place]:
        if isinstance(self.node.value, dict):
            for key, node in self.node.value.items():
                yield Place((*self.path, key), node, self._below(key))
        elif isinstance(self.node.value, tuple):
            for index, node in enumerate(self.node.value):
                yield Place((*self.path, index), node)

    def _below(self, step: str | int) -> Node | None:
        """What the extended files have there, unless the node replaces theirs as a whole."""
        if self.beneath is None or isinstance(step, int) or not self.is_map:
            return None
        kinds = [node.get(["kind"]) for node in (self.node, self.beneath)]
        values = [kind.value for kind in kinds if kind is not None]
        return None if len(values) == 2 and values[0] != values[1] else self.beneath.get([step])
