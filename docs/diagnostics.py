"""Writes the reference of every diagnostic, `docs/diagnostics.md`, from the rules of the package.

python docs/diagnostics.py
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flowspec.diagnostics.rules import GROUPS, Rule

PAGE = Path(__file__).resolve().parent / "diagnostics.md"

HEAD = """\
# Diagnostics

<!-- Written by docs/diagnostics.py from flowspec/diagnostics/rules; `make docs` writes it anew. -->

What is wrong is told as diagnostics, each with a slug in brackets that names the problem and does
not change. This page explains every slug; `flowspec explain SLUG` shows the same. Examples that
are pieces of a spec stand for the keys they show, in a spec that is valid otherwise.
"""


def page() -> str:
    """The reference as Markdown."""
    sections = [_head()]
    for title, rules in GROUPS.items():
        sections.append(f"## {title}")
        for rule in rules:
            sections += _rule(rule)
    return "\n\n".join(sections) + "\n"


def _head() -> str:
    lines = [HEAD]
    for title, rules in GROUPS.items():
        links = ", ".join(f"[`{rule.slug}`](#{rule.slug})" for rule in rules)
        lines.append(f"- {title}: {links}")
    return "\n".join(lines)


def _rule(rule: Rule) -> Iterator[str]:
    yield f"### {rule.slug}"
    yield f"{rule.title}. {rule.meaning}"
    yield f"```text\n{rule.example}\n```"
    yield rule.mend


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
