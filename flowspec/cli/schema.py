"""`flowspec schema`: the JSON Schema of the language."""

from __future__ import annotations

import click

from flowspec.spec import schema_text


@click.command("schema", short_help="Write the JSON Schema of spec files.")
def command() -> None:
    """Write the JSON Schema of spec files, for editors, to standard output."""
    click.echo(schema_text(), nl=False)
