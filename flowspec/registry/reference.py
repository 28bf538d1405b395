"""What a bundle in a registry is called: a flow's name, and which of its revisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeGuard

from flowspec.registry.names import (
    ALIAS,
    LATEST,
    NUMBER,
    PREFIX,
    is_name,
    is_version,
)
from flowspec.registry.problems import wrong_reference


@dataclass(frozen=True, slots=True)
class Reference:
    """A flow's name and a label: a number, a version, an alias or `latest`.

    A number has no dots, a version has, and an alias begins with a letter, so that none is
    taken for another.

    Attributes:
        name: The flow's.
        label: Which revision of it.
    """

    name: str
    label: str = LATEST

    @property
    def number(self) -> int | None:
        """The revision, where the label is its number."""
        return int(self.label) if NUMBER.fullmatch(self.label) else None

    @property
    def is_version(self) -> bool:
        """Whether the label is the version of an architecture."""
        return is_version(self.label)

    @property
    def alias(self) -> str | None:
        """The alias, where the label is one."""
        free = ALIAS.fullmatch(self.label) and self.label != LATEST
        return self.label if free else None

    def __str__(self) -> str:
        """As users write it."""
        return f"{self.name}@{self.label}"


def is_reference(named: object) -> TypeGuard[str]:
    """Whether what is named is a bundle in a registry."""
    return isinstance(named, str) and named.startswith(PREFIX)


def parse_reference(text: str) -> Reference:
    """What a user calls a bundle: `engel`, `engel@3`, `engel@1.2.0`, `engel@champion`.

    Args:
        text: The reference, with or without `registry:` before it.

    Raises:
        UsageError: If it has another form.
    """
    name, at, label = text.removeprefix(PREFIX).partition("@")
    found = Reference(name, label if at else LATEST)
    known = found.number or found.is_version or ALIAS.fullmatch(found.label)
    if not is_name(name) or not known:
        raise wrong_reference(text)
    return found
