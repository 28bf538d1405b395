"""`flowspec plan`: show what a spec becomes, without TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence

import click

from flowspec.cli.options import json_option, set_option, spec_argument, warn
from flowspec.plan import check, render
from flowspec.spec import load_spec


@click.command("plan")
@spec_argument
@set_option
@click.option("--brief", is_flag=True, help="Leave out the table of variables.")
@json_option
def command(spec: str, overrides: Sequence[str], brief: bool, as_json: bool) -> None:
    """Show the layers, shapes, masks, variables and outputs that SPEC becomes.

    \b
    flowspec plan specs/latent_policy.yaml
    flowspec plan specs/latent_policy.yaml --set layers.0.repeat=4 --brief
    """  # noqa: D301
    plan, warnings = check(load_spec(spec, overrides))
    warn(warnings)
    if as_json:
        click.echo(plan.model_dump_json(indent=2))
    else:
        click.echo(render(plan, variables=not brief), nl=False)
