"""A row that a published model answers, taken from the bundle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from flowspec.bundle import Bundle
from flowspec.catalog.supports import SUPPORTS
from flowspec.data.inputs import Input
from flowspec.data.rows import read_rows
from flowspec.data.support import inside
from flowspec.diagnostics import DataError
from flowspec.plan.solver import SEED
from flowspec.publish.columns import feature_columns, model_inputs
from flowspec.records import OutputRecord

EXAMPLE_SEED: Final = 7


def example_of(found: Bundle, output: OutputRecord) -> dict[str, list[Any]]:
    """One row for the inputs of an output, by column; seeds are left to a parameter.

    It is what the bundle keeps, or what the plan allows where that does not fit: a bundle may be
    older than this flowspec.
    """
    known = model_inputs(found.plan)
    inputs = [known[record.name] for record in output.inputs if record.name != SEED]
    kept = found.manifest.state.get("example")
    row: dict[str, list[Any]] = {}
    for one in inputs:
        values = _kept(found, one, kept) or list(_allowed(found, one))
        row |= {column: [v] for column, v in zip(feature_columns(one), values, strict=True)}
    return row


def _kept(found: Bundle, one: Input, kept: Any) -> list[Any] | None:
    """The values that the bundle keeps, if they are those of an input."""
    value = kept.get(one.name) if isinstance(kept, Mapping) else None
    if value is None:
        return None
    try:
        rows = read_rows(found.plan, {one.name: [value]}, [one.name])[one.name]
    except DataError:
        return None
    values = rows.reshape(-1).tolist()
    return [one.labels[values[0]]] if one.labels else values


def _allowed(found: Bundle, one: Input) -> Iterator[Any]:
    if one.is_category:
        yield one.labels[0] if one.labels else 0
        return
    event = found.plan.event
    limits = SUPPORTS.make(event.support).limits(event.size) if one.is_event else None
    lows, highs = limits or ([None] * one.size, [None] * one.size)
    yield from map(inside, lows, highs)
