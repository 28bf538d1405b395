"""Bytes of files in a bundle: only of files in its folder, and only as many as were promised."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import BinaryIO

from flowspec.bundle.manifest import PayloadFile
from flowspec.bundle.problems import (
    file_changed,
    file_missing,
    file_unreadable,
    path_outside_bundle,
    system_reason,
    too_large,
)

# A link put there after the check is not followed, and a pipe does not make the reader wait.
_WANTED = ("O_RDONLY", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")
_FLAGS = sum(getattr(os, flag, 0) for flag in _WANTED)


def read_at_most(folder: Path, name: str, limit: int) -> bytes:
    """The bytes of a file that may have any size up to `limit`.

    Raises:
        BundleError: It is missing, outside the folder, no regular file, unreadable or too large.
    """
    with _opened(folder, name) as stream:
        return _bytes(stream, folder / name, limit)


def read_payload(folder: Path, file: PayloadFile, limit: int) -> bytes:
    """The bytes of a payload file, if they are those that were saved.

    Raises:
        BundleError: As `read_at_most`, or its size or its hash differs from the manifest's.
    """
    path = folder / file.name
    with _opened(folder, file.name) as stream:
        size = os.fstat(stream.fileno()).st_size
        if size != file.bytes:
            raise file_changed(path, f"{file.bytes} bytes", f"{size} bytes")
        data = _bytes(stream, path, limit)
    digest = hashlib.sha256(data).hexdigest()
    if digest != file.sha256:
        raise file_changed(path, f"sha256 {file.sha256}", f"sha256 {digest}")
    return data


def _bytes(stream: BinaryIO, path: Path, limit: int) -> bytes:
    size = os.fstat(stream.fileno()).st_size
    if size > limit:
        raise too_large(path, size, limit)
    try:
        return stream.read(size)
    except OSError as error:
        raise file_unreadable(path, system_reason(error)) from error


def _opened(folder: Path, name: str) -> BinaryIO:
    path = folder / name
    try:
        real = Path(os.path.realpath(path))
        if not real.is_relative_to(os.path.realpath(folder)):
            raise path_outside_bundle(folder, name)
        stream = os.fdopen(os.open(real, _FLAGS), "rb")
    except FileNotFoundError:
        raise file_missing(path) from None
    except IsADirectoryError:
        raise file_unreadable(path, "it is a folder") from None
    except OSError as error:
        raise file_unreadable(path, system_reason(error)) from error
    if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
        stream.close()
        raise file_unreadable(path, "it is no regular file")
    return stream
