"""The files of a chain, each brought from its own version of the language to the current one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from flowspec.source import Node, SourceFile
from flowspec.source.edit import Edit, Insert, Replace, apply_edits
from flowspec.source.merge import merge
from flowspec.spec.migrations.language import Language
from flowspec.spec.migrations.numbers import KEY, numbers
from flowspec.spec.migrations.place import Place
from flowspec.spec.migrations.step import Step

_EXTENDS = "extends"


@dataclass(frozen=True, slots=True)
class Migrated:
    """A file in the current version of the language.

    Attributes:
        file: The file as it was read.
        version: The version that it is written in; None where no file of the chain says it.
        top: What it says, in the current version; every node keeps its place in the old text.
        passes: The edits that lead there, in lists that build on one another.
    """

    file: SourceFile
    version: int | None
    top: Node
    passes: tuple[tuple[Edit, ...], ...] = ()

    @property
    def is_old(self) -> bool:
        """Whether it is written in an older version."""
        return bool(self.passes)

    @property
    def states_version(self) -> bool:
        """Whether the file itself says its version."""
        number = self.file.top.get([KEY])
        return number is not None and number.value is not None


def migrate(chain: Sequence[SourceFile], language: Language) -> list[Migrated]:
    """The files of a chain in the current version of the language.

    Args:
        chain: A file, the one that it extends, and so on.
        language: The language.

    Returns:
        Each file, in the same order.

    Raises:
        SpecError: A file is written in a newer version.
    """
    versions = numbers(chain, language.current)
    beneath: list[_History] = []
    done: list[Migrated] = []
    for file, version in zip(reversed(chain), reversed(versions), strict=True):
        history = _History(file.top, language.current if version is None else version)
        for step in language.after(history.version):
            _take(step, history, [one.at(step.to - 1) for one in beneath])
        if history.version < language.current:
            history.add([_state(file.top, language.current)])
        beneath.append(history)
        done.append(Migrated(file, version, history.top, tuple(history.passes)))
    return done[::-1]


class _History:
    """What a file says in each version from its own on."""

    def __init__(self, top: Node, version: int) -> None:
        self.top = top
        self.version = version
        self.passes: list[tuple[Edit, ...]] = []
        self._tops: list[Node] = []

    def at(self, version: int) -> Node:
        """What it says in a version, or in its own where that is newer."""
        index = max(version - self.version, 0)
        return self._tops[index] if index < len(self._tops) else self.top

    def add(self, edits: Sequence[Edit]) -> None:
        applied = apply_edits(self.top, edits)
        if applied.edits:
            self.top = applied.top
            self.passes.append(applied.edits)

    def leave_version(self) -> None:
        self._tops.append(self.top)


def _take(step: Step, history: _History, beneath: Sequence[Node]) -> None:
    """Lead a file to the next version."""
    below = reduce(merge, map(_without_extends, beneath)) if beneath else None
    history.leave_version()
    for make in step.passes:
        history.add(list(make(Place((), history.top, below))))


def _state(top: Node, version: int) -> Edit:
    if top.get([KEY]) is None:
        return Insert((KEY,), version, first=True)
    return Replace((KEY,), version)


def _without_extends(top: Node) -> Node:
    entries = top.value if isinstance(top.value, dict) else {}
    return Node({key: node for key, node in entries.items() if key != _EXTENDS}, top.span)
