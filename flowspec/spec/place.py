"""Where in a document an error of pydantic's lies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flowspec.diagnostics import Span
from flowspec.source import Node
from flowspec.spec.schema import kinds_at


class Place(NamedTuple):
    """The path in the spec, the kinds on the way, the node there, a key that is not there."""

    path: tuple[str | int, ...]
    tags: tuple[str, ...]
    node: Node
    at_key: bool
    absent: str

    def blamed(self, error: str) -> Span | None:
        """The narrowest text that is to blame: a key, the value of `kind`, or the whole value."""
        kind = self.node.get(["kind"])
        if error == "union_tag_invalid" and kind is not None:
            return kind.span
        by_key = self.at_key or error in ("extra_forbidden", "missing")
        return (self.node.key_span or self.node.span) if by_key else self.node.span


def locate(location: Sequence[str | int], root: Node) -> Place:
    """Follow pydantic's location through the document, setting union tags apart."""
    node, path, tags = root, list[str | int](), list[str]()
    tagged, at_key, absent = False, False, ""
    for element in location:
        below = node.get([element])
        if not tagged and element in kinds_at(path, tags):
            tags.append(str(element))
            tagged = True
        elif below is not None:
            node, tagged = below, False
            path.append(element)
        elif element == "[key]":
            at_key = True
        else:
            absent = str(element)
    return Place(tuple(path), tuple(tags), node, at_key, absent)
