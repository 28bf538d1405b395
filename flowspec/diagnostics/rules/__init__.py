"""What every diagnostic means: one page for each slug.

A slug that the package can report has a page here, and no page is without a slug.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flowspec.diagnostics.rules import (
    bundle,
    calls,
    comparing,
    composition,
    data,
    deriving,
    form,
    generating,
    locking,
    migrating,
    outputs,
    publishing,
    reading,
    registry,
    serving,
    transferring,
)
from flowspec.diagnostics.rules.rule import Rule

GROUPS: Mapping[str, tuple[Rule, ...]] = MappingProxyType(
    {
        module.TITLE: module.RULES
        for module in (
            reading,
            deriving,
            migrating,
            form,
            composition,
            outputs,
            data,
            bundle,
            registry,
            calls,
            serving,
            generating,
            locking,
            comparing,
            publishing,
            transferring,
        )
    }
)
"""The pages by the title of their group, in the order in which work meets them."""

RULES: Mapping[str, Rule] = MappingProxyType(
    {rule.slug: rule for group in GROUPS.values() for rule in group}
)
"""Every page by its slug."""

__all__ = ["GROUPS", "RULES", "Rule"]
