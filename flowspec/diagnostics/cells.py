"""What a character looks like on a terminal, and how wide it is there."""

from __future__ import annotations

import unicodedata

_TAB = "    "


def shown(text: str) -> str:
    r"""The text with everything that a terminal would obey or hide written as an escape.

    Control characters, direction marks, zero-width characters and lone surrogates become `\x1b`,
    `\u202e` and the like; a tab becomes spaces.

    Args:
        text: Any text.

    Returns:
        Text that is safe to print and occupies `width` columns.
    """
    if text.isprintable():
        return text
    return "".join(map(_shown, text))


def width(text: str) -> int:
    """How many terminal columns `shown(text)` occupies.

    Args:
        text: Any text.

    Returns:
        The number of columns: two for a wide character, none for a combining mark.
    """
    return sum(map(_width, shown(text)))


def _shown(character: str) -> str:
    if character == "\t":
        return _TAB
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")


def _width(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
