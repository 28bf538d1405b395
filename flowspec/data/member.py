"""One array of an NPZ file, read row by row."""

from __future__ import annotations

import math
import shutil
import tempfile
import zipfile
from typing import IO, Any

from flowspec.backend import np

# The others unpack without a bound.
_COMPRESSIONS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


class ObjectArrayError(ValueError):
    """An array holds Python objects."""


class Member:
    """An array of an archive, opened.

    Attributes:
        shape: Its shape.
        row_bytes: How many bytes one row takes.
    """

    def __init__(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
        """Read its header.

        Raises:
            ObjectArrayError: If it holds objects.
            Exception: If it is damaged, of nearly any type.
        """
        if member.compress_type not in _COMPRESSIONS:
            raise ValueError("it is compressed in a way that NumPy does not use")
        self._stream: IO[bytes] = archive.open(member)
        try:
            self.shape, columnwise, self._dtype = _header(self._stream)
            if self._dtype.hasobject:
                raise ObjectArrayError
            is_possible = self._dtype.itemsize and self._dtype.subdtype is None
            if not is_possible or min(self.shape, default=0) < 0:
                raise ValueError(f"there is no array of shape {self.shape} and {self._dtype}")
            size = math.prod(self.shape) * self._dtype.itemsize
            if size != member.file_size - self._stream.tell():
                raise ValueError("its size is not that of its header")
        except BaseException:
            self._stream.close()
            raise
        self._inner = self.shape[1:]
        self.row_bytes = math.prod(self._inner) * self._dtype.itemsize
        self._by_column = columnwise and len(self.shape) > 1 and math.prod(self._inner) > 1
        self._at = 0

    def read(self, count: int) -> Any:
        """The next rows, fewer at the end. Shapes: returns `(count, …)`."""
        count = min(count, self.shape[0] - self._at)
        values = self._columns(count) if self._by_column else self._rows(count)
        self._at += count
        return values

    def close(self) -> None:
        """Close the stream."""
        self._stream.close()

    def _rows(self, count: int) -> Any:
        # A count of bytes, so that no more are unpacked than the directory says.
        values = bytearray(self._stream.read(count * self.row_bytes))
        if not values:
            return np.empty((count, *self._inner), self._dtype)
        return np.frombuffer(values, self._dtype).reshape(count, *self._inner)

    def _columns(self, count: int) -> Any:
        """Rows of an array that is stored column by column, from a copy that can be sought in."""
        if self._at == 0:
            copy = tempfile.TemporaryFile()  # noqa: SIM115
            shutil.copyfileobj(self._stream, copy)
            self._stream.close()
            self._stream = copy
        columns = []
        for column in range(math.prod(self._inner)):
            self._stream.seek((column * self.shape[0] + self._at) * self._dtype.itemsize)
            data = self._stream.read(count * self._dtype.itemsize)
            columns.append(np.frombuffer(data, self._dtype))
        return np.stack(columns, 1).reshape(count, *self._inner, order="F")


def _header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, Any]:
    """The shape of an array, whether it is stored column by column, and its dtype."""
    version = np.lib.format.read_magic(stream)
    if version == (1, 0):
        return np.lib.format.read_array_header_1_0(stream)
    if version == (2, 0):
        return np.lib.format.read_array_header_2_0(stream)
    raise ValueError(f"the version {version[0]}.{version[1]} of the format is not read")
