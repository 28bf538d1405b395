"""Files of the user's replaced by others: all of them, or none."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from flowspec.bundle.disk import Disk, write_new
from flowspec.bundle.names import temporary_name
from flowspec.bundle.problems import system_reason
from flowspec.diagnostics import Diagnostic, UsageError

Texts = Mapping[Path, tuple[bytes, bytes]]
"""Of each file what it holds, and what it is to hold."""


def overwrite(files: Texts, disk: Disk | None = None) -> None:
    """Replace files; each keeps its permissions, and is old or new at every moment.

    Everything is written beside its place first. Where the system refuses, or a file is no longer
    what it was, all are as before.

    Args:
        files: Paths without symbolic links.
        disk: What writes; the disk.

    Raises:
        UsageError: A file cannot be written, or was changed meanwhile.
    """
    disk = disk or Disk()
    staged: list[Path] = []
    done: list[Path] = []
    try:
        for path, (_, new) in files.items():
            staged.append(path.parent / temporary_name())
            write_new(disk, staged[-1], new, _mode(path))
        for path, (old, _) in files.items():
            if path.read_bytes() != old:
                raise _changed(path)
        for temporary, path in zip(staged, files, strict=True):
            disk.replace(temporary, path)
            done.append(path)
    except BaseException as error:
        _undo(disk, staged, {path: files[path][0] for path in done})
        if isinstance(error, OSError):
            raise _cannot_write(error) from error
        raise
    for folder in {path.parent for path in files}:
        disk.sync_folder(folder)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _undo(disk: Disk, staged: list[Path], replaced: Mapping[Path, bytes]) -> None:
    for temporary in staged:
        with suppress(OSError):
            disk.remove(temporary)
    for path, old in replaced.items():
        with suppress(OSError):
            temporary = path.parent / temporary_name()
            write_new(disk, temporary, old, _mode(path))
            disk.replace(temporary, path)


def _changed(path: Path) -> UsageError:
    message = f"`{path}` cannot be written: it was changed while it was read"
    return UsageError(Diagnostic(slug="cannot-write", message=message, help="run it again"))


def _cannot_write(error: OSError) -> UsageError:
    message = f"`{os.fsdecode(error.filename or '')}` cannot be written: {system_reason(error)}"
    return UsageError(Diagnostic(slug="cannot-write", message=message))
