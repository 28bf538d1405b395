"""The outputs of a plan by name."""

from __future__ import annotations

from flowspec.diagnostics import Diagnostic, UsageError, nearest
from flowspec.records import OutputRecord, Plan


def output_named(plan: Plan, name: str) -> OutputRecord:
    """The output of that name.

    Raises:
        UsageError: If the flow has no such output.
    """
    known = {record.name: record for record in plan.outputs}
    if name not in known:
        raise UsageError(
            Diagnostic(
                slug="unknown-output",
                message=f"the flow has no output named `{name}`",
                expected=", ".join(known),
                nearest=nearest(name, known),
            )
        )
    return known[name]
