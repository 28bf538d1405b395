"""Whether a spec still means what its lock says."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

from flowspec.diagnostics import Diagnostic, SpecError
from flowspec.records import Plan, SpecPath
from flowspec.source import Node, read_file
from flowspec.spec import Spec
from flowspec.versioning.lock.contents import LOCK, SECTIONS, lock_of
from flowspec.versioning.lock.file import SUFFIX

NOTHING: Final = "nothing"

MOST: Final = 20
"""Differences that are told; the number of the rest is."""


class Change(NamedTuple):
    """A path at which a lock is not what it should be, what it says, and what would be right."""

    path: SpecPath
    locked: str
    right: str


def check_lock(file: str, spec: Spec, plan: Plan) -> tuple[Diagnostic, ...]:
    """What differs between a spec and the lock beside it; nothing where they agree.

    Versions of tools may differ: they are told in a review of the lock, not here.

    Args:
        file: The spec's file; its lock has the same name and `.lock`.
        spec: What the file says.
        plan: What it becomes.

    Raises:
        SpecError: There is no lock, it cannot be read, or a newer flowspec wrote it.
    """
    name = file + SUFFIX
    if not Path(name).exists():
        raise SpecError(_missing(file))
    lock = read_file(name)
    _check_form(lock, name)
    told = [*_differences(lock, lock_of(plan), file, spec)]
    return (*told[:MOST], *([_more(len(told) - MOST)] if len(told) > MOST else []))


def same_but_tools(old: Node, new: Mapping[str, Any]) -> bool:
    """Whether a lock that was read says the same as a new one, but for the tools."""
    return not any(_changed(old.get([key]), new[key], ()) for key in ("lock", *SECTIONS))


def refuse_newer(lock: Node, name: str) -> None:
    """Refuse a lock of a form that this flowspec does not know.

    Raises:
        SpecError: It has a higher number.
    """
    number = lock.get(["lock"])
    value = None if number is None else number.value
    if number is not None and isinstance(value, int) and value > LOCK:
        tool = lock.get(["tools", "flowspec"])
        writer = f", {tool.value}" if tool is not None else ""
        raise SpecError(
            Diagnostic(
                slug="newer-lock",
                message=f"`{name}` was written by a newer flowspec{writer}",
                span=number.span,
                expected=f"lock {LOCK} or older",
                got=f"lock {value}",
                help="update flowspec",
            )
        )


def _check_form(lock: Node, name: str) -> None:
    refuse_newer(lock, name)
    number = lock.get(["lock"])
    value = None if number is None else number.value
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise SpecError(
            Diagnostic(
                slug="lock-damaged",
                message=f"`{name}` does not say what a lock says",
                span=lock.span if number is None else number.span,
                expected=f"`lock: {LOCK}` and {', '.join(SECTIONS)}",
                help="write it again with `flowspec lock`, and read the difference",
            )
        )


def _differences(
    lock: Node, right: Mapping[str, Any], file: str, spec: Spec
) -> Iterator[Diagnostic]:
    """What the lock says otherwise: of the spec, or where that agrees of what follows from it."""
    help = f"run `flowspec lock {file}`, and commit what changed in `{file}{SUFFIX}`"
    found = {section: _changed(lock.get([section]), right[section], ()) for section in SECTIONS}
    causes = {"spec": found["spec"]} if found["spec"] else found
    for section, changes in causes.items():
        for path, old, new in changes:
            place = lock.find((section, *path))
            span = spec.span(path, exact=True) if section == "spec" else None
            shown = ".".join(map(str, path if section == "spec" and path else (section, *path)))
            yield Diagnostic(
                slug="lock-outdated",
                message=f"`{shown}` is not what the lock says",
                span=span or place.key_span or place.span,
                path=shown,
                expected=f"{old}, as locked",
                got=new,
                help=help,
            )


def _changed(old: Node | None, new: object, path: SpecPath) -> list[Change]:
    """The deepest paths at which the lock and what it should say differ, and both values."""
    said = None if old is None else old.value
    pairs: dict[str | int, tuple[Node | None, object]] = {}
    if isinstance(said, dict) and isinstance(new, dict):
        wanted = cast("dict[str, object]", new)
        pairs = {key: (said.get(key), wanted.get(key)) for key in {**said, **wanted}}
    elif isinstance(said, tuple) and isinstance(new, list | tuple):
        values = cast("Sequence[object]", new)
        if len(said) == len(values):
            pairs = dict(enumerate(zip(said, values, strict=True)))
    if pairs:
        return [one for key, pair in pairs.items() for one in _changed(*pair, (*path, key))]
    locked, right = _text(None if old is None else old.plain()), _text(cast("object", new))
    return [] if locked == right else [Change(path, locked, right)]


def _text(value: object) -> str:
    return NOTHING if value is None else json.dumps(value, ensure_ascii=False)


def _missing(file: str) -> Diagnostic:
    return Diagnostic(
        slug="lock-missing",
        message=f"`{file}` has no lock: there is no `{file}{SUFFIX}`",
        help=f"write it with `flowspec lock {file}`",
    )


def _more(count: int) -> Diagnostic:
    return Diagnostic(slug="more-faults", message=f"and {count} more")
