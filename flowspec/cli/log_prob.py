"""`flowspec log-prob`: the log-density of every row of a file."""

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
)
from flowspec.cli.options import json_option
from flowspec.cli.results import Output, check_apart, write_results
from flowspec.data.reading import Batch
from flowspec.data.rows import open_rows


@click.command("log-prob", short_help="The log-density of every row of a file.")
@bundle_argument
@click.argument("data", type=click.Path())
@input_format_option
@output_options
@batch_size_option
@json_option
def command(
    folder: str, data: str, input_format: str | None, output: str, output_format: str | None,
    keep: bool, batch_size: int, as_json: bool,
) -> None:  # fmt: skip
    """Write the log-density of the event in each row of DATA, in nats; `-` is standard input.

    \b
    flowspec log-prob engel.bundle households.csv --keep --output scored.csv
    flowspec log-prob engel.bundle - --input-format jsonl < households.jsonl
    """  # noqa: D301
    plan = bundle.read(folder).plan
    destination = Output.of(output, output_format, as_json=as_json)
    check_apart(destination, data)
    event = plan.event.name
    rows = open_rows(plan, data, keep=keep, given_format=input_format, rows=batch_size)

    def answers(flow: Any, batch: Batch) -> Mapping[str, Any]:
        context = {name: array for name, array in batch.inputs.items() if name != event}
        return {"log_prob": flow.log_prob(batch.inputs[event], **context)}

    write_results(folder, plan, ["log_prob"], rows, answers, destination)
