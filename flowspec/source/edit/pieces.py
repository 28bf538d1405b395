"""The values of a YAML text as they are written, and where they begin and end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

MERGE_KEY = "<<"


@dataclass(slots=True, eq=False)
class Piece:
    """A value as it is written; offsets count characters from the beginning of the text.

    Attributes:
        shape: What it is.
        style: Of a scalar its quotes or block sign, empty where it is plain; of a map or list
            `{` or `[`, empty in block style, `:` for a lone pair that is an item of a list.
        start: Where it begins, anchor and tag included.
        content: Where it begins without them.
        end: Where it ends.
        text: What a scalar says.
        entries: What a map or list holds.
        target: The anchored value that an alias repeats.
    """

    shape: Literal["scalar", "map", "list", "alias"]
    style: str
    start: int
    content: int
    end: int
    text: str = ""
    entries: list[Entry] = field(default_factory=list["Entry"])
    target: Piece | None = None
    _by_key: dict[str, Entry] = field(default_factory=dict[str, "Entry"])

    def entry(self, key: str) -> Entry | None:
        """The entry of a key that is no merge key."""
        if not self._by_key:
            self._by_key = {one.key.text: one for one in self.entries if one.key and not one.merges}
        return self._by_key.get(key)

    @property
    def whole(self) -> Piece:
        """The value itself, where this is an alias of it."""
        return self.target or self

    @property
    def is_block(self) -> bool:
        """Whether it is a map or list in block style, or a scalar in block style."""
        if self.shape in ("map", "list"):
            return not self.style
        return self.style in ("|", ">") and self.shape == "scalar"


@dataclass(slots=True, eq=False)
class Entry:
    """An item of a list, or a key of a map with its value.

    Attributes:
        start: Where it begins, `- ` and `? ` included.
        key: The key; None in a list.
        value: The value.
    """

    start: int
    key: Piece | None
    value: Piece

    @property
    def merges(self) -> bool:
        """Whether its key is the merge key."""
        return self.key is not None and self.key.text == MERGE_KEY and not self.key.style

    @property
    def end(self) -> int:
        """Where it ends."""
        return max(self.value.end, self.key.end if self.key else 0)
