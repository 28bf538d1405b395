"""Asks a flow about rows, batch by batch, and writes what it answers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import chain
from typing import Any

from flowspec.backend import np
from flowspec.cli.options import write_json
from flowspec.cli.source import load_flow
from flowspec.data.files import STANDARD
from flowspec.data.reading import Batch, Reading
from flowspec.data.table import Table
from flowspec.data.target import open_target
from flowspec.data.writers import WRITERS, output_format
from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.records import Plan
from flowspec.seeds import row_seeds

Answers = Callable[[Any, Batch], Mapping[str, Any]]
"""From a flow and a batch of rows to arrays by the name of the quantity."""


@dataclass(frozen=True)
class Output:
    """Where results go: a file or standard output, its format, and whether it is told as JSON."""

    path: str
    format: str
    as_json: bool

    @classmethod
    def of(cls, path: str, given: str | None, *, as_json: bool) -> Output:
        """An output whose format is given, or told by the file's ending.

        On standard output `--json` means JSON Lines.

        Raises:
            UsageError: If the ending names no format.
        """
        if path == STANDARD and as_json and given is None:
            given = "jsonl"
        return cls(path, output_format(path, given), as_json)


def check_apart(output: Output, *given: str | None) -> None:
    """Refuse to write over a file that is read.

    Raises:
        UsageError: If the output is one of the files given.
    """
    for file in given:
        if file is not None and _same_file(output.path, file):
            raise UsageError(
                Diagnostic(
                    slug="output-is-input",
                    message=f"the output `{output.path}` is the file that is read",
                    help="write to another file",
                )
            )


def _same_file(one: str, other: str) -> bool:
    try:
        return STANDARD not in (one, other) and os.path.samefile(one, other)
    except (OSError, ValueError):
        return False


def write_results(
    folder: str,
    plan: Plan,
    returns: Iterable[str],
    rows: Reading | Iterable[Batch],
    answers: Answers,
    output: Output,
    draws: int | None = None,
) -> None:
    """Write the answers to rows; TensorFlow is loaded once everything that can be is checked.

    Args:
        folder: The bundle.
        plan: Its plan.
        returns: The quantities that are answered.
        rows: The rows to ask about.
        answers: What asks.
        output: Where the answers go.
        draws: The draws per row, where the answers have an axis for them.

    Raises:
        FlowspecError: If something does not fit; then no file is written.
    """
    make_writer = WRITERS[output.format]
    with rows if isinstance(rows, Reading) else nullcontext(), open_target(output.path) as target:
        writer = make_writer(target)
        table = Table(plan, returns, draws=draws, splits=writer.splits)
        if isinstance(rows, Reading):
            table.check_kept(rows.kept)
        batches = begun(rows)
        flow = load_flow(folder)
        summary: dict[str, Any] = {"file": output.path, "rows": 0, "columns": []}
        for batch in batches:
            columns = table.of(batch, answers(flow, batch))
            writer.write(columns)
            summary["rows"] += len(next(reversed(columns.values())))
            summary["columns"] = list(columns)
        writer.close()
    if output.as_json and output.path != STANDARD:
        write_json(summary)


def begun(rows: Iterable[Batch]) -> Iterator[Batch]:
    """The batches, of which the first has been read, and its faults told."""
    batches = iter(rows)
    return chain([next(batches)], batches)


def counted(rows: int, size: int) -> Iterator[Batch]:
    """Batches of rows without inputs: so many rows, at most so many at once."""
    for first in range(0, rows, size):
        yield Batch(first=first, count=min(size, rows - first), inputs={}, kept={})


def seeds(flow: Any, seed: int | None, batch: Batch) -> Any:
    """The seeds of the rows of a batch: the same in batches of any size where a seed is given."""
    if seed is None:
        return flow.store.row_seeds(np.zeros(batch.count)).numpy()
    return row_seeds(seed, batch.count, batch.first)
