"""Which version of the language each file of a chain is written in."""

from __future__ import annotations

from collections.abc import Sequence

from flowspec.diagnostics import Diagnostic, SpecError
from flowspec.source import Node, SourceFile
from flowspec.spec.shown import shown

KEY = "flowspec"


def numbers(chain: Sequence[SourceFile], current: int) -> list[int | None]:
    """The version of each file.

    A file that does not say its version has that of the file that extends it; a file that extends
    others and does not say it has that of the first one that does.

    Args:
        chain: A file, the one that it extends, and so on.
        current: The version of the language now.

    Returns:
        The version of each; None where no file says it, or one says what is no version at all and
        validation will tell so.

    Raises:
        SpecError: A file is written in a newer version, or says no version behind one that does.
    """
    stated = [file.top.get([KEY]) for file in chain]
    found = [node for node in stated if node is not None and node.value is not None]
    problems = [one for node in found if (one := _problem(node, current, first=node is found[0]))]
    if problems:
        raise SpecError(*problems)
    if found and version_of(found[0]) is None:
        return [None] * len(chain)
    versions = [None if node is None else version_of(node) for node in stated]
    known = next((version for version in versions if version is not None), None)
    for index, version in enumerate(versions):
        known = version or known
        versions[index] = known
    return versions


def version_of(node: Node) -> int | None:
    """The version that a number says; None where it is no number of a version."""
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if value == value // 1 and value >= 1 else None


def _problem(node: Node, current: int, *, first: bool) -> Diagnostic | None:
    version = version_of(node)
    if version is not None and version > current:
        return Diagnostic(
            slug="newer-language",
            message=f"this is written in version {version} of the language, "
            "which is newer than this flowspec",
            span=node.span,
            path=KEY,
            expected=f"version {current} or older" if current > 1 else "version 1",
            got=str(version),
            help="upgrade flowspec",
        )
    if version is None and not first:
        return Diagnostic(
            slug="unknown-choice",
            message="this is not a version of the language",
            span=node.span,
            path=KEY,
            expected=f"a number from 1 to {current}" if current > 1 else "1",
            got=shown(node.plain()),
        )
    return None
