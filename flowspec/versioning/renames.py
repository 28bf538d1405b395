"""The path that a variable had in an earlier version, by the renames of the spec."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def renames_of(spec: Mapping[str, Any]) -> dict[str, str]:
    """The renames of a resolved spec: starts of old paths, and of the new ones."""
    return dict(spec.get("renames") or {})


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
    back = sorted(((new, old) for old, new in renames.items()), key=lambda pair: -len(pair[0]))
    return {path: _earlier(path, back) for path in paths}


def _earlier(path: str, back: Iterable[tuple[str, str]]) -> str:
    for new, old in back:
        if f"{path}.".startswith(f"{new}."):
            return old + path[len(new) :]
    return path
