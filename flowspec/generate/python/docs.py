"""Docstrings and comments of the generated module."""

from __future__ import annotations

import re
import sys
import textwrap
from typing import Any

WIDTH = 100

_QUOTED = re.compile(r"`[^`]+`")


def of_kind(kind: Any) -> str:
    """What the file of a kind says of its mathematics; not when to prefer it."""
    return mathematics(sys.modules[type(kind).__module__].__doc__ or "")


def mathematics(docstring: str) -> str:
    """A docstring without the advice for those who write specs."""
    return "\n\n".join(
        part.strip() for part in docstring.split("\n\n") if not part.startswith("Prefer")
    )


def docstring(text: str, indent: int = 0) -> str:
    """A text as a docstring, its paragraphs filled anew."""
    safe = text.replace("\\", "\\\\").replace('"""', r"\"\"\"")
    first, *rest = safe.split("\n\n")
    if not rest:
        # The quotes at the end stand behind the last word.
        return _filled(f'"""{first}"""', indent)
    space = " " * indent
    parts = [_filled(f'"""{first}', indent), *(_filled(part, indent) for part in rest)]
    return f"\n\n{space}".join(parts) + f'\n{space}"""'


def comment(text: str) -> str:
    """A text as comment lines."""
    lines = "\n\n".join(_filled(part, 2) for part in text.split("\n\n")).splitlines()
    return "\n".join(f"# {line.strip()}".rstrip() for line in lines)


def _filled(paragraph: str, indent: int) -> str:
    """A paragraph filled anew; one with indented lines line by line."""
    is_list = paragraph.startswith(" ") or "\n " in paragraph
    pieces = paragraph.splitlines() if is_list else [" ".join(paragraph.split())]
    lines = [line for piece in pieces for line in _wrapped(piece, WIDTH - indent)]
    return f"\n{' ' * indent}".join(lines)


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of a text, as deep as its first; what stands between backquotes is not broken."""
    whole = _QUOTED.sub(lambda found: found[0].replace(" ", "\0"), text)
    depth = " " * (len(text) - len(text.lstrip()))
    lines = textwrap.wrap(
        whole, width, subsequent_indent=depth, break_long_words=False, break_on_hyphens=False
    )
    return [line.replace("\0", " ") for line in lines]
