"""Which old variables and parts the new ones continue: by path, and by the renames of the spec."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from flowspec.versioning.renames import rename_of

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
        rule = rename_of(path, back)
        source = path if rule is None else rule.earlier(path)
        if rule is not None and source in known:
            claims.setdefault(source, []).append((len(rule.old), path))
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
