"""`flowspec export`: the SavedModel of a bundle in a folder of its own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import click

from flowspec import bundle
from flowspec.cli.bundles import BundlePath
from flowspec.cli.options import json_option, write_json
from flowspec.cli.source import load_flow


@click.command("export", short_help="Write the SavedModel of a bundle.")
@click.argument("folder", metavar="BUNDLE", type=BundlePath())
@click.option("-o", "--output", required=True, type=click.Path(),
              help="The folder to write; an older SavedModel there is replaced.")  # fmt: skip
@json_option
def command(folder: str, output: str, as_json: bool) -> None:
    """Write the SavedModel of BUNDLE: every output a signature, for TensorFlow without flowspec.

    \b
    flowspec export engel.bundle --output engel_model
    """  # noqa: D301
    found = bundle.read(folder)
    stored = found.saved_model()
    if stored is None:
        load_flow(folder).export(output)
    else:
        _copy(stored, output)
    if as_json:
        names = [record.name for record in found.plan.outputs]
        write_json({"saved_model": os.fspath(output), "signatures": names})
    else:
        click.echo(f"{output}: {', '.join(record.name for record in found.plan.outputs)}")


def _copy(stored: Path, output: str) -> None:
    """The SavedModel of the bundle as it is, without TensorFlow."""
    from flowspec.export.folder import write_folder

    def copy(path: Path) -> None:
        shutil.copytree(stored, path)

    write_folder(output, copy)
