"""The rules of `flowspec diff`, one table.

A rule is added by a line here and a pair of specs among the test data. One that is no longer
looked for stays in the table and names its successor, so that no id is ever lost or used again.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flowspec.versioning.diff.rules import callers, docs, numbers, training, weights
from flowspec.versioning.diff.rules.rule import SEVERITIES, TOUCHED, DiffRule, Severity, Touched

DIFF_RULES: Mapping[str, DiffRule] = MappingProxyType(
    {
        rule.id: rule
        for module in (callers, weights, numbers, training, docs)
        for rule in module.RULES
    }
)
"""Every rule by its id, those first that matter most."""

__all__ = ["DIFF_RULES", "SEVERITIES", "TOUCHED", "DiffRule", "Severity", "Touched"]
