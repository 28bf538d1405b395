"""Reads rows of the event, of the context and of what else an output is given.

Data are a mapping of names to arrays, a data frame, or a file. Whatever they are, the same columns
give the same arrays.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from flowspec.backend import np
from flowspec.data.arrays import of_frame, of_mapping
from flowspec.data.choice import Held, choose, file_unknown
from flowspec.data.faults import Faults
from flowspec.data.files import OpenFile
from flowspec.data.inputs import Input, Spelling, inputs_of
from flowspec.data.reading import Reading
from flowspec.data.source import Source
from flowspec.diagnostics import DataError, Diagnostic, UsageError, nearest
from flowspec.records import Plan

MAX_BYTES: Final = 8 << 30
"""Bytes of the rows that are read into memory."""


def read_rows(
    plan: Plan, data: Any, names: Sequence[str] | None = None, *, given_format: str | None = None
) -> dict[str, Any]:
    """All rows of data, an array per input, checked against the plan.

    An array that needs no change may be the one that was given.

    Args:
        plan: The plan of the flow.
        data: A mapping of names to arrays, a data frame, or the path of a file.
        names: The inputs that are wanted: the event, context inputs, `latent`, `seed`. Without it
            the event and the context.
        given_format: The format of a file whose ending does not tell it.

    Returns:
        NumPy arrays by name, in the order of `names`: `(B, D)` in the flow's dtype for the event,
        vectors and latents, `(B,)` int32 for categories, `(B,)` int64 for seeds. An event that the
        cast has rounded to a bound of its support is the nearest number inside.

    Raises:
        DataError: If the data cannot be read, or do not fit; it tells the first faults found and
            the number of the others.
        UsageError: If the plan has no input of a name.
        MissingDependencyError: If the package that reads a format is not installed.
    """
    with open_rows(plan, data, names, given_format=given_format) as reading:
        batches: list[dict[str, Any]] = []
        size = 0
        for batch in reading:
            batches.append(batch.inputs)
            size += sum(array.nbytes for array in batch.inputs.values())
            if size > MAX_BYTES:
                raise DataError(_too_large(data))
    if len(batches) < 2:
        return batches[0] if batches else {}
    return {name: np.concatenate([b.pop(name) for b in batches]) for name in list(batches[0])}


def open_rows(
    plan: Plan,
    data: Any,
    names: Sequence[str] | None = None,
    *,
    optional: Collection[str] = (),
    keep: bool = False,
    given_format: str | None = None,
    rows: int = 65_536,
) -> Reading:
    """Data whose columns have been found, to be read in batches.

    Args:
        plan: The plan of the flow.
        data: As for `read_rows`.
        names: As for `read_rows`.
        optional: The inputs among them that may be missing.
        keep: Whether batches also hold every column of the data as it stands there.
        given_format: The format of a file whose ending does not tell it.
        rows: The most rows of a batch; arrays in memory are one batch.

    Returns:
        The batches, to be iterated over once. Close it, or use it as a context manager.

    Raises:
        DataError: If the data cannot be opened. What is wrong with columns and values is raised by
            the iteration.
        UsageError: If the plan has no input of a name.
        MissingDependencyError: If the package that reads a format is not installed.
    """
    inputs = inputs_of(plan, names or ())
    wanted = _wanted(inputs, names)
    source, close = _source(data, given_format)
    wanted = [one for one in wanted if one.name not in optional or one.name in source.counts]
    faults = Faults()
    chosen = _choose(inputs, wanted, source, faults, keep=keep)
    kept = list(source.counts) if keep else []
    return Reading(plan, source, chosen, kept, faults, rows=rows, close=close)


def _wanted(inputs: Mapping[str, Input], names: Sequence[str] | None) -> list[Input]:
    unknown = [name for name in names or () if name not in inputs]
    if unknown:
        raise UsageError(*(_unknown(name, inputs) for name in unknown))
    return [inputs[name] for name in dict.fromkeys(inputs if names is None else names)]


def _source(data: Any, given_format: str | None) -> tuple[Source, Any]:
    """A source, and what closes it."""
    if isinstance(data, str | os.PathLike):
        file = OpenFile(data, given_format)
        return file.source, file.close
    if isinstance(data, Mapping):
        source = of_mapping(data)
        return source, source.close
    if hasattr(data, "columns") and hasattr(data, "__getitem__"):
        source = of_frame(data)
        return source, source.close
    raise DataError(
        Diagnostic(
            slug="unnamed-inputs",
            message="the data do not name their inputs",
            expected="a mapping of names to arrays, a data frame, or the path of a file",
            got=f"a value of type {type(data).__name__}",
        )
    )


def _choose(
    inputs: Mapping[str, Input],
    wanted: Sequence[Input],
    source: Source,
    faults: Faults,
    *,
    keep: bool,
) -> dict[Input, Spelling]:
    """The columns of each wanted input, without those inputs that have faults."""
    held = Held(
        counts=source.counts,
        known={c for one in inputs.values() for spelling in one.spellings for c in spelling},
        is_table=source.is_table,
        may_be_array=source.may_be_array,
        span=source.span,
        place=source.place,
    )
    if keep:
        doubled = [name for name, count in source.counts.items() if count > 1]
        faults.add_all(len(doubled), (_doubled(name, source) for name in doubled))
    elif not source.is_table:
        file_unknown(list(inputs), held, faults)
    chosen = {one: choose(one, held, faults) for one in wanted}
    return {one: spelling for one, spelling in chosen.items() if spelling is not None}


def _unknown(name: str, inputs: Mapping[str, Input]) -> Diagnostic:
    return Diagnostic(
        slug="unknown-input",
        message=f"the flow has no input named `{name}`",
        expected=", ".join(inputs),
        nearest=nearest(name, inputs),
    )


def _doubled(name: str, source: Source) -> Diagnostic:
    return Diagnostic(
        slug="doubled-column",
        message=f"the column `{name}` stands in the data more than once, and cannot be kept",
        span=source.place(name),
        expected="one column of that name",
        got=str(source.counts[name]),
    )


def _too_large(data: Any) -> Diagnostic:
    return Diagnostic(
        slug="too-large",
        message=f"the rows of `{data}` take more than {MAX_BYTES} bytes of memory",
        help="read them in pieces with tf.data, and pass the tf.data.Dataset",
    )
