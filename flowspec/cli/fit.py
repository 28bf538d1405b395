"""`flowspec fit`: train a flow on a file and keep it as a bundle."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from flowspec import bundle
from flowspec.cli.bundles import TargetPath
from flowspec.cli.data_options import input_format_option
from flowspec.cli.options import json_option, set_option, write_json
from flowspec.cli.source import planned, source_argument
from flowspec.data.rows import read_rows


@click.command("fit", short_help="Train a flow on a file and write a bundle.")
@source_argument
@click.argument("data", type=click.Path())
@input_format_option
@click.option("-o", "--output", required=True, type=TargetPath(), help="The bundle to write.")
@set_option
@click.option("--epochs", type=click.IntRange(min=1), help="Passes over the rows.")
@click.option("--batch-size", type=click.IntRange(min=1), help="Rows per step.")
@click.option("--validation-split", type=click.FloatRange(0, 1, max_open=True),
              help="The share of rows to hold out.")  # fmt: skip
@click.option("--early-stopping", type=click.IntRange(min=1), metavar="EPOCHS",
              help="Stop after so many epochs without improvement; keep the best.")  # fmt: skip
@click.option("--keep-optimizer", is_flag=True,
              help="Keep the state of the optimizer, so that training can go on.")  # fmt: skip
@click.option("--quiet", "-q", is_flag=True, help="No progress bar.")
@json_option
def command(
    source: str, data: str, input_format: str | None, output: str, overrides: Sequence[str],
    epochs: int | None, batch_size: int | None, validation_split: float | None,
    early_stopping: int | None, keep_optimizer: bool, quiet: bool, as_json: bool,
) -> None:  # fmt: skip
    """Train a flow on the rows of DATA and write a bundle; `-` is standard input.

    A bundle is trained on: with its statistics, and with its optimizer where that was kept.

    \b
    flowspec fit specs/engel.yaml engel.csv --output engel.bundle
    flowspec fit specs/engel.yaml - --input-format jsonl -o engel.bundle < engel.jsonl
    flowspec fit engel.bundle more.parquet --epochs 10 --output engel.bundle
    """  # noqa: D301
    plan, make = planned(source, overrides)
    bundle.check_target(output)
    rows = read_rows(plan, data, given_format=input_format)
    flow = make()
    history = flow.fit(
        rows, epochs=epochs, batch_size=batch_size, validation_split=validation_split,
        early_stopping=early_stopping, verbose=not quiet and not as_json,
    ).history  # fmt: skip
    flow.save(output, optimizer=keep_optimizer)
    result = {key: values[-1] for key, values in history.items()}
    if as_json:
        write_json({"bundle": os.fspath(output), "epochs": len(history["loss"]), **result})
        return
    losses = ", ".join(f"{key} {value:.4f} nats" for key, value in result.items())
    click.echo(f"{output}: {len(history['loss'])} epochs, {losses}")
