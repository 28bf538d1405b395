"""The path that a variable had in an earlier version, by the renames of the spec."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, cast


def renames_of(spec: Mapping[str, Any]) -> dict[str, str]:
    """The renames of a resolved spec: starts of old paths, and of the new ones.

    The spec of a damaged bundle may say anything there; what are no paths is left out.
    """
    said = spec.get("renames")
    if not isinstance(said, Mapping):
        return {}
    pairs = cast("Mapping[Any, Any]", said).items()
    return {old: new for old, new in pairs if isinstance(old, str) and isinstance(new, str)}


class Rename(NamedTuple):
    """The start of a path in an earlier version, and in this one."""

    old: str
    new: str

    def earlier(self, path: str) -> str:
        """The path that one of this version had."""
        return self.old + path[len(self.new) :]


def rename_of(path: str, back: Mapping[str, str]) -> Rename | None:
    """The rename that led to a path: the one with the longest start; None where none did.

    Args:
        path: Of the new plan.
        back: Starts of old paths, by the new ones.
    """
    start = path if back else ""
    while start:
        if start in back:
            return Rename(back[start], start)
        start = start.rpartition(".")[0]
    return None


def earlier_path(path: str, back: Mapping[str, str]) -> str:
    """The path that one of the new plan had, whether there was such a one or not.

    Args:
        path: Of the new plan.
        back: Starts of old paths, by the new ones.

    Example:
        >>> earlier_path("layers.trunk.raw", {"layers.trunk": "layers.0"})
        'layers.0.raw'
    """
    found = rename_of(path, back)
    return path if found is None else found.earlier(path)


def renames_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """The renames of a resolved spec that had not happened in an earlier version of it.

    Those that the earlier one says too led to the paths that it has.

    Example:
        >>> renames_between({"renames": {"a": "b"}}, {"renames": {"a": "b", "c": "d"}})
        {'c': 'd'}
    """
    known = renames_of(old)
    return {path: to for path, to in renames_of(new).items() if known.get(path) != to}
