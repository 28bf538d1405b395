"""Writes NPZ: one array per column, as `numpy.savez` does, of as many rows as come.

Rows are gathered in a temporary file per array, whose header is written again at the end.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import IO, Any

from flowspec.backend import np
from flowspec.data.cells import array
from flowspec.data.faults import mixed_types
from flowspec.data.target import Target
from flowspec.diagnostics import DataError

_ROWS = 4096


class NpzWriter:
    """The arrays of an NPZ file, which grow."""

    splits = False

    def __init__(self, target: Target) -> None:
        self._target = target
        self._arrays: dict[str, GrowingArray] = {}

    def write(self, columns: Mapping[str, Any]) -> None:
        """Append rows.

        Raises:
            DataError: If the values of a column have no type in common.
        """
        for name, values in columns.items():
            rows = array(values)
            if name not in self._arrays:
                self._arrays[name] = GrowingArray(self._target.temporary(), rows)
            if not self._arrays[name].append(rows):
                raise DataError(mixed_types(name))

    def close(self) -> None:
        """Write the archive."""
        with zipfile.ZipFile(self._target, "w") as archive:  # pyright: ignore[reportArgumentType, reportCallIssue]
            for name, growing in self._arrays.items():
                with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                    for data in growing.pieces():
                        member.write(data)


class GrowingArray:
    """An array whose rows are gathered in a file; texts as wide as those that come with them."""

    def __init__(self, file: IO[bytes], first: Any) -> None:
        self._file = file
        self._dtype = first.dtype
        self._inner = first.shape[1:]
        self._parts: list[tuple[int, Any]] = []

    def append(self, rows: Any) -> bool:
        """Append rows `(B, …)`; False where they are of another kind or shape than the first."""
        is_text = self._dtype.kind == "U" and rows.dtype.kind == "U"
        if rows.shape[1:] != self._inner or not (is_text or rows.dtype == self._dtype):
            return False
        self._file.write(np.ascontiguousarray(rows).tobytes())
        self._parts.append((len(rows), rows.dtype))
        return True

    def pieces(self) -> Iterator[bytes]:
        """The array as the format has it: a header, then the rows."""
        dtype = max((dtype for _, dtype in self._parts), key=lambda dtype: dtype.itemsize)
        shape = (sum(count for count, _ in self._parts), *self._inner)
        header = io.BytesIO()
        np.lib.format.write_array_header_1_0(
            header,
            {
                "descr": np.lib.format.dtype_to_descr(dtype),
                "fortran_order": False,
                "shape": shape,
            },
        )
        yield header.getvalue()
        self._file.seek(0)
        for count, part in self._parts:
            for first in range(0, count, _ROWS):
                rows = min(_ROWS, count - first)
                size = int(np.prod(self._inner, dtype=int)) * rows
                values = np.frombuffer(self._file.read(size * part.itemsize), part)
                yield values.astype(dtype, copy=False).tobytes()
