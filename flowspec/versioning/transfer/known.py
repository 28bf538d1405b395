"""By which names a plan and its parts were known before, by the renames of the spec."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from flowspec.records import ContextRecord, EventRecord, Plan
from flowspec.versioning.pairs import Pairs, Renames, pair


class Known(NamedTuple):
    """Earlier names of what has another name now.

    Attributes:
        paths: Of parts, by their path.
        names: Of the features of the event, and of the fields or labels of context inputs, by the
            path of the event or the input.
    """

    paths: Mapping[str, str]
    names: Mapping[str, tuple[str, ...]]


def known(old: Plan, new: Plan, parts: Pairs, renames: Renames) -> Known:
    """The earlier names of the parts of a plan, and of the entries that have names.

    Args:
        old: The old plan.
        new: The new plan.
        parts: Which old part each new one continues.
        renames: Starts of old paths, and of the new ones; `context.state.fields.x` is a field.
    """
    before = _named(old)
    found: dict[str, tuple[str, ...]] = {}
    for path, (key, names) in _named(new).items():
        earlier, known_names = before.get(parts.old.get(path, ""), ("", ()))
        if earlier == key:
            lists = f"{parts.old[path]}.{key}.", f"{path}.{key}."
            olds = [f"{lists[0]}{name}" for name in known_names]
            pairs = pair(olds, [f"{lists[1]}{name}" for name in names], renames)
            found[path] = tuple(_earlier(name, lists, pairs) for name in names)
    # What another took the path of is known by a path of its own.
    return Known({**parts.old, **{path: f"new {path}" for path in parts.taken}}, found)


def _earlier(name: str, lists: tuple[str, str], pairs: Pairs) -> str:
    """The name that an entry had; one whose name another took over is new.

    Args:
        name: Of the entry.
        lists: The paths of the old list and of the new one, with a dot at the end.
        pairs: Old paths of entries by new ones.
    """
    path = f"{lists[1]}{name}"
    if path in pairs.taken:
        return f"new {name}"
    return pairs.old.get(path, name).removeprefix(lists[0])


def _named(plan: Plan) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The names of entries by the path of what has them, with the key of the spec."""
    owners: list[tuple[str, EventRecord | ContextRecord]] = [("event", plan.event)]
    owners += [(context.layer.path, context) for context in plan.contexts]
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for path, owner in owners:
        labels = owner.labels if isinstance(owner, ContextRecord) else None
        if labels is not None:
            found[path] = ("labels", labels)
        elif owner.fields is not None:
            found[path] = ("fields", owner.fields)
    return found
