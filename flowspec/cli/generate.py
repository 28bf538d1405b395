"""`flowspec generate`: code and deployment files from a bundle."""

from __future__ import annotations

import os

import click

from flowspec.cli.bundles import BundlePath
from flowspec.cli.options import json_option, write_json
from flowspec.generate.targets import targets

TARGETS = "".join(f"  {name.ljust(10)}{about}\n" for name, about in targets().items())

HELP = f"""Write the files of TARGET, made from BUNDLE, into a folder.

\b
{TARGETS}
Files that were edited since they were generated are replaced only with --force.

\b
flowspec generate server engel.bundle --output engel_server
flowspec generate client engel.bundle --output engel_client
flowspec generate kserve engel.bundle --output deploy --storage-uri s3://models/engel
"""


def _complete(context: click.Context, parameter: click.Parameter, start: str) -> list[str]:
    return [name for name in targets() if name.startswith(start)]


@click.command("generate", help=HELP, short_help="Write code or deployment files from a bundle.")
@click.argument("target", shell_complete=_complete)
@click.argument("folder", metavar="BUNDLE", type=BundlePath())
@click.option("-o", "--output", required=True, type=click.Path(), help="The folder to write to.")
@click.option("--force", is_flag=True, help="Replace files that were edited.")
@click.option("--storage-uri", metavar="URI",
              help="kserve: where the cluster finds the SavedModel.")  # fmt: skip
@click.option("--port", type=click.IntRange(1, 65_534),
              help="compose: the port on this machine.")  # fmt: skip
@json_option
def command(
    target: str, folder: str, output: str, force: bool, storage_uri: str | None,
    port: int | None, as_json: bool,
) -> None:  # fmt: skip
    """Write the files of a target."""
    from flowspec.generate import generate

    options = {"storage_uri": storage_uri, "port": port}
    done = generate(target, folder, output, force=force, options=options)
    if as_json:
        write_json({"target": target, "folder": os.fspath(output), **done._asdict()})
        return
    count = len(done.written)
    click.echo(f"{output}: {count} {'file' if count == 1 else 'files'} written, "
               f"{len(done.unchanged)} unchanged")  # fmt: skip
    for path in done.removed:
        click.echo(f"  removed, no longer generated: {path}")
    for path in done.left:
        click.echo(f"  left, edited, no longer generated: {path}")
