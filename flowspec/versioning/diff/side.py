"""One side of a comparison: a plan, and where its spec says what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from flowspec.diagnostics import Span
from flowspec.plan import plan
from flowspec.plan.fingerprint import fingerprints
from flowspec.records import Fingerprints, Plan, SpecPath
from flowspec.source import Node
from flowspec.spec import Spec


@dataclass(frozen=True)
class Side:
    """A version of a flow.

    Attributes:
        name: What the user calls it: a file, a bundle, `git:HEAD:policy.yaml`.
        plan: Its plan.
        source: Its spec with positions; None where it came from no text.
    """

    name: str
    plan: Plan
    source: Node | None = None

    @classmethod
    def of_spec(cls, name: str, spec: Spec) -> Side:
        """The side that a validated spec is.

        Raises:
            SpecError: If its parts do not fit together.
        """
        return cls(name, plan(spec), spec.source)

    @cached_property
    def fingerprints(self) -> Fingerprints:
        """Those of the plan."""
        return fingerprints(self.plan)

    def span(self, path: Sequence[str | int] | None, *, key: bool = False) -> Span | None:
        """Where the value at a path of the spec stands, or else what is around it.

        Args:
            path: The path; None leads nowhere.
            key: Whether the key of the value is meant.
        """
        if path is None or self.source is None:
            return None
        node = self.source.find(path)
        return (node.key_span or node.span) if key else node.span


Place = tuple[SpecPath, bool]
"""A path of the spec, and whether the key there is meant instead of the value."""
