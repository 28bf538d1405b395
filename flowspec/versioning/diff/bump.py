"""The smallest honest step of the version that follows from what changed."""

from __future__ import annotations

from collections.abc import Iterable

from flowspec.versioning.diff.rules import DiffRule
from flowspec.versioning.semver import BUMPS, Bump, Version

_SILENT = frozenset({"version-changed", "version-too-low"})
"""What is about the version itself asks for no step of it."""


def bump_of(rules: Iterable[DiffRule], old: str) -> Bump:
    """The smallest honest step after a version.

    Major where callers break; minor where they see more, or weights or numbers change; patch for
    the rest. Before 1.0.0 each is one step lower, but a patch stays one.

    Args:
        rules: Those of the findings.
        old: The version before; one that is not semantic counts as not before 1.0.0.
    """
    step = max((_step(rule) for rule in rules if rule.id not in _SILENT), default=0)
    before_first = (version := Version.parse(old)) is not None and version.core[0] == 0
    return BUMPS[step - 1 if before_first and step > 1 else step]


def _step(rule: DiffRule) -> int:
    if rule.category == "callers":
        return 3 if rule.severity == "error" else 2
    return 2 if rule.category in ("weights", "numbers") else 1
