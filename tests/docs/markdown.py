"""What the tests need to know of Markdown: fenced blocks, headings, links, tables."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARKER = re.compile(r"<!-- (file|fragment of): (\S+) -->\n\Z")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block, and the comment right before it.

    `<!-- file: NAME -->` makes it a file of that name; `<!-- fragment of: WHAT -->` says what a
    piece of a spec belongs to.
    """

    page: Path
    line: int
    language: str
    text: str
    file: str | None = None
    fragment_of: str | None = None

    def __str__(self):
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(page):
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        marker = _MARKER.search(text[: match.start()])
        role, value = marker.groups() if marker else ("", "")
        block = Block(
            page=page,
            line=text.count("\n", 0, match.start(2)) + 1,
            language=match[1],
            text=match[2],
            file=value if role == "file" else None,
            fragment_of=value if role == "fragment of" else None,
        )
        found.append(block)
    return found


def prose(page):
    """The page without its fenced blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page):
    """The addresses of the page's headings, as GitHub makes them."""
    seen = Counter()
    found = set()
    for heading in _HEADING.findall(prose(page)):
        words = re.sub(r"[^\w\- ]", "", re.sub(r"\]\([^)]*\)", "", heading).lower())
        anchor = words.strip().replace(" ", "-")
        found.add(f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor)
        seen[anchor] += 1
    return found


def links(page):
    return _LINK.findall(prose(page))


def section(page, heading):
    """What stands under a heading, up to the next one of any level."""
    text = page.read_text(encoding="utf-8")
    found = re.search(rf"^#+ +{re.escape(heading)}$\n(.*?)(?=^#+ |\Z)", text, re.M | re.S)
    assert found, f"{page.name} has no heading {heading!r}"
    return found[1]


def table_rows(text):
    """The rows of every table by the first cell's code, `| `key` | … |`."""
    return {match[1]: match[0] for match in re.finditer(r"^\| `([^`]+)` \|.*$", text, re.M)}
