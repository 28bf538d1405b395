"""A folder that appears whole under its name, or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from flowspec.backend import tf
from flowspec.bundle import is_bundle
from flowspec.diagnostics import Diagnostic, UsageError

_SAVED_MODEL = {"saved_model.pb", "fingerprint.pb", "variables", "assets", "assets.extra"}
"""What TensorFlow writes into a SavedModel's folder."""


def write_folder(folder: str | os.PathLike[str], write: Callable[[Path], None]) -> None:
    """Make a SavedModel's folder, or replace one.

    Args:
        folder: Where; an older SavedModel there is replaced, anything else refused.
        write: Writes into a folder that it makes.

    Raises:
        UsageError: If the folder holds something else, or cannot be written; it is as before.
    """
    target = Path(folder)
    if "\0" in os.fspath(folder):
        raise cannot_write(target, OSError(errno.EINVAL, "no folder has such a name"))
    if target.exists() and not _replaceable(target):
        raise UsageError(
            Diagnostic(
                slug="folder-in-use",
                message=f"{target} exists and is no SavedModel",
                help="choose another folder",
            )
        )
    made = [path for path in target.parents if not path.exists()]
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as work:
            write(Path(work) / "new")
            _put(Path(work) / "new", target, Path(work) / "old")
    except BaseException as error:
        for path in made:
            with contextlib.suppress(OSError):
                path.rmdir()
        if isinstance(error, OSError | tf.errors.OpError):
            raise cannot_write(target, error) from error
        raise


def cannot_write(target: Path, error: BaseException, help: str | None = None) -> UsageError:
    """The system refused to write, in Python or in TensorFlow."""
    # TensorFlow names its own temporary file first.
    reason = error.strerror if isinstance(error, OSError) else str(error).rpartition("; ")[2]
    reason = (reason or "the system refused").partition(" [")[0].lower()
    message = f"`{target}` cannot be written: {reason}"
    return UsageError(Diagnostic(slug="cannot-write", message=message, help=help))


def _put(new: Path, target: Path, aside: Path) -> None:
    """Give `new` its name; what had that name comes back if the system refuses."""
    if not target.exists():
        new.rename(target)
        return
    target.rename(aside)
    try:
        new.rename(target)
    except BaseException:
        aside.rename(target)
        raise


def _replaceable(target: Path) -> bool:
    """Whether it is empty, or a SavedModel and nothing else, and no part of a bundle."""
    if not target.is_dir() or is_bundle(target.parent):
        return False
    names = {path.name for path in target.iterdir()}
    return not names or ("saved_model.pb" in names and names <= _SAVED_MODEL)
