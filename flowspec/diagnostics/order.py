"""The order in which diagnostics are told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flowspec.diagnostics.diagnostic import Diagnostic

MOST = 50
"""How many diagnostics of one spec are told."""


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics by file, line and column; those without a place first."""
    return sorted(diagnostics, key=_place)


def first(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics up to a limit, and how many more there are."""
    more = len(diagnostics) - MOST
    told = list(diagnostics[:MOST])
    return [*told, Diagnostic(slug="more-faults", message=f"and {more} more")] if more > 0 else told


def _place(diagnostic: Diagnostic) -> tuple[str, int, int]:
    span = diagnostic.span
    return (span.file, span.line, span.column) if span else ("", 0, 0)
