"""Values as Python writes them."""

from __future__ import annotations

import textwrap
from typing import Any

_WIDTH = 92


def literal(value: Any) -> str:
    """The value; a long tuple of numbers with several on a line."""
    if not isinstance(value, tuple):
        return repr(value)
    flat = " ".join(f"{one!r}," for one in value)
    if len(flat) <= _WIDTH:
        return repr(value)
    lines = textwrap.wrap(flat, _WIDTH)
    return "(\n    " + "\n    ".join(lines) + "\n)  # fmt: skip"
