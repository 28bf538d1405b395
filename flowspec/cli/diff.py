"""`flowspec diff`: what changed between two versions of a flow, without TensorFlow."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Literal

import click

from flowspec import __version__
from flowspec.api import diff
from flowspec.cli.options import json_option, quiet_option, write_json
from flowspec.cli.specs import STANDARD, read_spec
from flowspec.cli.terminal import tell, wants_colour
from flowspec.diagnostics import FlowspecError, UsageError, ansi, plain
from flowspec.spec.load import Source
from flowspec.versioning.diff.against import against as since
from flowspec.versioning.diff.diff import Diff
from flowspec.versioning.diff.promise import Promise, forbidden, promised
from flowspec.versioning.diff.render import render

Format = Literal["text", "json", "sarif"]


@click.command("diff", short_help="Tell what changed between two versions of a flow.")
@click.argument("versions", metavar="OLD NEW", nargs=-1, type=click.Path())
@click.option("--against", metavar="REV",
              help="Compare each SPEC with what it was at this revision in git; in place of OLD "
              "NEW stand one or more SPEC.")  # fmt: skip
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
    context: click.Context, versions: Sequence[str], against: str | None,
    promises: Sequence[str], failures: Sequence[str], check_version: bool,
    overrides: Sequence[str], form: Format, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Tell what changed from OLD to NEW, whom it breaks, and which version it asks for.

    OLD and NEW are spec files, bundles, registry:NAME@LABEL, git:REV:path, or - for standard
    input. The exit code is 1 if a promise is broken, and 2 if there is nothing to compare. With
    --quiet nothing is told unless a promise is broken.

    \b
    flowspec diff old.yaml new.yaml
    flowspec diff git:v1:specs/engel.yaml specs/engel.yaml --check-version
    flowspec diff --against HEAD specs/*.yaml --check-version --promise none
    flowspec diff engel.bundle specs/engel.yaml --promise callers,weights
    flowspec diff specs/engel.yaml specs/engel.yaml --set layers.0.transform.log_scale_bound=5
    """  # noqa: D301
    _check_use(versions, against, overrides)
    rules, warnings = forbidden(failures)
    promise = Promise(promised(promises), rules)
    tell(warnings)
    try:
        if against is None:
            found = [_compared(versions[0], versions[1], overrides, check_version)]
        else:
            found = _since(against, versions, check_version, quiet=quiet or as_json)
    except UsageError:
        raise
    except FlowspecError as error:
        # 1 would say that a promise is broken.
        raise UsageError(*error.diagnostics) from error
    broken = [one for one in found if promise.broken(one.findings)]
    told = broken if quiet else found
    if told or not quiet:
        _tell(told, promise, "json" if as_json else form, one=against is None)
    context.exit(1 if broken else 0)


def _check_use(versions: Sequence[str], against: str | None, overrides: Sequence[str]) -> None:
    if against is None and len(versions) != 2:
        raise click.UsageError("two versions are compared: OLD NEW, or --against REV SPEC...")
    if against is not None and not versions:
        raise click.UsageError("--against needs a SPEC to compare")
    if against is not None and overrides:
        raise click.UsageError("--against compares files as they are: leave out --set")


def _compared(old: str, new: str, overrides: Sequence[str], check_version: bool) -> Diff:
    if old == STANDARD == new:
        raise click.UsageError("standard input holds one version only")
    sources: list[Source] = [
        read_spec(old, ()) if old == STANDARD else old,
        read_spec(new, ()) if new == STANDARD else new,
    ]
    return diff(sources[0], sources[1], overrides, check_version=check_version)


def _since(revision: str, specs: Sequence[str], check_version: bool, *, quiet: bool) -> list[Diff]:
    found: list[Diff] = []
    for spec in specs:
        one = since(revision, spec, check_version=check_version)
        if one is not None:
            found.append(one)
        elif not quiet:
            click.echo(f"{spec} is new since {revision}", err=True)
    return found


def _tell(found: Sequence[Diff], promise: Promise, form: Format, *, one: bool) -> None:
    if form == "sarif":
        from flowspec.versioning.diff.sarif import sarif

        write_json(sarif(found, promise, __version__))
    elif form == "json":
        every = [each.as_data() for each in found]
        write_json(every[0] if one else {"diffs": every})
    else:
        colour = wants_colour(sys.stdout)
        paint = ansi if colour else plain
        text = "\n\n".join(render(each, promise, paint) for each in found)
        click.echo(text, nl=False, color=colour)
