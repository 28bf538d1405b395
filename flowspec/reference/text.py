"""Pages as plain text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from textwrap import fill, indent

from flowspec.diagnostics.rules import Rule
from flowspec.reference.keys import KeyPage
from flowspec.reference.kinds import PLACES, KindPage, Option
from flowspec.reference.lookup import Page
from flowspec.reference.words import listed
from flowspec.versioning.diff.rules import DiffRule

WIDTH = 88
"""Columns of a paragraph."""

_LINK = re.compile(r"\[([^\]]+)\]\([^)]*\)")


def page_text(page: Page) -> str:
    """A page as text, without a line break at its end."""
    match page:
        case Rule():
            parts = _rule(page)
        case DiffRule():
            parts = _diff_rule(page)
        case KindPage():
            parts = _kind(page)
        case KeyPage():
            parts = _key(page)
    return plain("\n\n".join(filter(None, parts)))


def plain(markdown: str) -> str:
    """Markdown without its links."""
    return _LINK.sub(r"\1", markdown)


def _rule(rule: Rule) -> Iterator[str]:
    yield f"{rule.slug}: {rule.title}"
    yield fill(rule.meaning, WIDTH)
    yield f"For example:\n\n{indent(rule.example, '    ')}"
    yield fill(f"What to do: {rule.mend}", WIDTH)


def _diff_rule(rule: DiffRule) -> Iterator[str]:
    yield f"{rule.id}: {rule.title}"
    yield fill(rule.meaning, WIDTH)
    yield f"A rule of `flowspec diff`; category {rule.category}, severity {rule.severity}."
    yield f"It is retired: `{rule.successor}` took its place." if rule.successor else ""


def _kind(page: KindPage) -> Iterator[str]:
    yield f"{page.role} `{page.kind}`: {PLACES[page.group]}"
    yield page.about
    yield page.facts
    yield _options(page.options)
    yield f"Examples:\n\n{indent(page.examples, '    ')}"


def _options(options: Iterable[Option]) -> str:
    texts = [_entry(option.name, option.type, option.default, option.meaning) for option in options]
    return "Options:\n\n" + "\n".join(texts) if texts else "It has no options."


def _key(page: KeyPage) -> Iterator[str]:
    yield f"Key `{page.path}`: {page.meaning}"
    yield f"{page.type}; {_default(page.default)}."
    if page.kinds:
        yield f"Kinds: {listed(page.kinds)}; `flowspec explain KIND` describes each."
    if page.keys:
        yield f"Keys: {listed(page.keys)}."


def _entry(name: str, words: str, default: str, meaning: str) -> str:
    return f"  {name}: {words}; {_default(default)}\n      {meaning}"


def _default(words: str) -> str:
    return f"default {words}" if words else "required"
