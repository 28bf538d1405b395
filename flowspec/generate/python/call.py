"""How an object of a generated class is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flowspec.generate.python.sequences import Row


@dataclass(frozen=True)
class Call:
    """A class and what it is given by name: expressions, masks and orders, or other objects."""

    name: str
    arguments: dict[str, str | Row | Call] = field(default_factory=dict[str, Any])

    def __str__(self) -> str:
        return f"{self.name}({', '.join(f'{k}={v}' for k, v in self.arguments.items())})"
