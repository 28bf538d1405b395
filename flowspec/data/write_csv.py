"""Writes CSV: a header of column names, then a row of cells per line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from flowspec.data.cells import texts
from flowspec.data.target import Target


class CsvWriter:
    """A CSV file that grows."""

    splits = True

    def __init__(self, target: Target) -> None:
        self._target = target
        self._has_header = False

    def write(self, columns: Mapping[str, Any]) -> None:
        """Append rows, after the header where they are the first."""
        rows = list(zip(*map(texts, columns.values()), strict=True))
        if not self._has_header:
            self._has_header = True
            rows.insert(0, tuple(columns))
        text = _text(rows, csv.QUOTE_MINIMAL)
        if "\r" in text:  # which the module quotes only where it ends lines
            text = _text(rows, csv.QUOTE_ALL)
        # A lone surrogate, which JSON can spell, is no text in UTF-8.
        self._target.write(text.encode("utf-8", "backslashreplace"))

    def close(self) -> None:
        """Every row has been written."""


def _text(rows: Iterable[Iterable[str]], quoting: Literal[0, 1]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=quoting).writerows(rows)
    return text.getvalue()
