"""What writes each format."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final, Protocol

from flowspec.data.files import format_of
from flowspec.data.target import Target
from flowspec.data.write_csv import CsvWriter
from flowspec.data.write_jsonl import JsonLinesWriter
from flowspec.data.write_npz import NpzWriter
from flowspec.data.write_parquet import ParquetWriter
from flowspec.diagnostics import DataError, UsageError


class Writer(Protocol):
    """Rows in named columns that go to a target, batch by batch."""

    @property
    def splits(self) -> bool:
        """Whether a row holds one value per column, so that arrays are split into columns."""
        ...

    def write(self, columns: Mapping[str, Any]) -> None:
        """Append rows; every call names the same columns."""
        ...

    def close(self) -> None:
        """Write what stands at the end."""
        ...


WRITERS: Final[Mapping[str, Callable[[Target], Writer]]] = {
    "csv": CsvWriter,
    "jsonl": JsonLinesWriter,
    "npz": NpzWriter,
    "parquet": ParquetWriter,
}
"""What writes a file, by the name of its format."""


def output_format(path: str | os.PathLike[str], given: str | None = None) -> str:
    """The name of the format to write: the one given, else by the file's ending.

    Raises:
        UsageError: If the ending names no format.
    """
    try:
        return format_of(path, given)
    except DataError as error:
        raise UsageError(*(replace(d, span=None) for d in error.diagnostics)) from None
