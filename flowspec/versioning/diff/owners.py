"""What holds variables: a network, or a part of the flow by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from flowspec.records import LayerRecord, SpecPath, VariableRecord
from flowspec.versioning.diff.pairing import Pairing


class Owner(NamedTuple):
    """A network, or a part with its own variables: the start of their paths, and its place."""

    path: str
    source: SpecPath
    variables: tuple[VariableRecord, ...]


Counterparts: TypeAlias = list[tuple[Owner, VariableRecord, VariableRecord]]
"""Old owner, old variable and new variable of each that was there."""


def owners(parts: Iterable[LayerRecord]) -> Iterator[Owner]:
    """Every owner of variables of some parts."""
    for part in parts:
        if part.own:
            yield Owner(part.path, part.source, part.own)
        for network in part.networks:
            if network.variables:
                path = f"{part.path}.{network.name}"
                yield Owner(path, network.source, network.variables)


def counterparts(pairing: Pairing) -> Iterator[tuple[Owner, Counterparts]]:
    """Every owner of the new plan, with those of its variables that were there."""
    old = {v.path: (owner, v) for owner in owners(pairing.old.parts) for v in owner.variables}
    for owner in owners(pairing.new.parts):
        pairs = [(*old[pairing.variables[v.path]], v) for v in owner.variables
                 if v.path in pairing.variables]  # fmt: skip
        if pairs:
            yield owner, pairs
