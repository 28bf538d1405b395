"""`flowspec compile`: a spec as a bundle, not trained yet."""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from flowspec import bundle
from flowspec.cli.bundles import TargetPath
from flowspec.cli.options import json_option, set_option, spec_argument, write_json
from flowspec.cli.source import compiled


@click.command("compile", short_help="Write a spec as a bundle that is not trained yet.")
@spec_argument
@click.option("-o", "--output", required=True, type=TargetPath(), help="The bundle to write.")
@set_option
@json_option
def command(spec: str, output: str, overrides: Sequence[str], as_json: bool) -> None:
    """Compile SPEC and write it as a bundle whose variables are not trained yet.

    \b
    flowspec compile specs/latent_policy.yaml --output policy.bundle
    flowspec compile specs/latent_policy.yaml --set seed=1 --output second.bundle
    """  # noqa: D301
    plan, make = compiled(spec, overrides)
    bundle.check_target(output)
    make().save(output)
    parameters = sum(variable.size for variable in plan.variables)
    if as_json:
        names = [record.name for record in plan.outputs]
        write_json({"bundle": os.fspath(output), "parameters": parameters, "outputs": names})
    else:
        click.echo(f"{output}: {plan.name} {plan.version}, {parameters} parameters")
