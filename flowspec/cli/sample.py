"""`flowspec sample`: draw events from a bundle."""

from __future__ import annotations

import click

from flowspec import bundle
from flowspec.cli.options import json_option
from flowspec.cli.quiet import start_tensorflow
from flowspec.cli.table import write_table
from flowspec.diagnostics import Diagnostic, UsageError


@click.command("sample")
@click.argument("folder", metavar="BUNDLE", type=click.Path())
@click.option("-n", "--draws", type=click.IntRange(min=1),
              help="Draws: per row of the context, or in all without context.")  # fmt: skip
@click.option("--context", "context_file", type=click.Path(),
              help="A CSV or NPZ file with the context inputs, a row per event.")  # fmt: skip
@click.option("--seed", type=int, help="Makes the draws repeatable.")
@click.option("-o", "--output", type=click.Path(), help="A CSV or NPZ file; else standard output.")
@json_option
def command(
    folder: str, draws: int | None, context_file: str | None, seed: int | None,
    output: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Draw events from BUNDLE, as CSV.

    \b
    flowspec sample engel.bundle --context incomes.csv --draws 5 --seed 7 --output drawn.csv
    """  # noqa: D301
    plan = bundle.read(folder).plan
    if plan.conditional != (context_file is not None):
        names = ", ".join(context.name for context in plan.contexts)
        raise UsageError(
            Diagnostic(
                slug="missing-context" if plan.conditional else "no-context-inputs",
                message=f"the flow is conditioned on {names}: give a file with --context"
                if plan.conditional
                else "the flow has no context, so --context has nothing to say",
            )
        )
    start_tensorflow()
    from flowspec.api import load
    from flowspec.data.rows import read_rows

    flow = load(folder)
    context = {}
    if context_file is not None:
        context = read_rows(plan, context_file, [record.name for record in plan.contexts])
    events = flow.sample(*([draws] if draws else []), seed=seed, **context)
    write_table(plan, events, output, as_json=as_json)
