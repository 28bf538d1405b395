"""A diagnostic: one problem, as a value that renderers turn into text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from flowspec.diagnostics.span import Span

Severity: TypeAlias = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One problem and where it stands.

    Attributes:
        slug: Its name in kebab case. It names the problem, not the remedy, and never changes.
        message: One sentence that stands alone, lower case, without a full stop.
        severity: Whether it stops the work.
        span: The text it is about.
        path: Its place in the spec, with dots: `layers.0.transform.kind`.
        expected: What would have been right.
        got: What was found instead.
        nearest: The valid choice closest to what was found, bare.
        help: What to do about it.
    """

    slug: str
    message: str
    severity: Severity = "error"
    span: Span | None = None
    path: str | None = None
    expected: str | None = None
    got: str | None = None
    nearest: str | None = None
    help: str | None = None
