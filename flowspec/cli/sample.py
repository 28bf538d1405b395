"""`flowspec sample`: draw events from a bundle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from flowspec import bundle
from flowspec.cli.data_options import (
    batch_size_option,
    bundle_argument,
    input_format_option,
    output_options,
    seed_option,
)
from flowspec.cli.options import json_option
from flowspec.cli.results import Output, check_apart, counted, seeds, write_results
from flowspec.data.reading import Batch
from flowspec.data.rows import open_rows
from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.records import Plan


@click.command("sample", short_help="Draw events from a bundle.")
@bundle_argument
@click.option("-n", "--draws", type=click.IntRange(min=1),
              help="Draws: per row of the context, or in all without context.")  # fmt: skip
@click.option(
    "--context", type=click.Path(),
    help="A file with the context inputs, a row per event; `-` is standard input.",
)  # fmt: skip
@input_format_option
@seed_option
@output_options
@batch_size_option
@json_option
def command(
    folder: str, draws: int | None, context: str | None, input_format: str | None,
    seed: int | None, output: str, output_format: str | None, keep: bool, batch_size: int,
    as_json: bool,
) -> None:  # fmt: skip
    """Draw events from BUNDLE.

    \b
    flowspec sample engel.bundle --context incomes.csv --draws 5 --seed 7 --output drawn.csv
    flowspec sample engel.bundle --context incomes.parquet --keep --output drawn.parquet
    flowspec sample moons.bundle --draws 1000 --format jsonl
    """  # noqa: D301
    plan = bundle.read(folder).plan
    destination = Output.of(output, output_format, as_json=as_json)
    check_apart(destination, context)
    _check_context(plan, context, keep=keep)
    if context is None:
        rows, per_row = counted(draws or 1, batch_size), None
    else:
        names = [record.name for record in plan.contexts]
        size = max(1, batch_size // (draws or 1))
        rows = open_rows(plan, context, names, keep=keep, given_format=input_format, rows=size)
        per_row = draws

    def answers(flow: Any, batch: Batch) -> Mapping[str, Any]:
        count = batch.count if context is None else draws
        given = [] if count is None else [count]
        drawn = flow.sample(*given, seed=seeds(flow, seed, batch), **batch.inputs)
        return {plan.event.name: drawn}

    write_results(folder, plan, [plan.event.name], rows, answers, destination, per_row)


def _check_context(plan: Plan, context: str | None, *, keep: bool) -> None:
    names = ", ".join(record.name for record in plan.contexts)
    if plan.conditional and context is None:
        message = f"the flow is conditioned on {names}: give a file with --context"
        raise UsageError(Diagnostic(slug="missing-context", message=message))
    if not plan.conditional and (context is not None or keep):
        option = "--keep" if context is None else "--context"
        message = f"the flow has no context, so {option} has nothing to say"
        raise UsageError(Diagnostic(slug="no-context-inputs", message=message))
