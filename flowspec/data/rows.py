"""Reads data for training, evaluation and sampling: rows of the event and of the context.

Data are a mapping of names to arrays, a data frame, or a file with the ending `.csv` or `.npz`.
Whatever they are, the same columns give the same arrays.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from flowspec import shapes
from flowspec.data.arrays import Source, of_frame, of_mapping
from flowspec.data.categories import Codes
from flowspec.data.choice import Held, choose, file_unknown
from flowspec.data.column import Column
from flowspec.data.faults import Faults
from flowspec.data.files import open_file
from flowspec.data.inputs import Input, Spelling, inputs_of
from flowspec.data.support import Limits
from flowspec.data.values import read_category, read_numbers
from flowspec.diagnostics import DataError, Diagnostic, UsageError, nearest
from flowspec.records import Plan

_MOST_COUNTS = 8


def read_rows(plan: Plan, data: Any, names: Sequence[str] | None = None) -> dict[str, Any]:
    """The rows of data, an array per input, checked against the plan.

    An array that needs no change may be the one that was given.

    Args:
        plan: The plan of the flow.
        data: A mapping of names to arrays, a data frame, or the path of a CSV or NPZ file.
        names: The inputs that are wanted: the event, context inputs. Without it all of them.

    Returns:
        NumPy arrays by name, in the order of `names`: `(B, D)` in the flow's dtype for the event
        and for vectors, `(B,)` int32 for categories. An event that the cast has rounded to a
        bound of its support is the nearest number inside.

    Raises:
        DataError: If the data cannot be read, or do not fit; it tells the first faults found and
            the number of the others.
        UsageError: If the plan has no input of a name.
    """
    inputs = inputs_of(plan)
    wanted = _wanted(inputs, names)
    source = _source(data)
    faults = Faults()
    chosen = _choose(inputs, wanted, source, faults)
    codes = {one.name: Codes(one, is_table=source.is_table) for one in chosen if one.is_category}
    columns = source.read(
        {column: codes.get(one.name) for one, spelling in chosen.items() for column in spelling},
        faults,
    )
    sound = _sound(chosen, columns, faults)
    _check_counts(sound, source, faults)
    limits = Limits(plan.event)
    arrays = {
        one.name: read_category(codes[one.name], found[0], faults)
        if one.is_category
        else read_numbers(one, found, limits if one.is_event else None, faults)
        for one, found in sound.items()
        if len({column.shape[0] for column in found}) == 1
    }
    faults.raise_any()
    return arrays


def _wanted(inputs: Mapping[str, Input], names: Sequence[str] | None) -> list[Input]:
    unknown = [name for name in names or () if name not in inputs]
    if unknown:
        raise UsageError(*(_unknown(name, inputs) for name in unknown))
    return [inputs[name] for name in dict.fromkeys(inputs if names is None else names)]


def _unknown(name: str, inputs: Mapping[str, Input]) -> Diagnostic:
    return Diagnostic(
        slug="unknown-input",
        message=f"the flow has no input named `{name}`",
        expected=", ".join(inputs),
        nearest=nearest(name, inputs),
    )


def _source(data: Any) -> Source:
    if isinstance(data, Mapping):
        return of_mapping(data)
    if isinstance(data, str | os.PathLike):
        return open_file(data)
    if hasattr(data, "columns") and hasattr(data, "__getitem__"):
        return of_frame(data)
    raise DataError(
        Diagnostic(
            slug="unnamed-inputs",
            message="the data do not name their inputs",
            expected="a mapping of names to arrays, a data frame, or the path of a file",
            got=f"a value of type {type(data).__name__}",
        )
    )


def _choose(
    inputs: Mapping[str, Input], wanted: Sequence[Input], source: Source, faults: Faults
) -> dict[Input, Spelling]:
    """The columns of each wanted input, without those inputs that have faults."""
    held = Held(
        counts=source.counts,
        known={c for one in inputs.values() for spelling in one.spellings for c in spelling},
        is_table=source.is_table,
        span=source.span,
    )
    if not source.is_table:
        file_unknown(list(inputs), held, faults)
    chosen = {one: choose(one, held, faults) for one in wanted}
    return {one: spelling for one, spelling in chosen.items() if spelling is not None}


def _sound(
    chosen: Mapping[Input, Spelling], columns: Mapping[str, Column], faults: Faults
) -> dict[Input, list[Column]]:
    """The columns of each input all of whose columns are there and have the right axes."""
    found = {
        one: [columns[name] for name in spelling if name in columns]
        for one, spelling in chosen.items()
    }
    fitting = {
        one: [column for column in some if _fits(one, chosen[one], column, faults)]
        for one, some in found.items()
    }
    return {one: some for one, some in fitting.items() if len(some) == len(chosen[one])}


def _fits(one: Input, spelling: Spelling, column: Column, faults: Faults) -> bool:
    """Whether an array has the axes that it should; if not, that is filed."""
    shape = shapes.rows() if one.is_category or len(spelling) == one.size else shapes.rows(one.size)
    fits = len(column.shape) == len(shape) and column.shape[1:] == shape[1:]
    if not one.is_category and one.size == 1:
        shape, fits = shapes.rows(1), fits or (len(column.shape) == 2 and column.shape[1] == 1)
    if not fits:
        fault = Diagnostic(
            slug="wrong-shape",
            message=f"the input `{column.name}` has the wrong shape",
            expected=shapes.text(shape),
            got=str(column.shape),
        )
        faults.add(fault)
    return fits


def _check_counts(sound: Mapping[Input, Sequence[Column]], source: Source, faults: Faults) -> None:
    """File that columns have different numbers of rows, or that there are none."""
    first: dict[int, str] = {}
    for columns in sound.values():
        for column in columns:
            first.setdefault(column.shape[0], column.name)
    if len(first) > 1:
        some = list(first.items())[:_MOST_COUNTS]
        fault = Diagnostic(
            slug="rows-differ",
            message="the inputs have different numbers of rows",
            span=source.span,
            got=", ".join(f"{name} {count}" for count, name in some),
        )
        faults.add(fault)
    elif 0 in first and not faults:
        faults.add(Diagnostic(slug="no-rows", message="the data have no rows", span=source.span))
