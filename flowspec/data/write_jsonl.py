"""Writes JSON Lines: one object per row, from column names to values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flowspec.data.cells import objects
from flowspec.data.target import Target


class JsonLinesWriter:
    """A JSON Lines file that grows."""

    splits = True

    def __init__(self, target: Target) -> None:
        self._target = target

    def write(self, columns: Mapping[str, Any]) -> None:
        """Append rows."""
        names = list(columns)
        rows = zip(*map(objects, columns.values()), strict=True)
        lines = [json.dumps(dict(zip(names, row, strict=True)), default=str) for row in rows]
        self._target.write("".join(f"{line}\n" for line in lines).encode())

    def close(self) -> None:
        """Every row has been written."""
