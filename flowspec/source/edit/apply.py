"""Edits applied to a tree of nodes: every node keeps the place that it has in the old text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias, cast

from flowspec.diagnostics import Span
from flowspec.source.edit.edits import (
    Edit,
    Insert,
    Move,
    Path,
    Remove,
    Rename,
    Replace,
    Wrap,
    in_order,
)  # fmt: skip
from flowspec.source.node import Node, Scalar


class Applied(NamedTuple):
    """A changed tree, and the edits that changed it."""

    top: Node
    edits: tuple[Edit, ...]


def apply_edits(top: Node, edits: Iterable[Edit]) -> Applied:
    """The tree changed by edits, and those of them that change something.

    Args:
        top: The tree; it stays as it is.
        edits: What to change.

    Returns:
        The new tree. A value that stays keeps its place; a new one stands where the value does
        that it came from.
    """
    draft = _thawed(top)
    done = tuple(edit for edit in in_order(list(edits)) if _apply(draft, edit))
    return Applied(_frozen(draft) if done else top, done)


_Map: TypeAlias = "dict[str, _Draft]"


@dataclass(slots=True, eq=False)
class _Draft:
    """A node that can be changed."""

    value: Scalar | list[_Draft] | _Map
    span: Span | None
    key_span: Span | None = None

    @property
    def entries(self) -> _Map | None:
        return self.value if isinstance(self.value, dict) else None

    def get(self, path: Path) -> _Draft | None:
        node: _Draft | None = self
        for step in path:
            value = node.value
            if isinstance(value, dict):
                node = value.get(str(step))
            elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                node = value[step]
            else:
                return None
            if node is None:
                return None
        return node


def _apply(top: _Draft, edit: Edit) -> bool:
    """Change the tree; whether there was something to change."""
    match edit:
        case Insert():
            return _insert(top, edit)
        case Move():
            return _move(top, edit)
        case Remove():
            return _take_out(top, edit.path) is not None
        case Rename():
            return _rename(top, edit)
        case Replace(path=path, value=value):
            node = top.get(path)
            return node is not None and _replace(node, _thawed(from_plain(value, node.span)))
        case Wrap(path=path):
            node = top.get(path)
            return node is not None and _wrap(node, edit)


def _replace(node: _Draft, new: _Draft) -> bool:
    changes = repr(_frozen(node).plain()) != repr(_frozen(new).plain())
    node.value = new.value
    return changes


def _wrap(node: _Draft, edit: Wrap) -> bool:
    beside = from_plain(edit.beside, node.span)
    inner = _Draft(node.value, node.span, node.span)
    node.value = {**(_thawed(beside).entries or {}), edit.key: inner}
    return True


def _rename(top: _Draft, edit: Rename) -> bool:
    owner = top.get(edit.path[:-1])
    entries = owner and owner.entries
    if owner is None or entries is None or edit.path[-1] not in entries or edit.to in entries:
        return False
    owner.value = {
        (edit.to if key == edit.path[-1] else key): node for key, node in entries.items()
    }
    return True


def _insert(top: _Draft, edit: Insert) -> bool:
    owner, key = top.get(edit.path[:-1]), str(edit.path[-1])
    entries = owner and owner.entries
    if owner is None or entries is None or key in entries:
        return False
    new = _thawed(from_plain(edit.value, owner.span, owner.key_span or owner.span))
    if edit.first:
        owner.value = {key: new, **entries}
        return True
    names = list(entries)
    cut = names.index(edit.after) + 1 if edit.after in entries else len(names)
    owner.value = {
        **{name: entries[name] for name in names[:cut]},
        key: new,
        **{name: entries[name] for name in names[cut:]},
    }
    return True


def _move(top: _Draft, edit: Move) -> bool:
    target, key = top.get(edit.to[:-1]), str(edit.to[-1])
    entries = target and target.entries
    owner = top.get(edit.path[:-1])
    if entries is None or key in entries or owner is None or owner.entries is None:
        return False
    node = _take_out(top, edit.path)
    if node is not None:
        entries[key] = node
    return node is not None


def _take_out(top: _Draft, path: Path) -> _Draft | None:
    owner, step = top.get(path[:-1]), path[-1]
    if owner is None or owner.get((step,)) is None:
        return None
    if isinstance(owner.value, dict):
        return owner.value.pop(str(step))
    items = cast("list[_Draft]", owner.value)
    return items.pop(int(step))


def from_plain(value: Any, span: Span | None, key_span: Span | None = None) -> Node:
    """A value that no text holds, as a tree that stands in one place."""
    if isinstance(value, Mapping):
        entries = cast("Mapping[str, Any]", value)
        below = {key: from_plain(child, span, span) for key, child in entries.items()}
        return Node(below, span, key_span)
    if isinstance(value, list | tuple):
        items = cast("Sequence[Any]", value)
        return Node(tuple(from_plain(child, span) for child in items), span, key_span)
    return Node(value, span, key_span)


def _thawed(node: Node) -> _Draft:
    if isinstance(node.value, dict):
        entries = {key: _thawed(child) for key, child in node.value.items()}
        return _Draft(entries, node.span, node.key_span)
    value = list(map(_thawed, node.value)) if isinstance(node.value, tuple) else node.value
    return _Draft(value, node.span, node.key_span)


def _frozen(draft: _Draft) -> Node:
    value = draft.value
    if isinstance(value, dict):
        return Node({key: _frozen(child) for key, child in value.items()}, draft.span,
                    draft.key_span)  # fmt: skip
    frozen = tuple(map(_frozen, value)) if isinstance(value, list) else value
    return Node(frozen, draft.span, draft.key_span)
