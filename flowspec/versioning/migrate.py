"""Spec files rewritten in the current version of the language."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from flowspec.diagnostics import Diagnostic, SpecError
from flowspec.source import SourceFile, read_chain
from flowspec.spec.migrations import CURRENT, Language, Migrated, difference, migrate, rewritten


@dataclass(frozen=True, slots=True)
class Migration:
    """What becomes of a spec file.

    Attributes:
        name: What the user calls it.
        path: Where it is, absolute and without symbolic links; None for standard input.
        version: The version of the language that it is written in.
        current: The version of the language now.
        old: Its text.
        new: Its text in the current version.
        beneath: Files that it extends, in an older version and not to be rewritten.
    """

    name: str
    path: Path | None
    version: int
    current: int
    old: str
    new: str
    beneath: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        """Whether it is in an older version."""
        return self.old != self.new

    def diff(self) -> list[str]:
        """The lines of a unified diff."""
        return difference(self.old, self.new, self.name)


def migrations(
    chains: Sequence[Sequence[SourceFile]], language: Language | None = None
) -> list[Migration]:
    """What becomes of spec files when they are rewritten in the current version of the language.

    A file that does not say its version has that of a file that extends it; it is rewritten along
    with that one, or neither is.

    Args:
        chains: Each file with those that it extends.
        language: The language, where it is not flowspec's own.

    Returns:
        One for each file, in order; nothing is written.

    Raises:
        SpecError: Everything that keeps a file from being rewritten faithfully.
    """
    language = language or CURRENT
    done = [migrate(chain, language) for chain in chains]
    named = _Named({chain[0].path for chain in chains}, _versions(done))
    found: list[Migration] = []
    problems: list[Diagnostic] = []
    for files in done:
        try:
            found.append(_migration(files, named, language))
        except SpecError as error:
            problems.extend(error.diagnostics)
    if problems:
        raise SpecError(*problems)
    return found


def read_chains(specs: Iterable[str | os.PathLike[str]]) -> list[list[SourceFile]]:
    """Spec files, each once, with those that they extend.

    Raises:
        SpecError: A file cannot be read.
    """
    chains = [read_chain(spec) for spec in specs]
    return list({chain[0].path: chain for chain in reversed(chains)}.values())[::-1]


class _Named(NamedTuple):
    """Which files are to be rewritten, and what every file becomes whose version is known."""

    paths: set[Path | None]
    files: Mapping[Path | None, Migrated]


def _versions(done: Iterable[Sequence[Migrated]]) -> dict[Path | None, Migrated]:
    found: dict[Path | None, Migrated] = {}
    for file in (file for files in done for file in files if file.version is not None):
        known = found.setdefault(file.file.path, file)
        if known.version != file.version:
            raise SpecError(
                _unsaid(file, f"it is extended by files in versions {known.version} and "
                        f"{file.version}")
            )  # fmt: skip
    return found


def _migration(files: Sequence[Migrated], named: _Named, language: Language) -> Migration:
    first = files[0]
    if first.version is None:
        first = named.files.get(first.file.path, first)
    if first.version is None:
        raise SpecError(_unsaid(first, "it does not say its version"))
    others = [one for one in files[1:] if one.is_old and one.file.path not in named.paths]
    for one in others:
        if first.is_old and not one.states_version:
            raise SpecError(_dragged(first, one))
    old = first.file.text or ""
    return Migration(
        name=first.file.name,
        path=first.file.path,
        version=first.version,
        current=language.current,
        old=old,
        new=rewritten(first),
        beneath=tuple(one.file.name for one in others),
    )


def _unsaid(file: Migrated, reason: str) -> Diagnostic:
    return Diagnostic(
        slug="cannot-migrate",
        message=f"`{file.file.name}` cannot be rewritten: {reason}",
        span=file.file.top.span,
        expected="`flowspec: 1`, or another version",
        help="write its version into it, or name a file that extends it too",
    )


def _dragged(file: Migrated, beneath: Migrated) -> Diagnostic:
    return Diagnostic(
        slug="cannot-migrate",
        message=f"`{file.file.name}` cannot be rewritten alone: `{beneath.file.name}`, which it "
        "extends, is read in its version",
        span=beneath.file.top.span,
        help="name both, and they are rewritten together",
    )
