"""Values as Python writes them."""

from __future__ import annotations

import textwrap
from typing import Any

_WIDTH = 92


class Verbatim(str):
    """A text that is Python already."""

    def __repr__(self) -> str:
        return str(self)


def literal(value: Any) -> str:
    """The value; where a long tuple has several items on a line, it is to be left so."""
    text = _text(value)
    return f"{text}  # fmt: skip" if "\n" in text else text


def _text(value: Any) -> str:
    flat = repr(value)
    if not isinstance(value, tuple) or len(flat) <= _WIDTH:
        return flat
    items = [f"{_text(one)}," for one in value]
    is_row = not any(isinstance(one, tuple) for one in value)
    lines = textwrap.wrap(" ".join(items), _WIDTH) if is_row else items
    return f"(\n{textwrap.indent(chr(10).join(lines), '    ')}\n)"
