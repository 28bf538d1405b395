"""What changed between two versions of a flow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flowspec.diagnostics import Span
from flowspec.records import CATEGORIES, Category
from flowspec.spec.load import Source
from flowspec.versioning.diff.bump import bump_of
from flowspec.versioning.diff.compare import changes
from flowspec.versioning.diff.finding import Change, Finding, findings
from flowspec.versioning.diff.pairing import Pairing
from flowspec.versioning.diff.rules import TOUCHED
from flowspec.versioning.diff.side import Side
from flowspec.versioning.diff.sources import read_side
from flowspec.versioning.semver import Bump, Version, honest


@dataclass(frozen=True)
class Weights:
    """How many of the old weights carry over, in variables or in parameters.

    Attributes:
        kept: Of the old version, as they are, be it under another path.
        changed: Of the old version, that have another shape or dtype.
        added: Of the new version alone.
        removed: Of the old version alone.
    """

    kept: int
    changed: int
    added: int
    removed: int

    def as_data(self) -> dict[str, int]:
        """The four numbers by name."""
        return {"kept": self.kept, "changed": self.changed, "added": self.added,
                "removed": self.removed}  # fmt: skip


@dataclass(frozen=True)
class Diff:
    """What changed between two versions of a flow.

    Attributes:
        old: The old version.
        new: The new version.
        findings: What changed, by category, what matters most first.
        bump: The smallest honest step from the old version.
        weights: How many variables carry over.
        parameters: How many parameters carry over; those that changed are counted as the old ones.
    """

    old: Side
    new: Side
    findings: tuple[Finding, ...]
    bump: Bump
    weights: Weights
    parameters: Weights

    @property
    def smallest_version(self) -> str | None:
        """The smallest version that is honest; None where the old one is no semantic version."""
        return _smallest(Version.parse(self.old.plan.version), self.bump)

    def as_data(self) -> dict[str, Any]:
        """The form of `--json`."""
        return {
            "old": _side(self.old),
            "new": _side(self.new),
            "findings": [_finding(found) for found in self.findings],
            "bump": self.bump,
            "smallest_version": self.smallest_version,
            "weights": self.weights.as_data(),
            "parameters": self.parameters.as_data(),
        }


def diff(
    old: Source, new: Source, overrides: Sequence[str] = (), *, check_version: bool = False
) -> Diff:
    """What changed between two versions of a flow, without TensorFlow.

    Args:
        old: A spec file, a bundle, `git:REV:path`, a map, or a `Spec`.
        new: The same.
        overrides: Changes of the new one such as `layers.0.repeat=8`, applied before validation.
        check_version: Whether a version of the new one that says less than what changed is a
            finding too.

    Raises:
        SpecError: A spec is not valid.
        BundleError: A bundle cannot be read.
        UsageError: A source cannot be found, or the spec of a bundle is to be changed.
    """
    sides = read_side(old), read_side(new, overrides)
    return compare(*sides, check_version=check_version)


def compare(old: Side, new: Side, *, check_version: bool = False) -> Diff:
    """What changed between two versions that were read.

    Args:
        old: The old version.
        new: The new version.
        check_version: As of `diff`.
    """
    pairing = Pairing(old.plan, new.plan)
    differing: frozenset[Category] = frozenset(
        category for category in CATEGORIES
        if old.fingerprints.of(category) != new.fingerprints.of(category)
    )  # fmt: skip
    found = list(findings(changes(pairing, differing), old, new))
    bump = bump_of((one.rule for one in found), old.plan.version)
    if check_version:
        found += findings(_too_low(old, new, bump), old, new)
    found.sort(key=lambda one: TOUCHED.index(one.category))
    return Diff(old, new, tuple(found), bump, *_carried(pairing))


def _carried(pairing: Pairing) -> tuple[Weights, Weights]:
    """How many variables carry over, and how many parameters."""
    old = {variable.path: variable for variable in pairing.old.variables}
    new = {variable.path: variable for variable in pairing.new.variables}
    pairs = [(old[was], new[path]) for path, was in pairing.variables.items()]
    kept = [a for a, b in pairs if (a.shape, a.dtype) == (b.shape, b.dtype)]
    changed = [a for a, b in pairs if (a.shape, a.dtype) != (b.shape, b.dtype)]
    had = set(pairing.variables.values())
    added = [variable for path, variable in new.items() if path not in pairing.variables]
    removed = [variable for path, variable in old.items() if path not in had]
    groups = (kept, changed, added, removed)
    sizes = [sum(variable.size for variable in group) for group in groups]
    return Weights(*map(len, groups)), Weights(*sizes)


def _too_low(old: Side, new: Side, bump: Bump) -> list[Change]:
    """A change where the new version says less than what changed."""
    before, after = Version.parse(old.plan.version), Version.parse(new.plan.version)
    if before is not None and after is not None and honest(before, after, bump):
        return []
    smallest = _smallest(before, bump)
    needed = f"{smallest} or higher" if smallest else "a semantic version before and after"
    return [
        Change(
            rule="version-too-low", section="docs", sign="~", subject="version",
            says="the version says less than what changed",
            detail=f"{old.plan.version} → {new.plan.version} instead of {needed}",
            old=("version",), new=("version",),
        )
    ]  # fmt: skip


def _smallest(old: Version | None, bump: Bump) -> str | None:
    return None if old is None else str(old if bump == "none" else old.after(bump))


def _side(side: Side) -> dict[str, Any]:
    plan, found = side.plan, side.fingerprints
    return {"source": side.name, "name": plan.name, "version": plan.version,
            "fingerprints": found.model_dump()}  # fmt: skip


def _finding(found: Finding) -> dict[str, Any]:
    return {
        "id": found.id,
        "category": found.category,
        "severity": found.severity,
        "message": found.message,
        "old": _place(found.old),
        "new": _place(found.new),
    }


def _place(span: Span | None) -> dict[str, Any] | None:
    return span and {"file": span.file, "line": span.line, "column": span.column}
