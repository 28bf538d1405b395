"""`flowspec evaluate`: the mean negative log-likelihood of the rows of a file."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

import click

from flowspec import bundle
from flowspec.cli.data_options import batch_size_option, bundle_argument, input_format_option
from flowspec.cli.options import json_option, write_json
from flowspec.cli.results import begun
from flowspec.cli.source import load_flow
from flowspec.data.reading import Batch
from flowspec.data.rows import open_rows


@click.command("evaluate", short_help="How well a bundle describes the rows of a file.")
@bundle_argument
@click.argument("data", type=click.Path())
@input_format_option
@batch_size_option
@json_option
def command(
    folder: str, data: str, input_format: str | None, batch_size: int, as_json: bool
) -> None:
    """Tell how well BUNDLE describes the rows of DATA; `-` is standard input.

    \b
    flowspec evaluate engel.bundle households.csv
    flowspec evaluate engel.bundle households.parquet --json
    """  # noqa: D301
    plan = bundle.read(folder).plan
    with open_rows(plan, data, given_format=input_format, rows=batch_size) as rows:
        batches = begun(rows)
        flow = load_flow(folder)
        from flowspec.training.evaluation import score

        found = score(_log_probs(flow, batches), plan.event.size)
    if as_json:
        # JSON has no word for a number that is not finite.
        numbers = asdict(found)
        write_json({k: v if v is None or math.isfinite(v) else None for k, v in numbers.items()})
        return
    error = "" if found.standard_error is None else f" ± {found.standard_error:.4f}"
    click.echo(
        f"{data}: {found.negative_log_likelihood:.4f}{error} nats, "
        f"{found.bits_per_dimension:.4f} bits per dimension, {found.rows} rows"
    )


def _log_probs(flow: Any, batches: Iterable[Batch]) -> Iterator[Any]:
    for batch in batches:
        event = batch.inputs.pop(flow.plan.event.name)
        yield flow.log_prob(event, **batch.inputs)
