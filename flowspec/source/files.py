"""The text of a file, however the file may be damaged."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from flowspec.diagnostics import Diagnostic, Span, SpecError, nearest
from flowspec.source.limits import MAX_BYTES, SMALLER

_SUFFIXES = {".yaml", ".yml"}


def read_source(path: str | os.PathLike[str], file: str, span: Span) -> str:
    """The text of a file, which is UTF-8 with or without a byte order mark.

    Args:
        path: The file.
        file: The file as the user would name it.
        span: Where a file that cannot be read is reported.

    Returns:
        The text.

    Raises:
        SpecError: The file is missing, no regular file, too large, or not UTF-8.
    """
    try:
        data = _read(Path(path))
    except FileNotFoundError:
        raise _missing(Path(path), file, span) from None
    except OSError as error:
        raise _unreadable(file, error.strerror or "it cannot be opened", span) from None
    except ValueError:
        raise _unreadable(file, "it has an impossible name", span) from None
    return decode(data, file, span)


def decode(data: bytes, file: str, span: Span | None = None) -> str:
    """The text of bytes, which are UTF-8 with or without a byte order mark.

    Args:
        data: The bytes; no more than one above the limit need be read.
        file: What holds them, as the user would name it.
        span: Where a file that is too large is reported, if not at its beginning.

    Returns:
        The text.

    Raises:
        SpecError: They are too many, or not UTF-8.
    """
    if len(data) > MAX_BYTES:
        span = span or Span(file, 1, 1)
        message = f"`{file}` has more than {MAX_BYTES} bytes"
        raise SpecError(Diagnostic(slug="too-large", message=message, span=span, help=SMALLER))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(file, data, error.start) from None


def _read(path: Path) -> bytes:
    """The bytes of a file, at most one more than are allowed."""
    mode = os.stat(path).st_mode
    if not stat.S_ISREG(mode):
        raise OSError(0, "it is a directory" if stat.S_ISDIR(mode) else "it is no regular file")
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def _missing(path: Path, file: str, span: Span) -> SpecError:
    siblings = _siblings(path)
    near = nearest(path.stem, siblings)
    return _unreadable(file, "there is no such file", span, near and siblings[near])


def _siblings(path: Path) -> dict[str, str]:
    """The specs of the folder, by their names without the ending."""
    try:
        names = sorted(os.listdir(path.parent))
    except OSError:
        return {}
    return {Path(name).stem: name for name in names if Path(name).suffix in _SUFFIXES}


def _unreadable(file: str, reason: str, span: Span, near: str | None = None) -> SpecError:
    message = f"`{file}` cannot be read: {reason[0].lower()}{reason[1:]}"
    return SpecError(
        Diagnostic(slug="unreadable-file", message=message, span=span, nearest=near,
                   expected="a YAML file in UTF-8")
    )  # fmt: skip


def _not_utf8(file: str, data: bytes, index: int) -> SpecError:
    before = data[:index]
    start = before.rfind(b"\n") + 1
    text = data[start:].split(b"\n", 1)[0].decode("utf-8", "replace").rstrip("\r")
    column = len(before[start:].decode("utf-8")) + 1
    diagnostic = Diagnostic(
        slug="unreadable-file",
        message=f"`{file}` is not UTF-8",
        span=Span(file, before.count(b"\n") + 1, column, text),
        got=f"the byte 0x{data[index]:02x}",
        help="save it as UTF-8",
    )
    return SpecError(diagnostic)
