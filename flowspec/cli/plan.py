"""`flowspec plan`: show what a spec becomes, without TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence

import click

from flowspec.cli.options import json_option, quiet_option, set_option, spec_argument, write_json
from flowspec.cli.specs import read_spec
from flowspec.cli.terminal import tell
from flowspec.plan import check, render
from flowspec.plan.fingerprint import fingerprints


@click.command("plan", short_help="Show what a spec becomes.")
@spec_argument
@set_option
@click.option("--brief", is_flag=True, help="Leave out the table of variables.")
@json_option
@quiet_option
def command(
    spec: str, overrides: Sequence[str], brief: bool, as_json: bool, quiet: bool
) -> None:  # fmt: skip
    """Show the layers, shapes, masks, variables and outputs that SPEC becomes.

    SPEC is a YAML file, or - for standard input. With --quiet warnings are not told.

    \b
    flowspec plan specs/latent_policy.yaml
    flowspec plan specs/latent_policy.yaml --set layers.0.repeat=4 --brief
    flowspec plan specs/latent_policy.yaml --json
    """  # noqa: D301
    plan, warnings = check(read_spec(spec, overrides))
    if not quiet:
        tell(warnings)
    if as_json:
        found = {**plan.model_dump(mode="json"), "fingerprints": fingerprints(plan).model_dump()}
        write_json(found)
    else:
        click.echo(render(plan, variables=not brief), nl=False)
