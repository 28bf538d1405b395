"""An NPZ file: arrays by name, as `numpy.savez` writes them.

Nothing is unpickled. An array's header must agree with the size in the directory before its
values are read, and those are read piece by piece.
"""

from __future__ import annotations

import struct
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO, Final

from flowspec.data.column import ArrayColumn
from flowspec.data.faults import Faults
from flowspec.data.member import Member, ObjectArrayError
from flowspec.data.source import Piece, Shape, Wanted
from flowspec.diagnostics import DataError, Diagnostic, Span

MAX_DIRECTORY: Final = 1 << 24
"""Bytes of the directory of one file."""

_ENDING = ".npy"
_END = b"PK\5\6"
_END64 = b"PK\6\7"
_END_BYTES = 22
_LONGEST_END = _END_BYTES + 0xFFFF
_MOST_BYTES = 1 << 26


class NpzFile:
    """The arrays of an NPZ file."""

    is_table = False

    def __init__(self, file: str, stream: BinaryIO) -> None:
        """Read the directory.

        Raises:
            DataError: If the file is damaged, or its directory too large.
        """
        self._file = file
        self.span: Span | None = Span(file, 1, 1)
        # Each entry of the directory takes a thousand bytes of memory once it is read.
        if _directory_size(stream) > MAX_DIRECTORY:
            raise DataError(self._fault("too-large", "holds too many arrays"))
        try:
            self._archive = zipfile.ZipFile(stream)
        except Exception as error:  # A damaged archive raises almost anything.
            raise DataError(self._damaged(error)) from None
        members = self._archive.infolist()
        self._members = {member.filename.removesuffix(_ENDING): member for member in members}
        self.counts: Mapping[str, int] = Counter(
            member.filename.removesuffix(_ENDING) for member in members
        )
        self._open: dict[str, Member] = {}

    def place(self, name: str) -> Span | None:
        """A file that is no text has no places."""
        return self.span

    def may_be_array(self, name: str) -> bool:
        """Any may."""
        return True

    def shapes(self, names: Sequence[str], faults: Faults) -> Mapping[str, Shape]:
        """Their shapes; damaged arrays and those of objects are filed as faults."""
        for name in names:
            try:
                self._open[name] = Member(self._archive, self._members[name])
            except ObjectArrayError:
                faults.add(self._object_array(name))
            except Exception as error:  # A damaged archive raises almost anything.
                faults.add(self._damaged(error, name))
        return {name: self._open[name].shape for name in names if name in self._open}

    def pieces(
        self, wanted: Mapping[str, Wanted], kept: Sequence[str], faults: Faults, rows: int
    ) -> Iterator[Piece]:
        """The rows of the longest array; an array that turns out damaged ends the file."""
        names = list(dict.fromkeys((*wanted, *kept)))
        # Where arrays differ in length that has been filed, and only the first piece is looked at.
        count = max((self._open[name].shape[0] for name in names), default=0)
        row = sum(self._open[name].row_bytes for name in names)
        step = max(1, min(rows, _MOST_BYTES // max(row, 1)))
        for first in range(0, count, step):
            values: dict[str, Any] = {}
            for name in names:
                try:
                    values[name] = self._open[name].read(min(step, count - first))
                except Exception as error:  # A damaged archive raises almost anything.
                    faults.add(self._damaged(error, name))
                    return
            last = min(first + step, count)
            numbers = range(first + 1, last + 1)
            yield Piece(
                columns={
                    name: ArrayColumn(name, values[name], numbers, lambda _: self.span)
                    for name in wanted
                },
                kept={name: values[name] for name in kept},
                count=last - first,
            )

    def close(self) -> None:
        """Close the arrays; whoever opened the stream closes it."""
        for member in self._open.values():
            member.close()
        self._archive.close()

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


def _directory_size(stream: BinaryIO) -> int:
    """The bytes of the directory as the end of the archive tells them; 0 where it has no end."""
    stream.seek(0, 2)
    start = max(stream.tell() - _LONGEST_END, 0)
    stream.seek(start)
    tail = stream.read(_LONGEST_END)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_BYTES:
        return 0
    (size,) = struct.unpack_from("<I", tail, at + 12)
    if tail[at - 20 : at - 16] != _END64 or at < 20:
        return size
    # The long form stands right before its locator, where zipfile looks for it.
    stream.seek(start + at - 20 - 56 + 40)
    (size64,) = struct.unpack("<Q", stream.read(8))
    return max(size64, size) if size == 0xFFFFFFFF else size64
