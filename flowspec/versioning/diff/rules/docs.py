"""Rules of what is written for people."""

from __future__ import annotations

from flowspec.versioning.diff.rules.rule import DiffRule

RULES = (
    DiffRule(
        "description-changed", "docs", "note",
        "The description is another.",
        "Nothing that is computed changes.",
    ),
    DiffRule(
        "version-changed", "docs", "note",
        "The version is another.",
        "By itself it changes nothing, and asks for no further step of the version.",
    ),
    DiffRule(
        "version-too-low", "docs", "error",
        "The version says less than what changed.",
        "Only `--check-version` looks for it. The message names the smallest version that would "
        "be honest.",
    ),
)  # fmt: skip
