"""Writes generated files: all of them or none, and none over a file that was edited."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from flowspec.bundle.disk import Disk
from flowspec.bundle.problems import system_reason
from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.generate.header import is_unedited
from flowspec.generate.listing import digest, read_listing
from flowspec.generate.replace import replace

_PATH = re.compile(r"(?!.*(?:^|/)\.\.?(?:/|$))[A-Za-z0-9_.][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_.-]+)*")


class Written(NamedTuple):
    """What became of files, by path.

    Attributes:
        written: New, or replaced.
        unchanged: There already, with the same content.
        removed: Of an older generation, not edited, and no longer generated.
        left: Of an older generation, edited, and no longer generated.
    """

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def write(
    folder: Path,
    files: Mapping[str, bytes],
    *,
    listed: str | None = None,
    force: bool = False,
    disk: Disk | None = None,
) -> Written:
    """Write files into a folder, which is made if missing; other files in it stay.

    A file that is there is replaced if it is one of ours and was not edited, or with `force`.

    Args:
        folder: The folder.
        files: Their content by path in it.
        listed: The list among them, by which those of an older generation are known.
        force: Whether to replace files whatever they hold.
        disk: What writes; the disk.

    Raises:
        UsageError: If a file was edited, or something cannot be written; nothing has changed.
    """
    try:
        known = read_listing(folder / listed) if listed else {}
        before = {path: sha256 for path, sha256 in known.items() if _PATH.fullmatch(path)}
        _check(folder, files, before, force=force)
        changed = {p: d for p, d in files.items() if _content(folder / p) != d}
        gone = {path: _content(folder / path) for path in before if path not in files}
    except UsageError:  # a ValueError too
        raise
    except (OSError, ValueError) as error:
        raise _cannot_write(folder, error) from error
    removed = [p for p, data in gone.items() if data is not None and digest(data) == before[p]]
    try:
        replace(folder, changed, removed, disk or Disk())
    except (OSError, ValueError) as error:
        raise _cannot_write(folder, error) from error
    return Written(
        written=tuple(changed),
        unchanged=tuple(path for path in files if path not in changed),
        removed=tuple(removed),
        left=tuple(p for p, data in gone.items() if data is not None and p not in removed),
    )


def _check(
    folder: Path, files: Mapping[str, bytes], before: Mapping[str, str], *, force: bool
) -> None:
    """Refuse files that must not be written, all of them at once."""
    strange = [path for path in files if not _PATH.fullmatch(path)]
    if strange:
        raise RuntimeError(f"a target makes files outside its folder: {strange}")
    problems = [
        Diagnostic(slug="cannot-write", message=f"`{obstacle}` is in the way: {what}")
        for obstacle, what in _obstacles(folder, files).items()
    ]
    if not problems and not force:
        problems = [
            _edited(folder / path)
            for path, data in files.items()
            if not _is_replaceable(folder / path, data, before.get(path))
        ]
    if problems:
        raise UsageError(*problems)


def _obstacles(folder: Path, files: Mapping[str, bytes]) -> dict[Path, str]:
    """What stands where a folder or a file is to be, and is no such thing, and why."""
    found: dict[Path, str] = {}
    if os.path.lexists(folder) and not folder.is_dir():
        return {folder: "a folder is to be there"}
    for path in files:
        *parents, _ = Path(path).parents  # the last is the folder itself
        for parent in (folder / one for one in parents):
            if parent.is_symlink():
                found[parent] = "it leads elsewhere"
            elif parent.exists() and not parent.is_dir():
                found[parent] = "a folder is to be there"
        if (folder / path).is_dir() and not (folder / path).is_symlink():
            found[folder / path] = "a file is to be there"
    return found


def _is_replaceable(file: Path, data: bytes, sha256: str | None) -> bool:
    """Whether nothing is there, or the same, or what an older generation has written."""
    if not os.path.lexists(file):
        return True
    found = _content(file)
    return found is not None and (
        found == data or digest(found) == sha256 or is_unedited(found)
    )  # fmt: skip


def _content(file: Path) -> bytes | None:
    """What a file holds; None where there is none, or a link, or something else."""
    return file.read_bytes() if file.is_file() and not file.is_symlink() else None


def _edited(file: Path) -> Diagnostic:
    return Diagnostic(
        slug="edited-file",
        message=f"`{file}` is there, and was edited since it was generated, or is another's",
        help="choose another folder, or say --force to replace it",
    )


def _cannot_write(folder: Path, error: OSError | ValueError) -> UsageError:
    if isinstance(error, OSError):
        place, reason = error.filename or folder, system_reason(error)
    else:  # a zero byte, or half a character
        place, reason = folder, "no folder has such a name"
    message = f"`{os.fsdecode(place)}` cannot be written: {reason}"
    return UsageError(Diagnostic(slug="cannot-write", message=message))
