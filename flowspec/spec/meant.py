"""What a value of the wrong type was probably meant to be."""

from __future__ import annotations

from typing import Any

from flowspec.diagnostics import nearest
from flowspec.spec.layers import REPEAT
from flowspec.spec.place import Place
from flowspec.spec.schema import element_at, kinds_at

_ELEMENTS = {"integer": int, "number": (int, float), "string": str}


def meant(value: Any, place: Place) -> str | None:
    """A kind alone is meant as a map of that kind, a scalar as a list of one."""
    if node := _node(value, kinds_at(place.path, place.tags)):
        return node
    if node := _node(value, kinds_at((*place.path, 0), place.tags)):
        return f"[{node}]"
    element = _ELEMENTS.get(element_at(place.path, place.tags) or "")
    fits = element is not None and isinstance(value, element) and not isinstance(value, bool)
    return f"[{value}]" if fits else None


def _node(value: Any, kinds: tuple[str, ...]) -> str | None:
    kind = (
        nearest(value, (kind for kind in kinds if kind != REPEAT))
        if isinstance(value, str)
        else None
    )
    return kind and f"{{kind: {kind}}}"
