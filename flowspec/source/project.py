"""Which files a spec may extend."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath, PureWindowsPath

from flowspec.diagnostics import Diagnostic, SpecError
from flowspec.source.node import Node

_MARKERS = (".git", "pyproject.toml")


def project_root(file: Path) -> Path:
    """The folder that a spec's files must not leave.

    Args:
        file: The spec, as an absolute path without symbolic links.

    Returns:
        The nearest folder above it that holds `.git` or `pyproject.toml`, else its own folder.
    """
    for folder in file.parents:
        if any(os.path.exists(folder / marker) for marker in _MARKERS):
            return folder
    return file.parent


def extended_file(target: Node, file: Path, root: Path, real: Callable[[Path], Path]) -> Path:
    """The file that an `extends` names.

    Args:
        target: The value of `extends`.
        file: The file that says it, as an absolute path without symbolic links.
        root: The folder that must not be left.
        real: What takes `..` and symbolic links out of a path.

    Returns:
        An absolute path without symbolic links; nothing need be there.

    Raises:
        SpecError: The value is no relative path, or its file is outside the root.
    """
    name = target.value
    if not isinstance(name, str) or not name.strip():
        raise _error("extends-syntax", "`extends` does not name a file", target)
    if PurePosixPath(name).is_absolute() or PureWindowsPath(name).is_absolute():
        raise _error("absolute-path", f"`extends` names an absolute path, {name}", target)
    try:
        path = real(file.parent / name)
    except (OSError, RuntimeError, ValueError):
        raise _error("unreadable-file", f"`{name}` is not a path", target) from None
    if not path.is_relative_to(root):
        raise _error("path-outside-project", f"`{name}` is outside the project", target, root)
    return path


def shown_path(path: Path) -> str:
    """A file as the user would name it: from the working folder on, where it is in it.

    Args:
        path: An absolute path.

    Returns:
        The path, relative where that is shorter to read.
    """
    try:
        return str(path.relative_to(Path.cwd().resolve()))
    except (OSError, ValueError):
        return str(path)


def _error(slug: str, message: str, target: Node, root: Path | None = None) -> SpecError:
    return SpecError(
        Diagnostic(
            slug=slug,
            message=message,
            span=target.span,
            path="extends",
            expected=f"a file in {root}" if root else "a path relative to this file",
        )
    )
