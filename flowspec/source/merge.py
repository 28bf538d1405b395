"""How one tree derives from another.

Maps merge key by key; a list or scalar replaces what was there; of two maps with different `kind`
the new one replaces the old; null removes.
"""

from __future__ import annotations

from dataclasses import replace

from flowspec.diagnostics import Diagnostic, SpecError
from flowspec.source.limits import MAX_DEPTH, MAX_NODES, SMALLER
from flowspec.source.node import Node


def merge(old: Node, new: Node) -> Node:
    """The tree of `old` changed by `new`.

    A merged map stands where the new one stands. A null that removes nothing stays, since it may
    have something to remove when the result is itself merged into another; `settle` drops it.

    Args:
        old: What is derived from.
        new: What changes it.

    Returns:
        A new tree, which shares nodes with both.
    """
    if not isinstance(old.value, dict) or not isinstance(new.value, dict) or _differ(old, new):
        return new
    merged = dict(old.value)
    for key, child in new.value.items():
        if key not in merged:
            merged[key] = child
        elif child.value is None:
            del merged[key]
        else:
            merged[key] = merge(merged[key], child)
    return replace(new, value=merged)


def settle(node: Node) -> Node:
    """The tree without what was only there to be merged.

    Args:
        node: The outcome of all merging.

    Returns:
        The tree without the null values of maps; those of lists stay.

    Raises:
        SpecError: Merging has made it too large or too deep.
    """
    _check_limits(node)
    return _without_nulls(node)


def _differ(old: Node, new: Node) -> bool:
    before, after = old.get(["kind"]), new.get(["kind"])
    if before is None or after is None:
        return False
    words = (before.value, after.value)
    return all(isinstance(word, str) for word in words) and words[0] != words[1]


def _without_nulls(node: Node) -> Node:
    if isinstance(node.value, dict):
        kept = {key: child for key, child in node.value.items() if child.value is not None}
        return replace(node, value={key: _without_nulls(child) for key, child in kept.items()})
    if isinstance(node.value, tuple):
        return replace(node, value=tuple(map(_without_nulls, node.value)))
    return node


def _check_limits(top: Node) -> None:
    count, waiting = 0, [(top, 1)]
    while waiting:
        node, depth = waiting.pop()
        count += 1
        children = _children(node)
        if count + len(waiting) + len(children) > MAX_NODES:
            _refuse("too-many-nodes", f"there are more than {MAX_NODES} values in all", node)
        if depth > MAX_DEPTH and isinstance(node.value, dict | tuple):
            message = f"maps and lists are more than {MAX_DEPTH} deep inside one another"
            _refuse("too-deep", message, node)
        waiting.extend((child, depth + 1) for child in children)


def _children(node: Node) -> tuple[Node, ...]:
    if isinstance(node.value, dict):
        return tuple(node.value.values())
    return node.value if isinstance(node.value, tuple) else ()


def _refuse(slug: str, message: str, node: Node) -> None:
    raise SpecError(Diagnostic(slug=slug, message=message, span=node.span, help=SMALLER))
