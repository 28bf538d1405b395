"""Files that a command makes: whole or not at all, and never over another by accident."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from flowspec.diagnostics import Diagnostic, UsageError


def create(file: str, text: str, *, force: bool = False) -> None:
    """Write a text to a file that is not there yet, or may be replaced.

    Args:
        file: The file.
        text: What it holds afterwards, in UTF-8.
        force: Whether to replace a file that is there.

    Raises:
        UsageError: If there is a file and `force` is not given, or it cannot be written.
    """
    target = Path(file)
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise _cannot_write(file, error) from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        Path(temporary).chmod(0o666 & ~_mask())
        _place(Path(temporary), target, force=force)
    except FileExistsError:
        raise _exists(file) from None
    except OSError as error:
        raise _cannot_write(file, error) from None
    finally:
        Path(temporary).unlink(missing_ok=True)


def _place(temporary: Path, target: Path, *, force: bool) -> None:
    if not force:
        # A link, unlike a rename, fails where something is there already.
        try:
            target.hardlink_to(temporary)
        except FileExistsError:
            raise
        except OSError:
            if os.path.lexists(target):
                raise FileExistsError from None
        else:
            return
    temporary.replace(target)


def _mask() -> int:
    """The rights that the user's files do not have; temporary files have fewer."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _exists(file: str) -> UsageError:
    return UsageError(
        Diagnostic(
            slug="file-exists",
            message=f"`{file}` is there already",
            help="choose another name, or say --force to replace it",
        )
    )


def _cannot_write(file: str, error: OSError) -> UsageError:
    reason = (error.strerror or "the system refuses").lower()
    message = f"`{file}` cannot be written: {reason}"
    return UsageError(Diagnostic(slug="cannot-write", message=message))
