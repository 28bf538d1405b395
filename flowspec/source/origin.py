"""Where the files of a spec are read from: the disk, or a revision in git."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from flowspec.diagnostics import Span
from flowspec.source.files import read_source
from flowspec.source.project import project_root, shown_path


class Origin(Protocol):
    """What holds a spec and the files that it extends."""

    def root(self, file: Path) -> Path:
        """The folder that the files of a spec must not leave."""
        ...

    def real(self, path: Path) -> Path:
        """A path without `..` and without symbolic links; nothing need be there."""
        ...

    def name(self, path: Path) -> str:
        """A file as the user would name it."""
        ...

    def text(self, path: Path, name: str, asked_at: Span | None) -> str:
        """The text of a file; one that cannot be read is reported where it was asked for."""
        ...


class Disk:
    """The files on the disk."""

    def root(self, file: Path) -> Path:
        """The project of the spec."""
        return project_root(file)

    def real(self, path: Path) -> Path:
        """As the system resolves it."""
        return path.resolve()

    def name(self, path: Path) -> str:
        """From the working folder on, where it is in it."""
        return shown_path(path)

    def text(self, path: Path, name: str, asked_at: Span | None) -> str:
        """The text of a file."""
        return read_source(path, name, asked_at or Span(name, 1, 1))
