"""Findings as SARIF 2.1.0, for code review: at the new version, with the old one beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flowspec.diagnostics import Span
from flowspec.diagnostics.sarif import log, region, uri
from flowspec.versioning.diff.diff import Diff
from flowspec.versioning.diff.finding import Finding
from flowspec.versioning.diff.promise import Promise
from flowspec.versioning.diff.rules import DIFF_RULES
from flowspec.versioning.git import GIT, parse


def sarif(diffs: Sequence[Diff], promise: Promise, version: str) -> dict[str, Any]:
    """A SARIF log of comparisons.

    What is no longer there is located at the beginning of the new version.

    Args:
        diffs: What changed.
        promise: What must not be broken; only what breaks it has the level `error`.
        version: The version of flowspec.
    """
    found = {one.id for each in diffs for one in each.findings}
    ids = [rule for rule in DIFF_RULES if rule in found]
    results = [
        _result(one, each, promise, ids.index(one.id)) for each in diffs for one in each.findings
    ]
    files = [_file(side.name) for each in diffs for side in (each.old, each.new)]
    return log(list(map(_rule, ids)), list(dict.fromkeys(files)), results, version)


def _rule(name: str) -> dict[str, Any]:
    rule = DIFF_RULES[name]
    return {
        "id": name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.title},
        "help": {"text": rule.meaning},
        "defaultConfiguration": {"level": rule.severity},
        "properties": {"category": rule.category},
    }


def _result(found: Finding, diff: Diff, promise: Promise, index: int) -> dict[str, Any]:
    text = found.message if found.help is None else f"{found.message}\n{found.help}"
    result: dict[str, Any] = {
        "ruleId": found.id,
        "ruleIndex": index,
        "level": promise.level(found),
        "message": {"text": text},
        "locations": [_location(found.new, diff.new.name)],
        "properties": {"category": found.category},
    }
    if found.old is not None:
        before = {"id": 1, "message": {"text": f"before, in {diff.old.name}"}}
        result["relatedLocations"] = [{**_location(found.old, diff.old.name), **before}]
    return result


def _location(span: Span | None, name: str) -> dict[str, Any]:
    if span is None or span.file.startswith("--set "):
        span = Span(name, 1, 1)
    address = {"uri": uri(_file(span.file))}
    return {"physicalLocation": {"artifactLocation": address, "region": region(span)}}


def _file(name: str) -> str:
    """The file of a source; of one in git its path there."""
    return parse(name).path if name.startswith(GIT) else name
