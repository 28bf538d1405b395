"""What stands between the values of a YAML text: white space and comments."""

from __future__ import annotations

import re

COMMENT = re.compile(r"""(?<![^\s"'\]\[{},])#[^\r\n]*""")
_GAP = re.compile(rf"(?:[ \t\r\n]+|{COMMENT.pattern})*")


def gap_end(text: str, offset: int) -> int:
    """Where white space and comments end that begin at an offset."""
    found = _GAP.match(text, offset)
    return found.end() if found else offset
