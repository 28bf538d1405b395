"""A Parquet file, read through pyarrow. A vector may be a list, of fixed or any length."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

from flowspec.backend import np, pa, pc, pq
from flowspec.data.column import ArrayColumn
from flowspec.data.faults import Faults
from flowspec.data.source import Piece, Shape, Wanted
from flowspec.diagnostics import DataError, Diagnostic, Span

_BUFFER = 1 << 16


class ParquetFile:
    """The columns of a Parquet file."""

    is_table = True

    def __init__(self, file: str, stream: BinaryIO) -> None:
        """Read the schema.

        Raises:
            DataError: If the file is damaged.
            MissingDependencyError: If pyarrow is not installed.
        """
        self._file = file
        self.span: Span | None = Span(file, 1, 1)
        opened = pq.ParquetFile
        try:
            # With a buffer, a column is read in pages; else a group of rows at once.
            self._parquet = opened(stream, buffer_size=_BUFFER, pre_buffer=False)
            schema = self._parquet.schema_arrow
        except Exception as error:  # A damaged file raises almost anything.
            raise DataError(self._damaged(error)) from None
        self.counts: Mapping[str, int] = Counter(schema.names)
        self._types = dict(zip(schema.names, schema.types, strict=True))

    def place(self, name: str) -> Span | None:
        """A file that is no text has no places."""
        return self.span

    def may_be_array(self, name: str) -> bool:
        """Whether it is of lists, or not there."""
        return name not in self._types or _is_list(self._types[name])

    def shapes(self, names: Sequence[str], faults: Faults) -> Mapping[str, Shape]:
        """`(B,)`, or `(B, D)` for lists."""
        rows = self._parquet.metadata.num_rows
        return {name: (rows, None) if _is_list(self._types[name]) else (rows,) for name in names}

    def pieces(
        self, wanted: Mapping[str, Wanted], kept: Sequence[str], faults: Faults, rows: int
    ) -> Iterator[Piece]:
        """Rows with a list of the wrong length are left out; damage ends the file."""
        names = list(dict.fromkeys((*wanted, *kept)))
        first = 1
        try:
            for batch in self._parquet.iter_batches(rows, columns=names, use_threads=False):
                # Texts may be no UTF-8, of which nothing else would tell.
                batch.validate(full=True)
                yield self._piece(batch, wanted, kept, faults, first)
                first += batch.num_rows
        except Exception as error:  # A damaged file raises almost anything.
            faults.add(self._damaged(error))

    def _piece(
        self, batch: Any, wanted: Mapping[str, Wanted], kept: Sequence[str], faults: Faults,
        first: int,
    ) -> Piece:  # fmt: skip
        """The rows of a batch, the first of which has this number."""
        columns = dict(zip(batch.schema.names, batch.columns, strict=True))
        numbers = np.arange(first, first + batch.num_rows)
        fits = np.ones(batch.num_rows, bool)
        for name, what in wanted.items():
            if what.width is not None:
                fits &= self._check_lengths(name, columns[name], what.width, numbers, faults)
        if not fits.all():
            columns = {name: column.filter(pa.array(fits)) for name, column in columns.items()}
            numbers = numbers[fits]

        def column(name: str) -> ArrayColumn:
            values = _values(columns[name], wanted[name].width)
            return ArrayColumn(name, values, numbers, lambda _: self.span)

        return Piece(
            columns={name: column(name) for name in wanted},
            kept={name: columns[name] for name in kept},
            count=len(numbers),
        )

    def close(self) -> None:
        """Let go of pyarrow's reader; whoever opened the stream closes it."""
        self._parquet.close()

    def _check_lengths(
        self, name: str, column: Any, width: int, numbers: Any, faults: Faults
    ) -> Any:
        """Whether each row has a list of that length. Shapes: returns `(B,)`, booleans."""
        lengths = pc.list_value_length(column).fill_null(-1).to_numpy(zero_copy_only=False)
        wrong = np.flatnonzero(lengths != width)
        found = ((int(numbers[at]), int(lengths[at])) for at in wrong)
        faults.add_all(
            len(wrong), (self._wrong_length(name, row, width, length) for row, length in found)
        )
        return lengths == width

    def _wrong_length(self, name: str, row: int, width: int, length: int) -> Diagnostic:
        return Diagnostic(
            slug="wrong-length",
            message=f"row {row} of `{name}` is no list of {width} values",
            span=self.span,
            expected=f"{width} values",
            got="nothing" if length < 0 else f"{length} values",
        )

    def _damaged(self, error: Exception) -> Diagnostic:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        return Diagnostic(
            slug="damaged-file", message=f"`{self._file}` is damaged: {reason}", span=self.span
        )


def _is_list(kind: Any) -> bool:
    types = pa.types
    return types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)


def _values(column: Any, width: int | None) -> Any:
    """The values of a column as an array; of objects where some are missing, or no numbers."""
    if width is not None:
        return _values(column.flatten(), None).reshape(-1, width)
    kind = column.type
    is_number = pa.types.is_floating(kind) or pa.types.is_integer(kind)
    if is_number and column.null_count == 0:
        return column.to_numpy(zero_copy_only=False)
    return np.fromiter(column.to_pylist(), object, len(column))
