"""`flowspec ask`: what an output of the spec returns, for every row of a file."""

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
from flowspec.plan import output_named
from flowspec.plan.solver import SEED
from flowspec.records import OutputRecord


@click.command("ask", short_help="What an output returns for every row of a file.")
@bundle_argument
@click.argument("name", metavar="OUTPUT")
@click.argument("data", type=click.Path(), required=False)
@click.option("-n", "--rows", "count", type=click.IntRange(min=1),
              help="The number of rows, for an output that is given nothing.")  # fmt: skip
@input_format_option
@seed_option
@output_options
@batch_size_option
@json_option
def command(
    folder: str, name: str, data: str | None, count: int | None, input_format: str | None,
    seed: int | None, output: str, output_format: str | None, keep: bool, batch_size: int,
    as_json: bool,
) -> None:  # fmt: skip
    """Answer OUTPUT of BUNDLE for each row of DATA, which holds its inputs; `-` is standard input.

    \b
    flowspec ask engel.bundle median incomes.csv --output medians.csv
    flowspec ask engel.bundle quantile latents.parquet --keep --format csv
    flowspec ask moons.bundle sample_and_log_prob --rows 1000 --seed 7
    """  # noqa: D301
    plan = bundle.read(folder).plan
    destination = Output.of(output, output_format, as_json=as_json)
    check_apart(destination, data)
    record = output_named(plan, name)
    names = [one.name for one in record.inputs]
    _check_options(record, data, count, seed, keep=keep)
    size = max(1, batch_size // (record.draws or 1))
    if data is None:
        rows = counted(count or 1, size)
    else:
        if seed is not None:
            names.remove(SEED)
        optional = {SEED} if plan.conditional else set[str]()
        rows = open_rows(
            plan, data, names, optional=optional, keep=keep, given_format=input_format, rows=size
        )

    def answers(flow: Any, batch: Batch) -> Mapping[str, Any]:
        given = dict(batch.inputs)
        if SEED not in given and record.origin == "draw":
            given[SEED] = seeds(flow, seed, batch)
        return flow.ask(name, **given)

    returns = [one.name for one in record.returns]
    write_results(folder, plan, returns, rows, answers, destination, record.draws)


def _check_options(
    record: OutputRecord, data: str | None, count: int | None, seed: int | None, *, keep: bool
) -> None:
    """Refuse data that are missing, and options without an effect."""
    needed = [one.name for one in record.inputs if one.name != SEED]
    wrong = {
        "--seed": seed is not None and record.origin != "draw" and "the output does not draw",
        "--rows": count is not None and bool(data or needed) and "the rows are those of DATA",
        "--keep": keep and data is None and "there is no DATA to keep",
    }
    problems = [
        Diagnostic(slug="option-without-effect", message=f"`{option}` has no effect: {why}")
        for option, why in wrong.items()
        if why
    ]
    if needed and data is None:
        message = f"`{record.name}` is given {', '.join(needed)}: name a file with them"
        problems.append(Diagnostic(slug="missing-data", message=message))
    if not needed and data is not None and seed is not None:
        message = f"`{record.name}` reads nothing but seeds: give DATA or --seed, not both"
        problems.append(Diagnostic(slug="answered-twice", message=message))
    if problems:
        raise UsageError(*problems)
