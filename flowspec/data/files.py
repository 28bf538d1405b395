"""Files of rows: a format by name or by the file's ending, and what reads it."""

from __future__ import annotations

import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, Final

from flowspec.data.read_csv import CsvFile
from flowspec.data.read_jsonl import JsonLinesFile
from flowspec.data.read_npz import NpzFile
from flowspec.data.read_parquet import ParquetFile
from flowspec.data.source import Source
from flowspec.diagnostics import DataError, Diagnostic, Span, nearest

STANDARD: Final = "-"
"""The name of standard input and of standard output."""


@dataclass(frozen=True)
class Reader:
    """What reads a format.

    Attributes:
        open: Makes a source of a file's name and its bytes as a stream.
        seeks: Whether the stream must be one that can be sought in.
    """

    open: Callable[[str, Any], Source]
    seeks: bool


READERS: Final = {
    "csv": Reader(CsvFile, seeks=False),
    "jsonl": Reader(JsonLinesFile, seeks=False),
    "npz": Reader(NpzFile, seeks=True),
    "parquet": Reader(ParquetFile, seeks=True),
}
"""What reads a file, by the name of its format."""

FORMATS: Final = tuple(READERS)
"""The names of the formats."""

SUFFIXES: Final = {
    ".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".npz": "npz", ".parquet": "parquet",
}  # fmt: skip
"""The names of the formats by the ending of a file."""


def format_of(path: str | os.PathLike[str], given: str | None = None) -> str:
    """The name of a file's format: the one given, else by its ending, in any letters.

    Raises:
        DataError: If the ending names no format; standard input and output are CSV.
    """
    file = os.fsdecode(path)
    if given is not None:
        return given
    if file == STANDARD:
        return "csv"
    ending = Path(file).suffix.lower()
    if ending not in SUFFIXES:
        raise DataError(_unknown_format(file, ending))
    return SUFFIXES[ending]


class OpenFile:
    """A file as a source of columns, until it is closed."""

    def __init__(self, path: str | os.PathLike[str], given: str | None = None) -> None:
        """Open a file.

        Args:
            path: The file; `-` is standard input.
            given: The name of its format, if its ending does not tell.

        Raises:
            DataError: The file is missing, no regular file, empty, damaged, or of no known format.
            MissingDependencyError: The package that reads its format is not installed.
        """
        reader = READERS[format_of(path, given)]
        file = os.fsdecode(path)
        with ExitStack() as stack:
            if file == STANDARD:
                file, stream = "standard input", _standard_input(stack, seeks=reader.seeks)
            else:
                stream = stack.enter_context(_opened(file))
            self.source = reader.open(file, stream)
            stack.callback(self.source.close)
            self._stack = stack.pop_all()

    def close(self) -> None:
        """Close it."""
        self._stack.close()


def _standard_input(stack: ExitStack, *, seeks: bool) -> BinaryIO:
    if not seeks:
        return sys.stdin.buffer
    copy = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
    shutil.copyfileobj(sys.stdin.buffer, copy)
    _check_size("standard input", copy)
    return copy  # pyright: ignore[reportReturnType]


def _opened(file: str) -> BinaryIO:
    try:
        status = os.stat(file)
        if not stat.S_ISREG(status.st_mode):
            directory = stat.S_ISDIR(status.st_mode)
            raise _unreadable(file, "it is a directory" if directory else "it is no regular file")
        stream = open(file, "rb")  # noqa: SIM115
    except FileNotFoundError:
        raise _unreadable(file, "there is no such file", _nearest_file(file)) from None
    except OSError as error:
        raise _unreadable(file, error.strerror or "it cannot be opened") from None
    except ValueError as error:
        if isinstance(error, DataError):
            raise
        raise _unreadable(file, "it has an impossible name") from None
    try:
        _check_size(file, stream)
    except DataError:
        stream.close()
        raise
    return stream


def _check_size(file: str, stream: IO[bytes]) -> None:
    """Refuse a file without bytes, and go back to the beginning of any other."""
    if stream.seek(0, os.SEEK_END) == 0:
        message = f"`{file}` is empty"
        raise DataError(Diagnostic(slug="empty-file", message=message, span=Span(file, 1, 1)))
    stream.seek(0)


def _nearest_file(file: str) -> str | None:
    path = Path(file)
    try:
        names = sorted(n for n in os.listdir(path.parent) if Path(n).suffix.lower() in SUFFIXES)
    except OSError:
        return None
    return nearest(path.name, names)


def _unreadable(file: str, reason: str, near: str | None = None) -> DataError:
    message = f"`{file}` cannot be read: {reason[0].lower()}{reason[1:]}"
    span = Span(file, 1, 1)
    return DataError(Diagnostic(slug="unreadable-file", message=message, span=span, nearest=near))


def _unknown_format(file: str, ending: str) -> Diagnostic:
    return Diagnostic(
        slug="unknown-format",
        message=f"the ending of `{file}` names no format of data",
        span=Span(file, 1, 1),
        expected=f"{', '.join(list(SUFFIXES)[:-1])} or {list(SUFFIXES)[-1]}",
        got=ending or "no ending",
        nearest=nearest(ending, SUFFIXES),
    )
