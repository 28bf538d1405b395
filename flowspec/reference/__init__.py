"""The reference of the language: a page for every kind, key and diagnostic, from their sources.

`flowspec explain` shows it, and the pages docs/kinds.md and docs/diagnostics.md are made of it.
"""

from flowspec.reference.keys import KeyPage, key_pages
from flowspec.reference.kinds import PLACES, KindPage, Option, kind_pages
from flowspec.reference.lookup import Page, find, topics
from flowspec.reference.text import page_text

__all__ = [
    "PLACES",
    "KeyPage",
    "KindPage",
    "Option",
    "Page",
    "find",
    "key_pages",
    "kind_pages",
    "page_text",
    "topics",
]
