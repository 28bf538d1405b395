"""The names at the top of the generated module: each stands for one thing."""

from __future__ import annotations

from collections.abc import Hashable, Iterable


class Names:
    """Gives every thing that the module defines a name of its own.

    Args:
        taken: Names that the module has anyway.
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._names: dict[Hashable, str] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._taken

    def of(self, thing: Hashable, *wanted: str) -> str:
        """The name of a thing: the first wanted one that is free, else the last with a number."""
        if thing not in self._names:
            self._names[thing] = self._free(wanted)
            self._taken.add(self._names[thing])
        return self._names[thing]

    def _free(self, wanted: tuple[str, ...]) -> str:
        for name in wanted:
            if name not in self:
                return name
        number = 2
        while f"{wanted[-1]}{number}" in self:
            number += 1
        return f"{wanted[-1]}{number}"
