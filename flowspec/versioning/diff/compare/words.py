"""Values as the details of findings show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from flowspec import shapes
from flowspec.records import LayerRecord, VariableRecord
from flowspec.spec.shown import shown

_LONGEST = 24
_MOST = 6
_MOST_LINES = 12


def turned(old: Any, new: Any) -> str:
    """From one value to another."""
    return f"{shown(old)} → {shown(new)}"


def listed(names: Iterable[str]) -> str:
    """Names with commas between them."""
    return several(list(names)) or "nothing"


def picture(mask: Sequence[bool] | None) -> str:
    """A mask: `#` passes, `.` is moved."""
    return _short("".join("#" if passes else "." for passes in mask or ())) or "none"


def places(order: Sequence[int] | None) -> str:
    """An order of features."""
    return _short(" ".join(map(str, order or ()))) or "none"


def summary(part: LayerRecord) -> str:
    """A layer in few words: its kind, and its transform, order or mask."""
    inner: Any = part.node.get("transform")
    transform = cast("dict[str, Any]", inner) if isinstance(inner, dict) else {}
    words = [part.kind, str(transform.get("kind", ""))]
    words += [places(part.order)] if part.order is not None else []
    words += [picture(part.mask)] if part.mask is not None else []
    return " ".join(filter(None, words))


def variable(record: VariableRecord, start: str) -> str:
    """A variable below a path, with its shape."""
    return f"{record.path.removeprefix(f'{start}.')} {shapes.text(record.shape)}"


def several(texts: Sequence[str]) -> str:
    """Some of several texts, and how many more there are."""
    more = len(texts) - _MOST
    return ", ".join(texts if more <= 1 else [*texts[:_MOST], f"and {more} more"])


def renames_text(lead: str, renames: Mapping[str, str]) -> str:
    """What a spec would say of variables that have other paths."""
    lines = [f"  {old}: {new}" for old, new in renames.items()]
    more = ["  …"] if len(lines) > _MOST_LINES else []
    return "\n".join([lead, "renames:", *lines[:_MOST_LINES], *more])


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
