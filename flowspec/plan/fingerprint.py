"""The fingerprints of a plan: a hash of its facts, by category.

The rule: SHA-256 over the line `flowspec fingerprint 1 CATEGORY` and the facts as JSON with sorted
keys, no spaces, ASCII only, numbers as Python's `repr` writes them. It depends on nothing but the
plan: not on the process, the machine, the version of Python, or the order of a dict.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from flowspec.plan.facts import facts
from flowspec.records import Category, Fingerprints, Plan

RULE = 1
"""The number of the rule; raised when the same plan would get another fingerprint."""


def fingerprints(plan: Plan) -> Fingerprints:
    """The fingerprints of a plan."""
    found = {category: _digest(category, data) for category, data in facts(plan).items()}
    return Fingerprints(rule=RULE, **found)


def _digest(category: Category, data: dict[str, Any]) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(f"flowspec fingerprint {RULE} {category}\n{text}".encode()).hexdigest()
