"""From a spec file to the one tree it means: `extends` followed, overrides applied."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path

from flowspec.diagnostics import Diagnostic, Span, SpecError
from flowspec.source.files import decode, read_source
from flowspec.source.limits import MAX_EXTENDS
from flowspec.source.merge import merge, settle
from flowspec.source.node import Node
from flowspec.source.origin import Disk, Origin
from flowspec.source.overrides import apply_overrides
from flowspec.source.project import extended_file
from flowspec.source.reader import read_text

_EXTENDS = "extends"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a chain of files that extend one another.

    Attributes:
        path: Where it is, absolute and without symbolic links; None for data from Python.
        name: What the user calls it.
        text: Its text, as it was decoded; None for data from Python.
        top: What it says, `extends` included.
    """

    path: Path | None
    name: str
    text: str | None
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
    return merged([file.top for file in read_chain(path)], overrides)


def read_chain(path: str | os.PathLike[str]) -> list[SourceFile]:
    """A spec file, the file it extends, and so on.

    Args:
        path: The file.

    Returns:
        At least one file.

    Raises:
        SpecError: Everything that is wrong with the first file that has something wrong, or with
            `extends`.
    """
    name = os.fspath(path)
    text = read_source(path, name, Span(name, 1, 1))
    return _chain(SourceFile(Path(path).resolve(), name, text, read_text(text, name)), Disk())


def read_chain_of(data: bytes, file: str) -> list[SourceFile]:
    """As `read_chain`, of a spec that is no file, such as standard input.

    Args:
        data: Its text in UTF-8.
        file: What it is called in messages.

    Returns:
        The same as for a file with this text in the working folder.

    Raises:
        SpecError: As `read_chain` raises it.
    """
    text = decode(data, file)
    return _chain(
        SourceFile(Path.cwd().resolve() / file, file, text, read_text(text, file)), Disk()
    )


def read_chain_from(origin: Origin, path: Path, name: str) -> list[SourceFile]:
    """As `read_chain`, of a spec file that is not on the disk, nor are those that it extends.

    Args:
        origin: What holds them.
        path: The file, as the origin names it.
        name: The file as the user would name it.

    Returns:
        At least one file.

    Raises:
        SpecError: As `read_chain` raises it.
    """
    text = origin.text(path, name, None)
    return _chain(SourceFile(path, name, text, read_text(text, name)), origin)


def merged(tops: Sequence[Node], overrides: Sequence[str] = ()) -> Node:
    """The tree that a chain of files means.

    Args:
        tops: What each file says, the one that extends all others first.
        overrides: Changes such as `layers.0.repeat=8`, applied last, in order.

    Returns:
        The tree without `extends` and without null values in maps.

    Raises:
        SpecError: Merging makes it too large, or an override is wrong.
    """
    ordered = [_without_extends(top) for top in reversed(tops)]
    return settle(apply_overrides(reduce(merge, ordered), overrides))


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
    return merged([file_of_data(node).top], overrides)


def file_of_data(node: Node) -> SourceFile:
    """Data from Python as the one file of a chain.

    Args:
        node: What `from_data` makes of the data.

    Raises:
        SpecError: The data is no map or says `extends`.
    """
    if not isinstance(node.value, dict):
        raise _error("top-not-a-map", "the data is not a map", node.span)
    extends = node.value.get(_EXTENDS)
    if extends is not None and extends.value is not None:
        message = "`extends` stands in data that comes from no file"
        raise _error("extends-without-file", message, extends.span, "read it from a file")
    return SourceFile(None, "<data>", None, node)


def _chain(first: SourceFile, origin: Origin) -> list[SourceFile]:
    """The file, the file it extends, and so on."""
    here = first.path or Path.cwd()
    root = origin.root(here)
    chain = [first]
    while True:
        target = chain[-1].top.get([_EXTENDS])
        if target is None or target.value is None:
            return chain
        here = extended_file(target, here, root, origin.real)
        name = origin.name(here)
        _check_chain(chain, here, name, target)
        text = origin.text(here, name, target.span)
        chain.append(SourceFile(here, name, text, read_text(text, name)))


def _check_chain(chain: list[SourceFile], path: Path, name: str, target: Node) -> None:
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
