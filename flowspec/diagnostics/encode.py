"""Diagnostics as plain data: the form of `--json`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from flowspec.diagnostics.diagnostic import Diagnostic

LONGEST_LINE = 1000
"""Characters of a line that is given whole."""


def as_data(diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Diagnostics as plain data.

    Args:
        diagnostics: What is wrong.

    Returns:
        For each a map with `slug`, `message` and `severity` and, where they are known, `span`
        (`file`, `line`, `column`, `text`, `length`), `path`, `expected`, `got`, `nearest` and
        `help`. What is not known is left out, and so is the text of a very long line.
    """
    return list(map(_as_data, diagnostics))


def _as_data(diagnostic: Diagnostic) -> dict[str, Any]:
    data = {key: value for key, value in asdict(diagnostic).items() if value is not None}
    if diagnostic.span is not None and len(diagnostic.span.text) > LONGEST_LINE:
        del data["span"]["text"]
    return data
