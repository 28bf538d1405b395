"""Diagnostics as SARIF 2.1.0, which code hosts and editors show beside the lines.

References: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", 2020,
https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flowspec.diagnostics.diagnostic import Diagnostic
from flowspec.diagnostics.rules import RULES
from flowspec.diagnostics.span import Span

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

Findings = Mapping[str, Sequence[Diagnostic]]
"""Diagnostics by the file that was looked at."""


def sarif(findings: Findings, version: str) -> dict[str, Any]:
    """A SARIF log of one run.

    A diagnostic that stands in no file, such as one in an override, is located in the file that
    was looked at, without a region. Files below the working folder have relative addresses.

    Args:
        findings: Diagnostics by the file that was looked at.
        version: The version of flowspec.

    Returns:
        The log as plain data.
    """
    slugs = sorted({found.slug for every in findings.values() for found in every})
    results = [
        _result(found, file, slugs.index(found.slug))
        for file, every in findings.items()
        for found in every
    ]
    return log(list(map(_rule, slugs)), list(findings), results, version)


def log(
    rules: Sequence[Mapping[str, Any]], files: Sequence[str], results: Sequence[Mapping[str, Any]],
    version: str,
) -> dict[str, Any]:  # fmt: skip
    """A log of one run.

    Args:
        rules: The rules that results name by their place in this list.
        files: What was looked at.
        results: What was found.
        version: The version of flowspec.

    Returns:
        The log as plain data.
    """
    driver = {"name": "flowspec", "semanticVersion": version, "rules": list(rules)}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "artifacts": [{"location": {"uri": uri(file)}} for file in files],
        "results": list(results),
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def region(span: Span) -> dict[str, Any]:
    """The piece of a file that a span is, with its text."""
    found: dict[str, Any] = {
        "startLine": span.line,
        "startColumn": span.column,
        "endColumn": span.column + max(span.length, 1),
    }
    start = span.column - 1
    text = span.text[start : start + span.length]
    if text:
        found["snippet"] = {"text": text}
    return found


def uri(file: str) -> str:
    """The address of a file: relative to the working folder where the file is in it."""
    path, here = Path(file), Path.cwd()
    if not path.is_absolute():
        return _quoted(path)
    return _quoted(path.relative_to(here)) if path.is_relative_to(here) else path.as_uri()


def _rule(slug: str) -> dict[str, Any]:
    rule = RULES[slug]
    return {
        "id": slug,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.meaning},
        "help": {"text": rule.mend},
    }


def _result(found: Diagnostic, file: str, index: int) -> dict[str, Any]:
    return {
        "ruleId": found.slug,
        "ruleIndex": index,
        "level": found.severity,
        "message": {"text": _message(found)},
        "locations": [_location(found, file)],
    }


def _message(found: Diagnostic) -> str:
    nearest = None if found.nearest is None else f"did you mean `{found.nearest}`?"
    notes = {"expected": found.expected, "got": found.got, "nearest": nearest, "help": found.help}
    told = (f"{label}: {note}" for label, note in notes.items() if note is not None)
    return "\n".join([found.message, *told])


def _location(found: Diagnostic, file: str) -> dict[str, Any]:
    span = found.span
    named = [{"fullyQualifiedName": found.path, "kind": "member"}] if found.path else []
    logical: dict[str, Any] = {"logicalLocations": named} if named else {}
    if span is None or not _is_file(span, file):
        return {"physicalLocation": {"artifactLocation": {"uri": uri(file)}}, **logical}
    physical = {"artifactLocation": {"uri": uri(span.file)}, "region": region(span)}
    return {"physicalLocation": physical, **logical}


def _is_file(span: Span, file: str) -> bool:
    """Whether the text of a span is that of a file, and not that of an override."""
    return span.file == file or Path(span.file).is_file()


def _quoted(path: Path) -> str:
    return quote(os.fsencode(path.as_posix()))
