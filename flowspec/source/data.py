"""Python data to a tree of nodes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NoReturn, cast

from flowspec.diagnostics import Diagnostic, SpecError
from flowspec.source.limits import MAX_DEPTH, MAX_DIGITS, MAX_NODES, MAX_PROBLEMS
from flowspec.source.node import Node, Scalar

_TOO_LARGE = 10**MAX_DIGITS


def from_data(data: object, file: str = "<data>") -> Node:
    """The tree of what a caller gives instead of a file.

    Maps and lists of scalars pass; a tuple is a list, and a scalar of NumPy is what `.item()`
    makes of it. What YAML cannot say is refused.

    Args:
        data: Usually a dict.
        file: How messages call the data.

    Returns:
        A node without spans.

    Raises:
        SpecError: Everything in the data that YAML cannot say, or a limit that it passes.

    Example:
        >>> from_data({"shape": (6,)}).plain()
        {'shape': [6]}
    """
    reader = _DataReader(file)
    node = reader.node(data, ())
    if reader.problems:
        raise SpecError(*reader.problems)
    return node


class _DataReader:
    def __init__(self, file: str) -> None:
        self.problems: list[Diagnostic] = []
        self._file = file
        self._count = 0

    def node(self, data: object, path: tuple[str, ...]) -> Node:
        self._count += 1
        if self._count > MAX_NODES:
            self._stop("too-many-nodes", f"more than {MAX_NODES} values", path)
        if isinstance(data, Mapping):
            return self._map(cast("Mapping[object, object]", data), path)
        if isinstance(data, list | tuple):
            return self._list(cast("Sequence[object]", data), path)
        return Node(self._scalar(data, path), None)

    def _map(self, data: Mapping[object, object], path: tuple[str, ...]) -> Node:
        self._check_depth(path)
        entries: dict[str, Node] = {}
        for key, child in data.items():
            if isinstance(key, str) and _is_unicode(key):
                name = str.__str__(key)
                entries[name] = self.node(child, (*path, name))
            else:
                self._report(
                    "data-type", f"a key that is {_kind(key)}, which YAML cannot say", path
                )
        return Node(entries, None)

    def _list(self, data: Sequence[object], path: tuple[str, ...]) -> Node:
        self._check_depth(path)
        items = (self.node(child, (*path, str(index))) for index, child in enumerate(data))
        return Node(tuple(items), None)

    def _scalar(self, data: object, path: tuple[str, ...]) -> Scalar:
        data = _without_numpy(data)
        if data is None or isinstance(data, bool):
            return data
        if isinstance(data, int) and abs(data) < _TOO_LARGE:
            return int(data)
        if isinstance(data, float):
            return float(data)
        if isinstance(data, str) and _is_unicode(data):
            return str.__str__(data)
        self._report("data-type", f"a value that is {_kind(data)}, which YAML cannot say", path)
        return None

    def _check_depth(self, path: tuple[str, ...]) -> None:
        if len(path) >= MAX_DEPTH:
            what = f"maps and lists more than {MAX_DEPTH} deep inside one another"
            self._stop("too-deep", what, path)

    def _stop(self, slug: str, what: str, path: tuple[str, ...]) -> NoReturn:
        self._report(slug, what, path)
        raise SpecError(*self.problems)

    def _report(self, slug: str, what: str, path: tuple[str, ...]) -> None:
        message = f"`{self._file}` holds {what}"
        self.problems.append(Diagnostic(slug=slug, message=message, path=".".join(path) or None))
        if len(self.problems) >= MAX_PROBLEMS:
            raise SpecError(*self.problems)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _kind(data: object) -> str:
    if isinstance(data, str):
        return "a string with half a character"
    if isinstance(data, int) and abs(data) >= _TOO_LARGE:
        return f"an integer of more than {MAX_DIGITS} digits"
    return f"of type `{type(data).__name__}`"


def _without_numpy(data: object) -> object:
    item = getattr(data, "item", None)
    return item() if callable(item) and getattr(data, "shape", None) == () else data
