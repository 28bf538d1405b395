"""A folder that appears whole under its name, or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from flowspec.backend import tf
from flowspec.diagnostics import Diagnostic, UsageError


def write_folder(folder: str | os.PathLike[str], write: Callable[[Path], None]) -> None:
    """Make a SavedModel's folder, or replace one.

    Args:
        folder: Where; an older SavedModel there is replaced, anything else refused.
        write: Writes into a folder that it makes.

    Raises:
        UsageError: If the folder holds something else, or cannot be written; it is as before.
    """
    target = Path(folder)
    if target.exists() and not _replaceable(target):
        raise UsageError(
            Diagnostic(
                slug="folder-in-use",
                message=f"{target} exists and is no SavedModel",
                help="choose another folder",
            )
        )
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as work:
            write(Path(work) / "new")
            _put(Path(work) / "new", target, Path(work) / "old")
    except (OSError, tf.errors.OpError) as error:
        raise cannot_write(target, error) from error


def cannot_write(target: Path, error: Exception) -> UsageError:
    """The system refused to write, in Python or in TensorFlow."""
    # TensorFlow names its own temporary file first.
    reason = error.strerror if isinstance(error, OSError) else str(error).rpartition("; ")[2]
    reason = (reason or "the system refused").partition(" [")[0].lower()
    message = f"`{target}` cannot be written: {reason}"
    return UsageError(Diagnostic(slug="cannot-write", message=message))


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
    if not target.is_dir():
        return False
    return (target / "saved_model.pb").exists() or not any(target.iterdir())
