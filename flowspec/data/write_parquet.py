"""Writes Parquet through pyarrow: one group of rows per batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowspec.backend import pa, pq
from flowspec.data.cells import arrow
from flowspec.data.faults import mixed_types
from flowspec.data.target import Target
from flowspec.diagnostics import DataError


class ParquetWriter:
    """A Parquet file that grows; the first rows decide the types of its columns."""

    splits = True

    def __init__(self, target: Target) -> None:
        """Begin a file.

        Raises:
            MissingDependencyError: If pyarrow is not installed.
        """
        self._make = pq.ParquetWriter
        self._target = target
        self._writer: Any = None

    def write(self, columns: Mapping[str, Any]) -> None:
        """Append rows.

        Raises:
            DataError: If the values of a column have no type in common.
        """
        known = None if self._writer is None else self._writer.schema
        arrays = [
            _column(name, values, known and known.field(index).type)
            for index, (name, values) in enumerate(columns.items())
        ]
        table = pa.table(arrays, names=list(columns))
        if self._writer is None:
            self._writer = self._make(self._target, table.schema)
        self._writer.write_table(table)

    def close(self) -> None:
        """Write the file's end."""
        if self._writer is not None:
            self._writer.close()


def _column(name: str, values: Any, kind: Any) -> Any:
    try:
        array = arrow(values)
        return array if kind is None else array.cast(kind)
    except pa.ArrowException:
        raise DataError(mixed_types(name)) from None
