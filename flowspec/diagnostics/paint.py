"""Colours of diagnostics, for terminals that want them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeAlias

Role: TypeAlias = Literal["error", "warning", "note", "message", "frame"]
Paint: TypeAlias = Callable[[Role, str], str]

_CODES: dict[Role, str] = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "message": "1",
    "frame": "1;34",
}


def plain(role: Role, text: str) -> str:
    """The text as it is."""
    return text


def ansi(role: Role, text: str) -> str:
    """The text in the colour of its role, by ANSI escapes."""
    return f"\x1b[{_CODES[role]}m{text}\x1b[0m"
