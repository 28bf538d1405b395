"""Which old variables and parts the new ones continue: by path, and by the renames of the spec."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

Renames = Mapping[str, str]


class Pairs(NamedTuple):
    """Old paths by new ones.

    Attributes:
        old: The old path that each new one continues; new paths that continue none are not here.
        renamed: The new paths that a rename led to.
        taken: Where an old path went, for each new path that would have continued it otherwise.
    """

    old: dict[str, str]
    renamed: frozenset[str]
    taken: dict[str, str]


def pair(old: Iterable[str], new: Iterable[str], renames: Renames) -> Pairs:
    """Pair paths; no old one is continued twice, and the rename that says most wins.

    A rename of what is not there says nothing.

    Args:
        old: Paths of the old plan.
        new: Paths of the new plan.
        renames: Starts of old paths, and of the new ones.

    Example:
        >>> pair(["layers.0", "layers.1"], ["layers.0", "layers.1"], {"layers.0": "layers.1"}).old
        {'layers.1': 'layers.0'}
    """
    known, back = set(old), {to: start for start, to in renames.items()}
    claims: dict[str, list[tuple[int, str]]] = {}
    renamed: set[str] = set()
    for path in new:
        rule = _rule(path, back)
        source = path if rule is None else rule[0] + path[len(rule[1]) :]
        if rule is not None and source in known:
            claims.setdefault(source, []).append((len(rule[0]), path))
            renamed.add(path)
        elif path in known:
            claims.setdefault(path, []).append((0, path))
    found: dict[str, str] = {}
    taken: dict[str, str] = {}
    for source, claimed in claims.items():
        winner = max(claimed)[1]
        found[winner] = source
        taken |= {path: winner for _, path in claimed if path != winner}
    return Pairs(found, frozenset(renamed & found.keys()), taken)


def _rule(path: str, back: Renames) -> tuple[str, str] | None:
    """The rename that leads to a path, old start and new: the one with the longest new start."""
    start = path if back else ""
    while start:
        if start in back:
            return back[start], start
        start = start.rpartition(".")[0]
    return None
