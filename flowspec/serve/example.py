"""An example of what an output is asked, taken from its bundle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowspec.bundle import Bundle
from flowspec.data.support import inside
from flowspec.plan.solver import SEED
from flowspec.serve.field import Field

EXAMPLE_SEED = 7


def example_of(bundle: Bundle, fields: Mapping[str, Field]) -> dict[str, Any]:
    """One row for each input, as JSON: what the bundle keeps, else what the plan allows.

    A row that was kept is taken only where it fits; a bundle may be older than this flowspec.
    """
    kept = bundle.manifest.state.get("example")
    rows = kept if isinstance(kept, Mapping) else {}
    return {name: [_row(field, rows.get(name))] for name, field in fields.items()}


def _row(field: Field, kept: Any) -> Any:
    if field.name == SEED:
        return EXAMPLE_SEED
    if field.labels:
        return field.labels[kept if _is_index(kept, field) else 0]
    if field.count is not None:
        return kept if _is_index(kept, field) else 0
    return kept if _fits(field, kept) else _inside(field)


def _is_index(kept: Any, field: Field) -> bool:
    return type(kept) is int and 0 <= kept < (field.count or 0)


def _fits(field: Field, kept: Any) -> bool:
    numbers = isinstance(kept, list) and all(type(one) in (int, float) for one in kept)
    return (
        numbers
        and len(kept) == field.size
        and all(
            (low is None or one > low) and (high is None or one < high)
            for one, (low, high) in zip(
                kept, field.bounds or ((None, None),) * field.size, strict=True
            )
        )
    )


def _inside(field: Field) -> list[float]:
    """A value inside the bounds of each feature."""
    return [inside(low, high) for low, high in field.bounds or ((None, None),) * field.size]
