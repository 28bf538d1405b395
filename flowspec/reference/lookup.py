"""From a word to the pages that explain it."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from flowspec.diagnostics import Diagnostic, UsageError, nearest
from flowspec.diagnostics.rules import RULES, Rule
from flowspec.reference.keys import KeyPage, key_pages
from flowspec.reference.kinds import KindPage, kind_pages
from flowspec.versioning.diff.rules import DIFF_RULES, DiffRule

Page: TypeAlias = Rule | DiffRule | KindPage | KeyPage


@functools.cache
def topics() -> Mapping[str, tuple[Page, ...]]:
    """The pages of every topic: slugs, rules of `diff`, kinds, keys, options as `KIND.OPTION`."""
    found: dict[str, tuple[Page, ...]] = {}
    for topic, page in _named():
        found[topic] = (*found.get(topic, ()), page)
    return found


def find(word: str) -> tuple[Page, ...]:
    """The pages of a word.

    Args:
        word: A slug, a rule of `diff`, a kind, a key such as `event.support`, an option such as
            `affine.bound`, or the place of something in a spec, such as `layers.0.repeat`. The
            end of a path will do where nothing has the whole as its name.

    Raises:
        UsageError: If nothing is known by this name.
    """
    known = topics()
    for path in _paths(word):
        if pages := known.get(path) or _ending(path):
            return pages
    raise UsageError(
        Diagnostic(
            slug="unknown-topic",
            message=f"nothing is known of `{word}`",
            expected="a slug, a rule of diff, a kind, or a key such as event.support",
            nearest=nearest(word, [*known, *(topic.rpartition(".")[2] for topic in known)]),
            help="`flowspec explain` lists everything",
        )
    )


def _paths(word: str) -> Iterator[str]:
    """What a word may mean; of a place in a spec ever less from its beginning."""
    steps = [step for step in word.split(".") if not step.isdigit()]
    most = len(steps) if steps and steps[0] in key_pages() else 1
    for start in range(min(most, len(steps))):
        yield ".".join(steps[start:])


def _ending(path: str) -> tuple[Page, ...]:
    """The pages of all topics that end with a path."""
    return tuple(
        page for topic, pages in topics().items() if topic.endswith(f".{path}") for page in pages
    )


def _named() -> Iterator[tuple[str, Page]]:
    yield from RULES.items()
    yield from DIFF_RULES.items()
    for group in kind_pages().values():
        for page in group:
            yield page.kind, page
            for option in page.options:
                yield f"{page.kind}.{option.name}", page
    yield from key_pages().items()
