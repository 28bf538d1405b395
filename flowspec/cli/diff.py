"""`flowspec diff`: what changed between two versions of a flow, without TensorFlow."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Literal

import click

from flowspec import __version__
from flowspec.cli.options import json_option, quiet_option, write_json
from flowspec.cli.specs import STANDARD, read_spec
from flowspec.cli.terminal import tell, wants_colour
from flowspec.diagnostics import FlowspecError, UsageError, ansi, plain
from flowspec.spec.load import Source
from flowspec.versioning.diff import Diff, diff
from flowspec.versioning.promise import Promise, forbidden, promised
from flowspec.versioning.render import render

Format = Literal["text", "json", "sarif"]


@click.command("diff", short_help="Tell what changed between two versions of a flow.")
@click.argument("old", type=click.Path())
@click.argument("new", type=click.Path())
@click.option("--promise", "promises", multiple=True, metavar="CATEGORIES",
              help="What must not break: callers, weights, numbers, training, with commas, or "
              "none; callers,weights,numbers where it is not given.")  # fmt: skip
@click.option("--fail-on", "failures", multiple=True, metavar="RULES",
              help="What else fails: rules, categories or severities, with commas.")  # fmt: skip
@click.option("--check-version", is_flag=True,
              help="Fail if the version of NEW says less than what changed.")  # fmt: skip
@click.option("--set", "overrides", multiple=True, metavar="PATH=VALUE",
              help="Change NEW before it is validated, as in layers.0.repeat=8; may be "
              "repeated.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text",
              help="How findings are told; SARIF is for code hosts and editors.")  # fmt: skip
@json_option
@quiet_option
@click.pass_context
def command(
    context: click.Context, old: str, new: str, promises: Sequence[str], failures: Sequence[str],
    check_version: bool, overrides: Sequence[str], form: Format, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Tell what changed from OLD to NEW, whom it breaks, and which version it asks for.

    OLD and NEW are spec files, bundles, git:REV:path, or - for standard input. The exit code is 1
    if a promise is broken, and 2 if there is nothing to compare. With --quiet nothing is told
    unless a promise is broken.

    \b
    flowspec diff old.yaml new.yaml
    flowspec diff git:HEAD:specs/engel.yaml specs/engel.yaml --check-version
    flowspec diff engel.bundle specs/engel.yaml --promise callers,weights
    flowspec diff specs/engel.yaml specs/engel.yaml --set layers.0.transform.log_scale_bound=5
    """  # noqa: D301
    rules, warnings = forbidden(failures)
    promise = Promise(promised(promises), rules)
    tell(warnings)
    try:
        found = _compared(old, new, overrides, check_version)
    except UsageError:
        raise
    except FlowspecError as error:
        # 1 would say that a promise is broken.
        raise UsageError(*error.diagnostics) from error
    broken = bool(promise.broken(found.findings))
    if broken or not quiet:
        _tell(found, promise, "json" if as_json else form)
    context.exit(1 if broken else 0)


def _compared(old: str, new: str, overrides: Sequence[str], check_version: bool) -> Diff:
    sources: list[Source] = [
        read_spec(old, ()) if old == STANDARD else old,
        read_spec(new, ()) if new == STANDARD else new,
    ]
    return diff(sources[0], sources[1], overrides, check_version=check_version)


def _tell(found: Diff, promise: Promise, form: Format) -> None:
    if form == "sarif":
        from flowspec.versioning.sarif import sarif

        write_json(sarif(found, promise, __version__))
    elif form == "json":
        write_json(found.as_data())
    else:
        colour = wants_colour(sys.stdout)
        click.echo(render(found, promise, ansi if colour else plain), nl=False, color=colour)
