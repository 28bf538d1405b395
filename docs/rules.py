"""Writes the reference of the rules of `flowspec diff`, `docs/rules.md`, from the package.

python docs/rules.py
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flowspec.versioning.diff.rules import DIFF_RULES, TOUCHED, DiffRule

PAGE = Path(__file__).resolve().parent / "rules.md"

HEAD = """\
# Rules of `flowspec diff`

<!-- Written by docs/rules.py from flowspec/versioning/diff/rules; `make docs` writes it anew. -->

What [`flowspec diff`](versions.md#what-changed) finds, by the category that it touches. An error
breaks what its category promises; warnings and notes do not. Ids do not change and are never used
again; `flowspec explain ID` shows the same.
"""

CATEGORIES = {
    "callers": "What callers see: names, shapes, dtypes, ranges",
    "weights": "Whether trained weights load",
    "numbers": "Whether the same weights give the same answers",
    "training": "How the weights come about",
    "docs": "What is written for people",
}


def page() -> str:
    """The reference as Markdown."""
    sections = [HEAD.rstrip("\n")]
    for category in TOUCHED:
        rules = [rule for rule in DIFF_RULES.values() if rule.category == category]
        sections.append(f"## {category}")
        sections.append(f"{CATEGORIES[category]}.")
        for rule in rules:
            sections += _rule(rule)
    return "\n\n".join(sections) + "\n"


def _rule(rule: DiffRule) -> Iterator[str]:
    yield f"### {rule.id}"
    yield f"*{rule.severity.capitalize()}.* {rule.title} {rule.meaning}"
    if rule.successor is not None:
        yield f"Retired: [`{rule.successor}`](#{rule.successor}) took its place."


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
