"""The box of a transform: the interval around zero outside which it is the identity."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Box:
    """The interval from minus `bound` to `bound`.

    `keys` lead from the node that has the box to the option that says how large it is.
    """

    bound: float
    keys: tuple[str, ...]

    def below(self, key: str) -> Box:
        """The same box, seen from the node around the one that has it."""
        return replace(self, keys=(key, *self.keys))
