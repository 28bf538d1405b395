"""Options that several commands share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

import click

from flowspec.diagnostics import Diagnostic, render_all

spec_argument: Callable[[Any], Any] = click.argument("spec", type=click.Path())

set_option: Callable[[Any], Any] = click.option(
    "--set", "overrides", multiple=True, metavar="PATH=VALUE",
    help="Change the spec before it is validated, as in layers.0.repeat=8; may be repeated.",
)  # fmt: skip

json_option: Callable[[Any], Any] = click.option(
    "--json", "as_json", is_flag=True, help="Write JSON to standard output."
)


def write_json(value: Any) -> None:
    """Write a value to standard output as JSON."""
    click.echo(json.dumps(value, indent=2, default=str))


def as_data(diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Diagnostics as plain data; what is absent is left out."""
    return [
        {key: value for key, value in asdict(diagnostic).items() if value is not None}
        for diagnostic in diagnostics
    ]


def warn(diagnostics: Iterable[Diagnostic]) -> None:
    """Write warnings to standard error."""
    found = tuple(diagnostics)
    if found:
        click.echo(render_all(found), err=True)
