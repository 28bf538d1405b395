"""Writes the reference of every kind, `docs/kinds.md`, and the JSON Schema.

    python docs/kinds.py

Both come from the catalogue, by way of `flowspec.reference` and `flowspec.spec`. TensorFlow is not
needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from flowspec.catalog import FAMILIES
from flowspec.reference import PLACES, KindPage, Option, kind_pages
from flowspec.spec import schema_text

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "kinds.md"
SCHEMA = ROOT / "flowspec" / "spec" / "flowspec.schema.json"

HEAD = """\
# Kinds

<!-- Written by docs/kinds.py from the catalogue; `make docs` writes it anew. -->

A node of a spec that has variants says which by `kind:`. These are all kinds there are, with all
their options; an option without a default must be given. [The language](language.md) tells what
stands around them.

Letters in shapes: B batch, S draws, D event features, C context features, H hidden units, K bins,
P raw parameters per feature, N rows (B, or B·S where there are several draws a row). The revision
of a kind is raised when its mathematics change.
"""


def page() -> str:
    """The reference as Markdown."""
    sections = [_head()]
    for group, pages in kind_pages().items():
        sections += _group(group, pages)
    return "\n\n".join(sections) + "\n"


def _head() -> str:
    lines = [HEAD]
    for group, pages in kind_pages().items():
        links = ", ".join(f"[`{page.kind}`]({_anchor(page)})" for page in pages)
        name, anchor = _title(group)
        lines.append(f"- [{name}](#{anchor}): {links}")
    return "\n".join(lines)


def _title(group: str) -> tuple[str, str]:
    """The heading of a group and its address on the page."""
    return (group, group) if group in FAMILIES else (f"training: {group}", f"training-{group}")


def _group(group: str, pages: tuple[KindPage, ...]) -> Iterator[str]:
    name, _ = _title(group)
    yield f"## {name.capitalize()}"
    family = FAMILIES.get(group)
    about = (family.base.__doc__ or "").partition("\n")[0].partition(". ")[0] if family else ""
    yield f"{about.rstrip('.')}. {PLACES[group]}" if about else PLACES[group]
    for page in pages:
        yield f"### {page.role} `{page.kind}`"
        yield page.about
        if page.facts:
            yield page.facts
        yield _options(page.options)
        yield f"<!-- fragment of: {group} -->\n```yaml\n{page.examples}\n```"


def _options(options: tuple[Option, ...]) -> str:
    """The table of options; a sentence where there are none."""
    if not options:
        return "It has no options."
    rows = ["| option | type | default | meaning |", "|---|---|---|---|"]
    for option in options:
        cells = (f"`{option.name}`", option.type, option.default, option.meaning)
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(rows)


def _anchor(page: KindPage) -> str:
    """The address of a kind on the page, as GitHub makes it."""
    return f"#{page.role.lower()}-{page.kind}"


def main() -> None:
    """Write the page and the schema."""
    PAGE.write_text(page(), encoding="utf-8")
    SCHEMA.write_text(schema_text(), encoding="utf-8")


if __name__ == "__main__":
    main()
