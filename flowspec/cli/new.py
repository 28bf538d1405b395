"""`flowspec new`: a spec to begin with."""

from __future__ import annotations

import click

from flowspec.cli.create import create
from flowspec.cli.options import json_option, quiet_option, write_json
from flowspec.cli.specs import STANDARD
from flowspec.spec.templates import DEFAULT, template, templates


def _complete(context: click.Context, parameter: click.Parameter, start: str) -> list[str]:
    return [name for name in templates() if name.startswith(start)]


@click.command("new", short_help="Write a commented spec to begin with.")
@click.argument("name", metavar="[TEMPLATE]", default=DEFAULT, shell_complete=_complete)
@click.option("-o", "--output", type=click.Path(), help="The file to write; else standard output.")
@click.option("--force", is_flag=True, help="Replace the file if there is one.")
@click.option("--list", "as_list", is_flag=True, help="List the templates.")
@json_option
@quiet_option
def command(
    name: str, output: str | None, force: bool, as_list: bool, as_json: bool, quiet: bool
) -> None:
    """Write a commented spec to begin with.

    TEMPLATE is one of those that --list lists; density where it is left out.

    \b
    flowspec new --list
    flowspec new policy > policy.yaml
    flowspec new spline --output price.yaml
    """  # noqa: D301
    if as_list:
        _list(as_json)
        return
    text = template(name)
    if output == STANDARD:
        output = None
    if output is not None:
        create(output, text, force=force)
    if as_json:
        write_json(
            {"template": name, "file": output} if output else {"template": name, "text": text}
        )
    elif output is None:
        click.echo(text, nl=False)
    elif not quiet:
        click.echo(f"{output}: the template {name}")


def _list(as_json: bool) -> None:
    known = templates()
    if as_json:
        write_json(known)
        return
    width = max(map(len, known))
    for name, about in known.items():
        click.echo(f"{name.ljust(width)}  {about}")
