"""`flowspec validate`: check a spec completely, without TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence

import click

from flowspec.cli.options import as_data, json_option, set_option, spec_argument, warn, write_json
from flowspec.diagnostics import SpecError
from flowspec.plan import check
from flowspec.spec import load_spec


@click.command("validate")
@spec_argument
@set_option
@json_option
@click.pass_context
def command(context: click.Context, spec: str, overrides: Sequence[str], as_json: bool) -> None:
    """Check SPEC completely and tell every problem, each with its line and column.

    \b
    flowspec validate specs/engel.yaml
    flowspec validate specs/engel.yaml --set layers.0.repeat=4 --json
    """  # noqa: D301
    try:
        plan, warnings = check(load_spec(spec, overrides))
    except SpecError as error:
        if not as_json:
            raise
        write_json({"valid": False, "diagnostics": as_data(error.diagnostics)})
        context.exit(1)
    if as_json:
        write_json({"valid": True, "diagnostics": as_data(warnings)})
        return
    warn(warnings)
    click.echo(f"{spec} is valid: {plan.name} {plan.version}")
