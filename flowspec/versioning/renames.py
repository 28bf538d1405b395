"""The path that a variable had in an earlier version, by the renames of the spec."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast


def renames_of(spec: Mapping[str, Any]) -> dict[str, str]:
    """The renames of a resolved spec: starts of old paths, and of the new ones.

    The spec of a damaged bundle may say anything there; what are no paths is left out.
    """
    said = spec.get("renames")
    if not isinstance(said, Mapping):
        return {}
    pairs = cast("Mapping[Any, Any]", said).items()
    return {old: new for old, new in pairs if isinstance(old, str) and isinstance(new, str)}


def earlier_paths(paths: Iterable[str], renames: Mapping[str, str]) -> dict[str, str]:
    """The path that each variable had; the longest start that was renamed decides.

    Args:
        paths: Of the variables of the new plan.
        renames: Starts of old paths, and of the new ones.

    Returns:
        Old paths by new ones, whether there was such a variable or not.

    Example:
        >>> earlier_paths(["layers.trunk.raw", "base.raw"], {"layers.0": "layers.trunk"})
        {'layers.trunk.raw': 'layers.0.raw', 'base.raw': 'base.raw'}
    """
    back = {new: old for old, new in renames.items()}
    return {path: _earlier(path, back) for path in paths}


def _earlier(path: str, back: Mapping[str, str]) -> str:
    start = path if back else ""
    while start:
        if start in back:
            return back[start] + path[len(start) :]
        start = start.rpartition(".")[0]
    return path


def renames_between(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, str]:
    """The renames of a resolved spec that had not happened in an earlier version of it.

    Those that the earlier one says too led to the paths that it has.

    Example:
        >>> renames_between({"renames": {"a": "b"}}, {"renames": {"a": "b", "c": "d"}})
        {'c': 'd'}
    """
    known = renames_of(old)
    return {path: to for path, to in renames_of(new).items() if known.get(path) != to}
