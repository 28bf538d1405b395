"""Changes to a spec from the command line: `layers.0.repeat=8`.

An override says what a map that holds only its path would say, merged into the spec; besides
keys, its path may hold the indices of items that a list already has.

    layers.0.repeat=8                  sets a value
    event.support={kind: positive}     merges a map, by the rule of `merge`
    training=                          removes, as `training=null` does
    layers.1=null                      removes an item of a list; later ones move up
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flowspec.diagnostics import Diagnostic, Span, SpecError
from flowspec.source.limits import MAX_DEPTH
from flowspec.source.lines import Lines
from flowspec.source.merge import merge
from flowspec.source.node import Node
from flowspec.source.reader import read_lines

_INDEX = re.compile("[0-9]{1,9}")
_SHAPE = "PATH=VALUE, such as `layers.0.repeat=8`"


@dataclass(frozen=True, slots=True)
class _Step:
    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class _Override:
    steps: tuple[_Step, ...]
    value: Node


def apply_overrides(top: Node, texts: Sequence[str]) -> Node:
    """The tree changed by overrides, one after the other.

    Args:
        top: The tree, a map.
        texts: The overrides, each a path, an equals sign and a YAML value.

    Returns:
        The changed tree. What an override gave stands in the file `--set TEXT`, line 1.

    Raises:
        SpecError: Everything that is wrong with the overrides.
    """
    problems: list[Diagnostic] = []
    for text in texts:
        try:
            override = _parse(text)
            top = _set(top, override.steps, override.value)
        except SpecError as error:
            problems.extend(error.diagnostics)
    if problems:
        raise SpecError(*problems)
    return top


def _parse(text: str) -> _Override:
    path, equals, value = text.partition("=")
    whole = Span(f"--set {text}", 1, 1, text, len(text))
    if not equals:
        raise _error("override-syntax", "an override has no `=`", whole, expected=_SHAPE)
    steps = _steps(path, whole)
    lines = Lines(text, whole.file, skip=len(path) + 1)
    return _Override(steps, read_lines(value, lines, any_top=True))


def _steps(path: str, whole: Span) -> tuple[_Step, ...]:
    if path.count(".") >= MAX_DEPTH:
        message = f"the path of an override has more than {MAX_DEPTH} steps"
        raise _error("too-deep", message, whole)
    steps: list[_Step] = []
    column = 1
    for part in path.split("."):
        name = part.strip()
        span = replace(whole, column=column, length=max(len(part), 1))
        if not name or not name.isprintable():
            message = "the path of an override has a step without a name"
            raise _error("override-syntax", message, span, expected=_SHAPE)
        steps.append(_Step(name, span))
        column += len(part) + 1
    if steps[0].name == "extends":
        message = "`extends` is followed before overrides are applied, so none can set it"
        raise _error("override-path", message, steps[0].span)
    return tuple(steps)


def _set(node: Node, steps: tuple[_Step, ...], value: Node) -> Node:
    """The node with the value merged in at a path from it."""
    if not steps:
        return merge(node, value)
    if isinstance(node.value, dict):
        return _set_in_map(node, node.value, steps, value)
    if isinstance(node.value, tuple):
        return _set_in_list(node, node.value, steps, value)
    if node.value is None:
        return node if value.value is None else _nested(steps, value)
    raise _error(
        "override-path",
        f"there is no `{steps[0].name}` inside a scalar",
        steps[0].span,
        got=str(node.value),
    )


def _set_in_map(
    node: Node, children: dict[str, Node], steps: tuple[_Step, ...], value: Node
) -> Node:
    step, rest = steps[0], steps[1:]
    if rest and step.name in children:
        child = children[step.name]
        changed = replace(_set(child, rest, value), key_span=child.key_span)
        return replace(node, value={**children, step.name: changed})
    if rest and value.value is None:
        return node
    change = _nested(steps, value)
    merged = merge(node, change)
    if merged is change:
        return replace(change, key_span=node.key_span)
    return replace(node, value=merged.value)


def _set_in_list(
    node: Node, items: tuple[Node, ...], steps: tuple[_Step, ...], value: Node
) -> Node:
    step, rest = steps[0], steps[1:]
    index = _index(step, len(items))
    if not rest and value.value is None:
        return replace(node, value=items[:index] + items[index + 1 :])
    changed = _set(items[index], rest, value)
    return replace(node, value=(*items[:index], changed, *items[index + 1 :]))


def _index(step: _Step, size: int) -> int:
    if not _INDEX.fullmatch(step.name):
        message = f"`{step.name}` is not the index of an item of a list"
        raise _error("override-path", message, step.span, expected=_range(size))
    index = int(step.name)
    if index >= size:
        message = f"there is no item {index} in a list of {size}"
        raise _error("override-path", message, step.span, expected=_range(size))
    return index


def _range(size: int) -> str:
    return f"an index from 0 to {size - 1}" if size else "a list with items"


def _nested(steps: tuple[_Step, ...], value: Node) -> Node:
    """Maps inside one another that hold only the value, at the path."""
    node = value
    for step in reversed(steps):
        if step is not steps[0] and _INDEX.fullmatch(step.name):
            message = f"there is no list in which `{step.name}` could be an index"
            raise _error("override-path", message, step.span)
        node = Node({step.name: replace(node, key_span=step.span)}, step.span)
    return node


def _error(slug: str, message: str, span: Span, **texts: str) -> SpecError:
    return SpecError(
        Diagnostic(
            slug=slug,
            message=message,
            span=span,
            expected=texts.get("expected"),
            got=texts.get("got"),
        )
    )
