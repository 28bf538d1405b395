"""What is told on the error stream, and whether it is in colour."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TextIO

import click

from flowspec.diagnostics import Diagnostic, ansi, plain, render_all


def tell(diagnostics: Iterable[Diagnostic]) -> None:
    """Write diagnostics to standard error, in colour where that is wanted."""
    found = tuple(diagnostics)
    if found:
        colour = wants_colour(sys.stderr)
        click.echo(render_all(found, ansi if colour else plain), err=True, color=colour)


def wants_colour(stream: TextIO) -> bool:
    """Whether a stream shows colours: a terminal does.

    `NO_COLOR` forbids them anywhere and `FORCE_COLOR` asks for them everywhere, where they are
    set and not empty; the first wins (https://no-color.org, https://force-color.org).
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"
