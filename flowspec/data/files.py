"""Files of rows: `.csv` and `.npz`, read into memory whole."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from flowspec.data.arrays import Source
from flowspec.data.read_csv import CsvFile
from flowspec.data.read_npz import NpzFile
from flowspec.diagnostics import DataError, Diagnostic, Span, nearest

MAX_BYTES: Final = 1 << 30
"""Bytes of one file."""

FORMATS: Final = {".csv": CsvFile, ".npz": NpzFile}
"""What reads a file, by its ending."""


def open_file(path: str | os.PathLike[str]) -> Source:
    """The columns that a file holds; their values are read later.

    Args:
        path: The file; its ending, in small letters or capitals, names its format.

    Returns:
        The file as a source of columns.

    Raises:
        DataError: The file is missing, no regular file, too large, empty, damaged, or of no known
            format.
    """
    file = os.fsdecode(path)
    ending = Path(file).suffix.lower()
    if ending not in FORMATS:
        raise DataError(_unknown_format(file, ending))
    data = _read(file)
    if not data:
        message = f"`{file}` is empty"
        raise DataError(Diagnostic(slug="empty-file", message=message, span=Span(file, 1, 1)))
    return FORMATS[ending](file, data)


def _read(file: str) -> bytes:
    try:
        status = os.stat(file)
        if not stat.S_ISREG(status.st_mode):
            directory = stat.S_ISDIR(status.st_mode)
            raise _unreadable(file, "it is a directory" if directory else "it is no regular file")
        if status.st_size > MAX_BYTES:
            raise _too_large(file)
        with open(file, "rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _unreadable(file, "there is no such file", _nearest_file(file)) from None
    except OSError as error:
        raise _unreadable(file, error.strerror or "it cannot be opened") from None
    except ValueError as error:
        if isinstance(error, DataError):
            raise
        raise _unreadable(file, "it has an impossible name") from None
    if len(data) > MAX_BYTES:
        raise _too_large(file)
    return data


def _nearest_file(file: str) -> str | None:
    path = Path(file)
    try:
        names = sorted(n for n in os.listdir(path.parent) if Path(n).suffix.lower() in FORMATS)
    except OSError:
        return None
    return nearest(path.name, names)


def _unreadable(file: str, reason: str, near: str | None = None) -> DataError:
    message = f"`{file}` cannot be read: {reason[0].lower()}{reason[1:]}"
    span = Span(file, 1, 1)
    return DataError(Diagnostic(slug="unreadable-file", message=message, span=span, nearest=near))


def _too_large(file: str) -> DataError:
    return DataError(
        Diagnostic(
            slug="too-large",
            message=f"`{file}` has more than {MAX_BYTES} bytes",
            span=Span(file, 1, 1),
            help="read it in pieces with tf.data, and pass the tf.data.Dataset",
        )
    )


def _unknown_format(file: str, ending: str) -> Diagnostic:
    return Diagnostic(
        slug="unknown-format",
        message=f"the ending of `{file}` names no format of data",
        span=Span(file, 1, 1),
        expected=" or ".join(FORMATS),
        got=ending or "no ending",
        nearest=nearest(ending, FORMATS),
    )
