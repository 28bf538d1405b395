"""Texts of a spec as pieces of other languages: none can end the piece it is put into.

Descriptions, fields and labels are whatever their author typed. First they become one line of
printable characters; then each language has its own way to hold such a line.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Sequence

_WIDTH = 92
_SHOWN = 12
_MARKUP = re.compile(r"([\\`*_{}\[\]<>()#!|~$&@^])")
_BULLET = re.compile(r"^(\d+(?=[.)](?: |$))|(?=[-+=]))")
_PLAIN = re.compile(r"[^\w \-.,()=+/×]", re.ASCII)


def line(text: str) -> str:
    """The text on one line; what is not printable, turning the direction too, is escaped."""
    folded = " ".join(text.split())
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in folded)


def listed(texts: Sequence[str]) -> str:
    """Several texts, separated by commas, the first dozen of them."""
    shown = ", ".join(map(line, texts[:_SHOWN]))
    more = len(texts) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown


def docstring(text: str, indent: int = 0, first: int = 0) -> str:
    """Inside a docstring of Python, wrapped.

    Args:
        text: The text.
        indent: The spaces before all lines but the first.
        first: The characters before the first line.
    """
    escaped = line(text).replace("\\", "\\\\")
    if '"""' in escaped or escaped.endswith('"'):
        escaped = escaped.replace('"', r"\"")
    return textwrap.fill(
        escaped, _WIDTH, initial_indent=" " * first, subsequent_indent=" " * indent,
        break_long_words=False, break_on_hyphens=False,
    )[first:]  # fmt: skip


def python(value: object) -> str:
    """A literal of Python; what is not printable is escaped."""
    return repr(value)


def quoted(text: str) -> str:
    """A string in double quotes, as JSON, YAML and protobuf's text format read it."""
    return json.dumps(line(text), ensure_ascii=False)


def markdown(text: str) -> str:
    """Inside a paragraph or a cell of Markdown."""
    escaped = _MARKUP.sub(r"\\\1", line(text))
    return _BULLET.sub(r"\1\\", escaped, count=1)


def mermaid(text: str) -> str:
    """Inside the quotes of a label in a Mermaid diagram."""
    return _PLAIN.sub(lambda found: f"#{ord(found[0])};", line(text))


FILTERS = {
    "docstring": docstring,
    "line": line,
    "listed": listed,
    "markdown": markdown,
    "mermaid": mermaid,
    "python": python,
    "quoted": quoted,
}
