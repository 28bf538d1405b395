"""Writes CSV: a header of column names, then a row of cells per line."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from flowspec.data.cells import texts
from flowspec.data.target import Target


class CsvWriter:
    """A CSV file that grows."""

    splits = True

    def __init__(self, target: Target) -> None:
        self._target = target
        self._names: list[str] | None = None

    def write(self, columns: Mapping[str, Any]) -> None:
        """Append rows, after the header where they are the first."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if self._names is None:
            self._names = list(columns)
            writer.writerow(self._names)
        writer.writerows(zip(*map(texts, columns.values()), strict=True))
        # A lone surrogate, which JSON can spell, is no text in UTF-8.
        self._target.write(text.getvalue().encode("utf-8", "backslashreplace"))

    def close(self) -> None:
        """Every row has been written."""
