"""Collects what is wrong with a spec while it is planned, so that all is told at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flowspec.diagnostics import Diagnostic, SpecError, first, in_order
from flowspec.spec import Spec


class Problems:
    """The problems found so far, each pointing at its place in the spec's file."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._found: dict[tuple[str, str, tuple[str | int, ...]], Diagnostic] = {}

    def report(
        self, slug: str, message: str, source: Sequence[str | int], *, key: bool = False,
        **details: Any,
    ) -> None:  # fmt: skip
        """File a problem at a place; the same one at the same place counts once.

        `key` points at the node's key instead of its value.
        """
        diagnostic = Diagnostic(
            slug=slug,
            message=message,
            span=self._spec.span(source, key=key),
            path=".".join(map(str, source)),
            **details,
        )
        self._found.setdefault((slug, message, tuple(source)), diagnostic)

    def refused(self, key: str) -> bool:
        """Whether there is an error below a key at the top."""
        return any(
            diagnostic.severity == "error" and source[:1] == (key,)
            for (_, _, source), diagnostic in self._found.items()
        )

    def finish(self) -> tuple[Diagnostic, ...]:
        """The warnings, those of reading the spec too.

        Raises:
            SpecError: If there are errors; it holds the warnings too.
        """
        ordered = first(in_order([*self._spec.warnings, *self._found.values()]))
        if any(diagnostic.severity == "error" for diagnostic in ordered):
            raise SpecError(*ordered)
        return tuple(ordered)
