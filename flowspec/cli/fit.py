"""`flowspec fit`: train a flow on a file and keep it as a bundle."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from flowspec import bundle
from flowspec.cli.data_options import input_format_option
from flowspec.cli.options import json_option, set_option, spec_argument, warn, write_json
from flowspec.cli.quiet import start_tensorflow
from flowspec.data.rows import read_rows
from flowspec.plan import check
from flowspec.spec import load_spec


@click.command("fit")
@spec_argument
@click.argument("data", type=click.Path())
@input_format_option
@click.option("-o", "--output", required=True, type=click.Path(), help="The bundle to write.")
@set_option
@click.option("--epochs", type=click.IntRange(min=1), help="Passes over the rows.")
@click.option("--batch-size", type=click.IntRange(min=1), help="Rows per step.")
@click.option("--validation-split", type=click.FloatRange(0, 1, max_open=True),
              help="The share of rows to hold out.")  # fmt: skip
@click.option("--early-stopping", type=click.IntRange(min=1), metavar="EPOCHS",
              help="Stop after so many epochs without improvement; keep the best.")  # fmt: skip
@click.option("--quiet", is_flag=True, help="No progress bar.")
@json_option
def command(
    spec: str, data: str, input_format: str | None, output: str, overrides: Sequence[str],
    epochs: int | None, batch_size: int | None, validation_split: float | None,
    early_stopping: int | None, quiet: bool, as_json: bool,
) -> None:  # fmt: skip
    """Train SPEC on the rows of DATA and write a bundle; `-` is standard input.

    \b
    flowspec fit specs/engel.yaml engel.csv --output engel.bundle
    flowspec fit specs/engel.yaml - --input-format jsonl -o engel.bundle < engel.jsonl
    """  # noqa: D301
    checked = load_spec(spec, overrides)
    plan, warnings = check(checked)
    warn(warnings)
    bundle.check_target(output)
    rows = read_rows(plan, data, given_format=input_format)
    start_tensorflow()
    from flowspec.api import compile

    flow = compile(checked)
    history = flow.fit(
        rows, epochs=epochs, batch_size=batch_size, validation_split=validation_split,
        early_stopping=early_stopping, verbose=not quiet and not as_json,
    ).history  # fmt: skip
    flow.save(output)
    result = {key: values[-1] for key, values in history.items()}
    if as_json:
        write_json({"bundle": os.fspath(output), "epochs": len(history["loss"]), **result})
        return
    losses = ", ".join(f"{key} {value:.4f} nats" for key, value in result.items())
    click.echo(f"{output}: {len(history['loss'])} epochs, {losses}")
