"""From a spec file to the one tree it means: `extends` followed, overrides applied."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path

from flowspec.diagnostics import Diagnostic, Span, SpecError
from flowspec.source.files import decode
from flowspec.source.limits import MAX_EXTENDS
from flowspec.source.merge import merge, settle
from flowspec.source.node import Node
from flowspec.source.origin import Disk, Origin
from flowspec.source.overrides import apply_overrides
from flowspec.source.project import extended_file
from flowspec.source.reader import read_file, read_text

_EXTENDS = "extends"


@dataclass(frozen=True, slots=True)
class _File:
    """A file of a chain: where it is, what the user calls it, and what it says."""

    path: Path
    name: str
    top: Node


def resolve(path: str | os.PathLike[str], overrides: Sequence[str] = ()) -> Node:
    """The tree that a spec file means.

    Args:
        path: The file. It may extend another by `extends: other.yaml`, a path relative to itself
            within the project.
        overrides: Changes such as `layers.0.repeat=8`, applied last, in order.

    Returns:
        The tree without `extends` and without null values in maps. Every node keeps the file it
        comes from in its span.

    Raises:
        SpecError: Everything that is wrong with the first file that has something wrong, with
            `extends`, or with the overrides.
    """
    top = read_file(path)
    return _resolved(_File(Path(path).resolve(), os.fspath(path), top), overrides)


def resolve_bytes(data: bytes, file: str, overrides: Sequence[str] = ()) -> Node:
    """The tree that a spec means which is no file, such as standard input.

    Args:
        data: Its text in UTF-8.
        file: What it is called in messages.
        overrides: Changes such as `layers.0.repeat=8`, applied last, in order.

    Returns:
        The same as `resolve` of a file with this text in the working folder.

    Raises:
        SpecError: As `resolve` raises it.
    """
    first = _File(Path.cwd().resolve() / file, file, read_text(decode(data, file), file))
    return _resolved(first, overrides)


def resolve_from(origin: Origin, path: Path, name: str, overrides: Sequence[str] = ()) -> Node:
    """The tree that a spec file means which is not on the disk, nor are those that it extends.

    Args:
        origin: What holds them.
        path: The file, as the origin names it.
        name: The file as the user would name it.
        overrides: Changes such as `layers.0.repeat=8`, applied last, in order.

    Returns:
        The same as `resolve`.

    Raises:
        SpecError: As `resolve` raises it.
    """
    return _resolved(_File(path, name, origin.read(path, name, None)), overrides, origin)


def _resolved(first: _File, overrides: Sequence[str], origin: Origin | None = None) -> Node:
    chain = reversed(_chain(first, origin or Disk()))
    tops = [_without_extends(file.top) for file in chain]
    return settle(apply_overrides(reduce(merge, tops), overrides))


def resolve_node(node: Node, overrides: Sequence[str] = ()) -> Node:
    """The tree that data given from Python means.

    Args:
        node: What `from_data` makes of the data.
        overrides: Changes such as `layers.0.repeat=8`, applied in order.

    Returns:
        The tree without null values in maps.

    Raises:
        SpecError: The data is no map or says `extends`, or an override is wrong.
    """
    if not isinstance(node.value, dict):
        raise _error("top-not-a-map", "the data is not a map", node.span)
    extends = node.value.get(_EXTENDS)
    if extends is not None and extends.value is not None:
        message = "`extends` stands in data that comes from no file"
        raise _error("extends-without-file", message, extends.span, "read it from a file")
    return settle(apply_overrides(node, overrides))


def _chain(first: _File, origin: Origin) -> list[_File]:
    """The file, the file it extends, and so on."""
    root = origin.root(first.path)
    chain = [first]
    while True:
        target = chain[-1].top.get([_EXTENDS])
        if target is None or target.value is None:
            return chain
        path = extended_file(target, chain[-1].path, root, origin.real)
        name = origin.name(path)
        _check_chain(chain, path, name, target)
        chain.append(_File(path, name, origin.read(path, name, target.span)))


def _check_chain(chain: list[_File], path: Path, name: str, target: Node) -> None:
    known = [file.path for file in chain]
    if path in known:
        names = [file.name for file in chain[known.index(path) :]]
        circle = " → ".join([*names, names[0]])
        message = f"a file extends itself: {circle}"
        raise _error("extends-cycle", message, target.span, "let one of them stand on its own")
    if len(chain) > MAX_EXTENDS:
        message = f"more than {MAX_EXTENDS} files extend one another, up to `{name}`"
        raise _error("extends-too-deep", message, target.span, "merge some of them into one")


def _without_extends(top: Node) -> Node:
    if not isinstance(top.value, dict):
        return top
    kept = {key: child for key, child in top.value.items() if key != _EXTENDS}
    return replace(top, value=kept)


def _error(slug: str, message: str, span: Span | None, help: str | None = None) -> SpecError:
    return SpecError(Diagnostic(slug=slug, message=message, span=span, path=_EXTENDS, help=help))
