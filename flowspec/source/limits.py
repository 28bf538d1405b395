"""How large a spec may be. A file over a limit is refused before it is expanded."""

from __future__ import annotations

from typing import Final

MAX_BYTES: Final = 1024 * 1024
"""Bytes of one file."""

MAX_DEPTH: Final = 64
"""Maps and lists inside one another, aliases expanded."""

MAX_NODES: Final = 100_000
"""Keys and values of one document, aliases expanded."""

MAX_EXTENDS: Final = 16
"""Files that one spec extends, one through the other."""

MAX_DIGITS: Final = 100
"""Characters of a number."""

SMALLER: Final = "use `repeat`, aliases or `extends` to say the same in fewer words"
"""What to do about a spec that is too large."""

MAX_PROBLEMS: Final = 50
"""Problems reported of one document."""
