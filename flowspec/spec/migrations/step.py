"""One step of the language: what a version is called otherwise in the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

from flowspec.source.edit import Edit
from flowspec.spec.migrations.place import Place

Pass: TypeAlias = Callable[[Place], Iterable[Edit]]
"""What is to change in a file, given its top. It sees the file as it was before the pass."""


@dataclass(frozen=True, slots=True)
class Step:
    """What changes from one version of the language to the next.

    Attributes:
        to: The version that it leads to, from the one before.
        passes: What changes, one after the other. A pass looks at one file, which may hold only a
            part of a spec, and must not take for granted that anything in it is valid.
    """

    to: int
    passes: tuple[Pass, ...]
