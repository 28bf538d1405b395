"""The warning of a file in an older version of the language, which shows its rewrite."""

from __future__ import annotations

import difflib

from flowspec.diagnostics import Diagnostic, SpecError
from flowspec.source.edit import Edit, Insert, Move, Rename, Wrap
from flowspec.spec.migrations.chain import Migrated
from flowspec.spec.migrations.language import Language
from flowspec.spec.migrations.numbers import KEY
from flowspec.spec.migrations.rewritten import rewritten

SHOWN = 24
"""How many lines of a rewrite a warning shows."""

_MOST_CHARACTERS = 100_000
"""A longer text is not rewritten only to be warned of."""


def outdated(migrated: Migrated, language: Language) -> Diagnostic:
    """The warning of an old file.

    Args:
        migrated: The file in the current version.
        language: The language.
    """
    number = migrated.file.top.get([KEY])
    return Diagnostic(
        slug="old-language",
        message=f"`{migrated.file.name}` is written in version {migrated.version} of the language, "
        f"which is now at version {language.current}",
        severity="warning",
        span=number.span if number else migrated.file.top.span,
        path=KEY,
        help=_help(migrated),
    )


def difference(old: str, new: str, name: str, *, context: int = 3) -> list[str]:
    """The lines of a unified diff between two texts of a file, without line ends."""
    lines = old.splitlines(), new.splitlines()
    return list(difflib.unified_diff(*lines, name, name, n=context, lineterm=""))


def _help(migrated: Migrated) -> str:
    text = migrated.file.text
    if text is None:
        changes = [_described(edit) for edits in migrated.passes for edit in edits]
        return "\n".join(["it means, in the current version:", *_bounded(changes)])
    path = migrated.file.path
    # What comes from standard input, or from git, has no file of this name.
    name = f" {migrated.file.name}" if path is not None and path.is_file() else ""
    command = f"`flowspec migrate{name}` rewrites it"
    if len(text) > _MOST_CHARACTERS:
        return command
    try:
        new = rewritten(migrated)
    except SpecError as error:
        found = error.diagnostics[0]
        return f"{found.message}; {found.help}"
    changes = difference(text, new, migrated.file.name, context=0)[2:]
    return "\n".join([f"{command}:", *_bounded(changes)])


def _bounded(lines: list[str]) -> list[str]:
    more = len(lines) - SHOWN
    return [*lines[:SHOWN], f"… and {more} more lines"] if more > 1 else lines


def _described(edit: Edit) -> str:
    """An edit in few words, for data that has no text to be compared."""
    path = ".".join(map(str, edit.path))
    match edit:
        case Rename(to=to):
            return f"`{path}` is called `{to}`"
        case Move(to=to):
            return f"`{path}` stands at `{'.'.join(map(str, to))}`"
        case Wrap(key=key):
            return f"`{path}` is a map with the value at `{key}`"
        case Insert(value=value):
            return f"`{path}` is new: {value}"
        case _:
            return f"`{path}` is {getattr(edit, 'value', 'gone')}"
