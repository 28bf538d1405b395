"""The text of a file in the current version of the language, or why it cannot be written."""

from __future__ import annotations

import json
from collections import Counter
from functools import reduce

from flowspec.diagnostics import Diagnostic, Span, SpecError
from flowspec.source import Node, read_text
from flowspec.source.edit import Layout, RewriteError, rewrite
from flowspec.spec.migrations.chain import Migrated

_BYTE_ORDER_MARK = "\ufeff"


def rewritten(migrated: Migrated) -> str:
    """The text of a file in the current version, its comments and layout kept.

    It is read again: what it says is what was made of the old text, and no comment is lost.

    Args:
        migrated: A file that has a text.

    Returns:
        The new text; the old one where nothing changes.

    Raises:
        SpecError: The text is written in a way that leaves no room for a change.
    """
    whole = migrated.file.text or ""
    text = whole.removeprefix(_BYTE_ORDER_MARK)
    try:
        new = reduce(rewrite, migrated.passes, text)
    except RewriteError as error:
        raise _refused(migrated, error.reason, None) from None
    _check(migrated, text, new)
    return whole[: len(whole) - len(text)] + new


def _check(migrated: Migrated, old: str, new: str) -> None:
    try:
        top = read_text(new, migrated.file.name)
    except SpecError as error:
        reason = f"it could not be read any more: {error.diagnostics[0].message}"
        raise _refused(migrated, reason, None) from None
    place = _first_difference(migrated.top, top, ())
    if place is not None:
        path = ".".join(place)
        reason = f"`{path}` would be read as something else"
        if Layout(old).has_aliases:
            reason = f"what stands at `{path}` is shared with another place by an alias"
        span = migrated.top.find(_steps(place)).span
        raise _refused(migrated, reason, span, path)
    lost = _comments(old) - _comments(new)
    if lost:
        raise _refused(migrated, f"the comment `{next(iter(lost))}` would be lost", None)


def _first_difference(wanted: Node, found: Node, path: tuple[str, ...]) -> tuple[str, ...] | None:
    """The path of the first thing that two trees do not have in common, order included."""
    old, new = wanted.value, found.value
    if isinstance(old, tuple) and isinstance(new, tuple) and len(old) == len(new):
        pairs = [(str(index), *pair) for index, pair in enumerate(zip(old, new, strict=True))]
    elif isinstance(old, dict) and isinstance(new, dict) and list(old) == list(new):
        pairs = [(key, node, new[key]) for key, node in old.items()]
    else:
        return None if _same(old, new) else path
    differences = (_first_difference(one, two, (*path, step)) for step, one, two in pairs)
    return next((place for place in differences if place is not None), None)


def _same(old: object, new: object) -> bool:
    scalars = not isinstance(old, dict | tuple) and not isinstance(new, dict | tuple)
    return scalars and json.dumps(old) == json.dumps(new)


def _steps(path: tuple[str, ...]) -> list[str | int]:
    return [int(step) if step.isdecimal() else step for step in path]


def _comments(text: str) -> Counter[str]:
    return Counter(comment for _, comment in Layout(text).comments())


def _refused(
    migrated: Migrated, reason: str, span: Span | None, path: str | None = None
) -> SpecError:
    return SpecError(
        Diagnostic(
            slug="cannot-migrate",
            message=f"`{migrated.file.name}` cannot be rewritten: {reason}",
            span=span or migrated.file.top.span,
            path=path or None,
            help="write out what is shared, or change the file by hand",
        )
    )
