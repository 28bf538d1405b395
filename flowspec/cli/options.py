"""Options that several commands share."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import click

spec_argument: Callable[[Any], Any] = click.argument("spec", type=click.Path())

set_option: Callable[[Any], Any] = click.option(
    "--set", "overrides", multiple=True, metavar="PATH=VALUE",
    help="Change the spec before it is validated, as in layers.0.repeat=8; may be repeated.",
)  # fmt: skip

json_option: Callable[[Any], Any] = click.option(
    "--json", "as_json", is_flag=True, help="Write JSON to standard output."
)

quiet_option: Callable[[Any], Any] = click.option(
    "--quiet", "-q", is_flag=True, help="Tell errors and nothing else."
)


def write_json(value: Any) -> None:
    """Write a value to standard output as JSON."""
    click.echo(json.dumps(value, indent=2, default=str))
