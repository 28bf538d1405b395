"""The options of a part of the plan, sorted by what a change of them touches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from flowspec.catalog import FAMILIES
from flowspec.catalog.facet import Facet, facet
from flowspec.catalog.kind import Kind
from flowspec.records import LayerRecord


class Options(NamedTuple):
    """Options by dotted key; a kind inside another adds its own name and revision.

    Attributes:
        numbers: Those that change what is computed from the same variables.
        training: Those that change how the flow is trained.
    """

    numbers: dict[str, Any]
    training: dict[str, Any]


def options(part: LayerRecord) -> Options:
    """The options of a part; those that the plan shows by itself are left out.

    Where the catalogue no longer has such a kind or option, every option counts as one that
    changes numbers.
    """
    try:
        kind = FAMILIES[part.family].make(part.node)
    except (KeyError, ValidationError):
        return Options({"node": part.node}, {})
    found = Options({"revision": part.revision}, {})
    _collect(part.node, kind, "", part.revisions, found)
    return found


def _collect(
    node: Mapping[str, Any], kind: Kind, prefix: str, revisions: Mapping[str, int], found: Options
) -> None:
    for key, value in node.items():
        mark, inner = facet(type(kind), key), getattr(kind, key)
        if isinstance(inner, Kind):
            below = f"{prefix}{key}"
            found.numbers[f"{below}.revision"] = revisions.get(below, 1)
            _collect(value, inner, f"{below}.", revisions, found)
        else:
            _sort(f"{prefix}{key}", value, mark, found)


def _sort(key: str, value: Any, mark: Facet, found: Options) -> None:
    if mark.name == "numbers":
        found.numbers[key] = value
    elif mark.name == "training":
        found.training[key] = value
