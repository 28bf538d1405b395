"""The order in which diagnostics are told."""

from __future__ import annotations

from collections.abc import Iterable

from flowspec.diagnostics.diagnostic import Diagnostic


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Diagnostics by file, line and column; those without a place first."""
    return sorted(diagnostics, key=_place)


def _place(diagnostic: Diagnostic) -> tuple[str, int, int]:
    span = diagnostic.span
    return (span.file, span.line, span.column) if span else ("", 0, 0)
