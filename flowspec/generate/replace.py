"""Replaces several files of a folder as one: where one cannot be, all are as before."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from flowspec.bundle.disk import Disk, write_new
from flowspec.bundle.names import temporary_name

Steps = list[Callable[[], None]]


def replace(folder: Path, files: Mapping[str, bytes], removed: Iterable[str], disk: Disk) -> None:
    """Put files into a folder and remove others from it.

    First everything is written beside its place, which is what a full disk or missing rights make
    fail; then each file is renamed into its place. What was there is kept until all are.

    Args:
        folder: Made if missing, with its parents.
        files: Their content by path.
        removed: The paths of files to remove.
        disk: What does it.

    Raises:
        OSError: If the system refuses; the folder is as before.
    """
    undo: Steps = []
    kept: Steps = []
    try:
        staged = {path: _stage(folder / path, data, disk, undo) for path, data in files.items()}
        for path, temporary in staged.items():
            _set_aside(folder / path, disk, undo, kept)
            disk.replace(temporary, folder / path)
        for path in removed:
            _set_aside(folder / path, disk, undo, kept)
            if os.path.lexists(folder / path):
                disk.remove(folder / path)
    except BaseException:
        _run(reversed(undo))
        raise
    _run(kept)


def _stage(target: Path, data: bytes, disk: Disk, undo: Steps) -> Path:
    """The data in a new file beside its place, whose folders are made."""
    for parent in reversed(target.parents):
        if not parent.exists():
            disk.make_folder(parent)
            undo.append(partial(disk.remove_folder, parent))
    temporary = target.parent / temporary_name()
    undo.append(partial(disk.remove, temporary))
    write_new(disk, temporary, data)
    return temporary


def _set_aside(target: Path, disk: Disk, undo: Steps, kept: Steps) -> None:
    """Have a second name for a file that may have to come back; or remember that there is none."""
    if not os.path.lexists(target):
        undo.append(partial(disk.remove, target))
        return
    aside = target.parent / temporary_name()
    try:
        os.link(target, aside, follow_symlinks=False)
    except (OSError, NotImplementedError):  # a file system without links
        disk.replace(target, aside)
    # Renaming a file over another name of itself does nothing, so the second name has to go too.
    undo.extend((partial(disk.remove, aside), partial(disk.replace, aside, target)))
    kept.append(partial(disk.remove, aside))


def _run(steps: Iterable[Callable[[], None]]) -> None:
    """Take each step that can be taken."""
    for step in steps:
        with suppress(OSError):
            step()
