"""Diagnostics as plain data: the form of `--json`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from flowspec.diagnostics.diagnostic import Diagnostic


def as_data(diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Diagnostics as plain data.

    Args:
        diagnostics: What is wrong.

    Returns:
        For each a map with `slug`, `message` and `severity` and, where they are known, `span`
        (`file`, `line`, `column`, `text`, `length`), `path`, `expected`, `got`, `nearest` and
        `help`. What is not known is left out.
    """
    return [
        {key: value for key, value in asdict(diagnostic).items() if value is not None}
        for diagnostic in diagnostics
    ]
