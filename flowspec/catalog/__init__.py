"""The catalogue: every kind of every node of the language, one file each."""

from __future__ import annotations

from typing import Any

from flowspec.catalog.bases import BASES
from flowspec.catalog.conditioners import CONDITIONERS
from flowspec.catalog.contexts import CONTEXTS
from flowspec.catalog.encoders import ENCODERS
from flowspec.catalog.family import Family
from flowspec.catalog.layers import LAYERS
from flowspec.catalog.supports import SUPPORTS
from flowspec.catalog.transforms import TRANSFORMS

FAMILIES: dict[str, Family[Any]] = {
    family.name: family
    for family in (BASES, CONDITIONERS, CONTEXTS, ENCODERS, LAYERS, SUPPORTS, TRANSFORMS)
}
"""Every family by the name of its folder."""

__all__ = [
    "BASES",
    "CONDITIONERS",
    "CONTEXTS",
    "ENCODERS",
    "FAMILIES",
    "LAYERS",
    "SUPPORTS",
    "TRANSFORMS",
    "Family",
]
