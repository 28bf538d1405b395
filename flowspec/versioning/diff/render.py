"""What changed, as people read it: a summary in the manner of a plan, and every finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import get_args

from flowspec.diagnostics.cells import shown, width
from flowspec.diagnostics.paint import Paint, Role, plain
from flowspec.diagnostics.text import field, note, place
from flowspec.versioning.diff.diff import Diff
from flowspec.versioning.diff.finding import Finding, Section, Sign
from flowspec.versioning.diff.promise import Promise

_COLOURS: dict[Sign, Role] = {"+": "note", "~": "warning", "-": "error"}
_ORDER: tuple[Section, ...] = get_args(Section)
_LONGEST = 90


def render(found: Diff, promise: Promise, paint: Paint = plain) -> str:
    """A summary, every finding with its places in both versions, and what follows.

    Args:
        found: What changed.
        promise: What must not be broken.
        paint: Gives words a colour.

    Returns:
        The text, with a line break at its end.
    """
    if not found.findings:
        return f"{_head(found, paint)}\n\nnothing changed\n"
    parts = [_head(found, paint), *_sections(found.findings, paint)]
    parts += [_finding(one, promise, paint) for one in found.findings]
    return "\n\n".join([*parts, _end(found, promise, paint)]) + "\n"


def _head(found: Diff, paint: Paint) -> str:
    old, new = found.old, found.new
    name = old.plan.name if old.plan.name == new.plan.name else f"{old.plan.name} → {new.plan.name}"
    versions = " → ".join(dict.fromkeys([old.plan.version, new.plan.version]))
    title = paint("message", field(f"{name} {versions}"))
    return f"{title}\n  old  {field(old.name)}\n  new  {field(new.name)}"


def _sections(findings: Sequence[Finding], paint: Paint) -> Iterator[str]:
    for section in _ORDER:
        rows = [one for one in findings if one.section == section]
        if rows:
            yield "\n".join([section, *_table(rows, paint)])


def _table(rows: Sequence[Finding], paint: Paint) -> Iterator[str]:
    subjects = [shown(one.subject) for one in rows]
    widths = max(map(width, subjects)), max(len(one.id) for one in rows)
    for one, subject in zip(rows, subjects, strict=True):
        cells = [subject + " " * (widths[0] - width(subject)), one.id.ljust(widths[1])]
        line = "  ".join([*cells, _short(one.detail)]).rstrip()
        yield f"  {paint(_COLOURS[one.sign], one.sign)} {line}"


def _finding(found: Finding, promise: Promise, paint: Paint) -> str:
    level = promise.level(found)
    spans = [span for span in (found.old, found.new) if span is not None]
    gutter = " " * max((len(str(span.line)) for span in spans), default=1)
    lines = [f"{paint(level, f'{level}[{found.id}]')}: {paint('message', field(found.message))}"]
    for span in spans:
        lines += place(span, gutter, level, paint)
    if found.help is not None:
        lines.append(note("help", found.help, gutter, paint))
    return "\n".join(lines)


def _end(found: Diff, promise: Promise, paint: Paint) -> str:
    return "\n".join([_weights(found), _step(found), _promise(found, promise, paint)])


def _weights(found: Diff) -> str:
    variables, sizes = found.weights, found.parameters
    had = [part.kept + part.changed + part.removed for part in (variables, sizes)]
    text = f"kept {variables.kept} of {had[0]} variables ({sizes.kept:,} of {had[1]:,} parameters)"
    rest = {"changed": variables.changed, "added": variables.added, "removed": variables.removed}
    return ", ".join([text, *(f"{count} {word}" for word, count in rest.items() if count)])


def _step(found: Diff) -> str:
    if found.bump == "none":
        return "the version need not change"
    smallest = found.smallest_version
    return f"smallest honest step of the version: {found.bump}" + (
        f", to {smallest}" if smallest else ""
    )


def _promise(found: Diff, promise: Promise, paint: Paint) -> str:
    broken = Counter(one.category for one in promise.broken(found.findings))
    if not broken:
        kept = ", ".join(sorted(promise.categories, key=_rank)) or "nothing"
        return f"no promise is broken ({kept} promised)"
    told = ", ".join(f"{category} ({count})" for category, count in broken.items())
    return f"{paint('error', 'broken')}: {told}"


def _rank(category: str) -> int:
    return ("callers", "weights", "numbers", "training").index(category)


def _short(text: str) -> str:
    return shown(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…")
