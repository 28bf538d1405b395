"""An NPZ file: arrays by name, as `numpy.savez` writes them.

Nothing is unpickled. Sizes are added up from the directory before anything is unpacked, and an
array's header must agree with them before its values are.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections import Counter
from collections.abc import Mapping
from typing import IO, Any, Final

from flowspec.backend import np
from flowspec.data.categories import Codes
from flowspec.data.column import ArrayColumn, Column
from flowspec.data.faults import Faults
from flowspec.diagnostics import DataError, Diagnostic, Span

MAX_UNPACKED: Final = 4 << 30
"""Bytes of all arrays of one file together."""

MAX_ARRAYS: Final = 100_000
"""Arrays in one file."""

# The others unpack without a bound.
_COMPRESSIONS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_DIRECTORY_ENTRY = b"PK\1\2"
_ENDING = ".npy"


class NpzFile:
    """The arrays of an NPZ file."""

    is_table = False

    def __init__(self, file: str, data: bytes) -> None:
        """Read the directory.

        Raises:
            DataError: If the file is damaged, or unpacks to too much.
        """
        self._file = file
        self.span: Span | None = Span(file, 1, 1)
        # Each entry of the directory takes a thousand bytes of memory once it is read.
        if data.count(_DIRECTORY_ENTRY) > MAX_ARRAYS:
            raise DataError(self._fault("too-large", f"holds more than {MAX_ARRAYS} arrays"))
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except Exception as error:  # A damaged archive raises almost anything.
            raise DataError(self._damaged(error)) from None
        members = self._archive.infolist()
        if sum(member.file_size for member in members) > MAX_UNPACKED:
            message = f"unpacks to more than {MAX_UNPACKED} bytes"
            raise DataError(self._fault("too-large", message))
        self._members = {member.filename.removesuffix(_ENDING): member for member in members}
        self.counts: Mapping[str, int] = Counter(
            member.filename.removesuffix(_ENDING) for member in members
        )

    def read(self, wanted: Mapping[str, Codes | None], faults: Faults) -> Mapping[str, Column]:
        """The arrays that are asked for; damaged ones and those of objects are filed as faults."""
        columns: dict[str, Column] = {}
        for name in wanted:
            try:
                columns[name] = ArrayColumn(name, self._array(self._members[name]))
            except _ObjectArrayError:
                faults.add(self._object_array(name))
            except Exception as error:  # A damaged archive raises almost anything.
                faults.add(self._damaged(error, name))
        return columns

    def _array(self, member: zipfile.ZipInfo) -> Any:
        if member.compress_type not in _COMPRESSIONS:
            raise ValueError("it is compressed in a way that NumPy does not use")
        with self._archive.open(member) as stream:
            shape, columnwise, dtype = _header(stream)
            if dtype.hasobject:
                raise _ObjectArrayError
            if dtype.itemsize == 0:
                raise ValueError(f"there is no array of shape {shape} and dtype {dtype}")
            count = math.prod(shape)
            size = count * dtype.itemsize
            if size != member.file_size - stream.tell():
                raise ValueError("its size is not that of its header")
            # A count of bytes, so that no more are unpacked than the directory says.
            values = bytearray(stream.read(size))
        array = np.frombuffer(values, dtype) if size else np.empty(count, dtype)
        return array.reshape(shape, order="F" if columnwise else "C")

    def _object_array(self, name: str) -> Diagnostic:
        return Diagnostic(
            slug="object-array",
            message=f"the array `{name}` in `{self._file}` holds Python objects",
            span=self.span,
            expected="an array of numbers, or of texts",
            help="convert it before saving, with `array.astype(float)` or `array.astype(str)`",
        )

    def _damaged(self, error: Exception, name: str = "") -> Diagnostic:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        where = f"array `{name}` is" if name else "is"
        return self._fault("damaged-file", f"{where} damaged: {reason}")

    def _fault(self, slug: str, what: str) -> Diagnostic:
        return Diagnostic(slug=slug, message=f"`{self._file}` {what}", span=self.span)


class _ObjectArrayError(ValueError):
    """An array holds Python objects."""


def _header(stream: IO[bytes]) -> tuple[tuple[int, ...], bool, Any]:
    """The shape of an array, whether it is stored column by column, and its dtype."""
    version = np.lib.format.read_magic(stream)
    if version == (1, 0):
        return np.lib.format.read_array_header_1_0(stream)
    if version == (2, 0):
        return np.lib.format.read_array_header_2_0(stream)
    raise ValueError(f"the version {version[0]}.{version[1]} of the format is not read")
