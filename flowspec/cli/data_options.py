"""Options of the commands that read and write rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from flowspec.cli.bundles import BundlePath
from flowspec.data.files import FORMATS

Decorator = Callable[[Any], Any]

bundle_argument: Decorator = click.argument("folder", metavar="BUNDLE", type=BundlePath())

input_format_option: Decorator = click.option(
    "--input-format", type=click.Choice(FORMATS),
    help="The format of the data, where its file's ending does not tell it.",
)  # fmt: skip

seed_option: Decorator = click.option("--seed", type=int, help="Makes the draws repeatable.")

batch_size_option: Decorator = click.option(
    "--batch-size", type=click.IntRange(min=1), default=65_536, show_default=True,
    help="The most rows and draws that are held at once.",
)  # fmt: skip

_output_options: tuple[Decorator, ...] = (
    click.option("-o", "--output", type=click.Path(), default="-",
                 help="The file to write; without it standard output."),
    click.option("--format", "output_format", type=click.Choice(FORMATS),
                 help="The format to write, where the file's ending does not tell it."),
    click.option("--keep", is_flag=True, help="Also write the columns of the input."),
)  # fmt: skip


def output_options(command: Any) -> Any:
    """Where rows are written, how, and whether with what was read."""
    for option in reversed(_output_options):
        command = option(command)
    return command
