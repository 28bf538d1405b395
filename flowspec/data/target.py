"""Where results are written: standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from flowspec.data.files import STANDARD
from flowspec.diagnostics import Diagnostic, UsageError


class Target:
    """A stream of bytes that can only be written on.

    Attributes:
        closed: What pyarrow asks for.
    """

    closed = False

    def __init__(self, name: str, stream: IO[bytes], folder: Path | None = None) -> None:
        self._name = name
        self._stream = stream
        self._folder = folder
        self._temporaries = ExitStack()
        self._is_done = False

    def write(self, data: Any) -> int:
        """Write bytes.

        Raises:
            UsageError: If they cannot be written; BrokenPipeError if nobody reads them any more.
        """
        if not self._is_done:
            with _told(self._name):
                self._stream.write(data)
        return len(data)

    def flush(self) -> None:
        """Hand everything to the system."""
        if not self._is_done:
            with _told(self._name):
                self._stream.flush()

    def temporary(self) -> IO[bytes]:
        """A file without a name, beside the one that is written."""
        with _told(self._name):
            file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
        return self._temporaries.enter_context(file)

    def end(self) -> None:
        """Close temporary files; what is written from now on is lost."""
        self._is_done = True
        self._temporaries.close()

    def close(self) -> None:
        """Nothing: pyarrow calls it before the end."""


@contextmanager
def open_target(path: str | os.PathLike[str]) -> Generator[Target, None, None]:
    """A file to write; at the end of the block it stands under its name, or where that fails not.

    Args:
        path: The file; `-` is standard output. What is there and no regular file, such as a pipe,
            is written to directly.

    Raises:
        UsageError: If it cannot be written; what was there before stays.
    """
    name = os.fsdecode(path)
    if name == STANDARD:
        sys.stdout.flush()
        with _ended(Target("standard output", sys.stdout.buffer)) as target:
            yield target
        return
    real = Path(os.path.realpath(name)) if "\0" not in name else Path()
    with _told(name):
        if real.is_dir():
            raise IsADirectoryError(21, "it is a directory")
        if real.exists() and not real.is_file():
            with real.open("wb") as stream, _ended(Target(name, stream)) as target:
                yield target
            return
        temporary = real.with_name(f".{real.name[:100]}.{secrets.token_hex(8)}.part")
        stream = temporary.open("xb")
    try:
        with stream:
            with _ended(Target(name, stream, real.parent)) as target:
                yield target
            with _told(name):
                os.fsync(stream.fileno())
        with _told(name):
            temporary.replace(real)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


@contextmanager
def _ended(target: Target) -> Generator[Target, None, None]:
    """End a target with the block, flushed where nothing went wrong."""
    try:
        yield target
        target.flush()
    finally:
        target.end()


@contextmanager
def _told(name: str) -> Generator[None, None, None]:
    """Tell what the system refuses as a diagnostic."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or "the system refuses"
        raise UsageError(
            Diagnostic(
                slug="cannot-write",
                message=f"`{name}` cannot be written: {reason[0].lower()}{reason[1:]}",
            )
        ) from None
