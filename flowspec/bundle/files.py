"""Bytes of files in a bundle: only of files in its folder, and only as many as were promised."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from io import BufferedReader
from pathlib import Path

from flowspec.bundle.manifest import PayloadFile
from flowspec.bundle.problems import (
    file_changed,
    file_missing,
    file_unreadable,
    path_outside_bundle,
    system_reason,
    too_large,
)

ReadPayload = Callable[[PayloadFile, int], bytes]
"""From a file that a manifest names, and the most bytes it may have, to its content."""

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


def check_payload(folder: Path, file: PayloadFile) -> None:
    """Accept a payload file if it is the one that was saved; little of it is held at once.

    Raises:
        BundleError: As `read_payload`.
    """
    path = folder / file.name
    with _opened(folder, file.name) as stream:
        _check_size(path, file, stream)
        try:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as error:
            raise file_unreadable(path, system_reason(error)) from error
    _check_digest(path, file, digest)


def read_payload(folder: Path, file: PayloadFile, limit: int) -> bytes:
    """The bytes of a payload file, if they are those that were saved.

    Raises:
        BundleError: As `read_at_most`, or its size or its hash differs from the manifest's.
    """
    path = folder / file.name
    with _opened(folder, file.name) as stream:
        _check_size(path, file, stream)
        data = _bytes(stream, path, limit)
    _check_digest(path, file, hashlib.sha256(data).hexdigest())
    return data


def _check_size(path: Path, file: PayloadFile, stream: BufferedReader) -> None:
    size = os.fstat(stream.fileno()).st_size
    if size != file.bytes:
        raise file_changed(path, f"{file.bytes} bytes", f"{size} bytes")


def _check_digest(path: Path, file: PayloadFile, digest: str) -> None:
    if digest != file.sha256:
        raise file_changed(path, f"sha256 {file.sha256}", f"sha256 {digest}")


def _bytes(stream: BufferedReader, path: Path, limit: int) -> bytes:
    size = os.fstat(stream.fileno()).st_size
    if size > limit:
        raise too_large(path, size, limit)
    try:
        return stream.read(size)
    except OSError as error:
        raise file_unreadable(path, system_reason(error)) from error


def _opened(folder: Path, name: str) -> BufferedReader:
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
