"""`flowspec transfer`: trained weights into another architecture."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import click

from flowspec import bundle
from flowspec.cli.bundles import BundlePath, TargetPath
from flowspec.cli.options import json_option, set_option, write_json
from flowspec.cli.quiet import start_tensorflow
from flowspec.cli.specs import read_spec
from flowspec.cli.terminal import tell
from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.plan import check
from flowspec.versioning.transfer.parent import look_at_parent, read_parent
from flowspec.versioning.transfer.refuse import check_whole
from flowspec.versioning.transfer.transfer import Transfer


@click.command("transfer", short_help="Move the weights of a bundle to another spec.")
@click.argument("parent", metavar="BUNDLE", type=BundlePath())
@click.argument("spec", type=click.Path())
@click.option("-o", "--output", type=TargetPath(), help="The bundle to write.")
@click.option("--dry-run", is_flag=True, help="Show what would become of each variable, and stop.")
@click.option("--partial", is_flag=True,
              help="Go on where variables are left behind or log_prob changes.")  # fmt: skip
@click.option("--all", "all_lines", is_flag=True, help="A line for each variable, of repeats too.")
@set_option
@json_option
def command(
    parent: str, spec: str, output: str | None, dry_run: bool, partial: bool, all_lines: bool,
    overrides: Sequence[str], as_json: bool,
) -> None:  # fmt: skip
    """Move the weights of BUNDLE to the architecture of SPEC, and write a new bundle.

    What becomes of each variable is shown first. If anything would be left behind, or log_prob
    change, the exit code is 1 and nothing is written, unless --partial says that this is meant.
    BUNDLE stays as it is.

    \b
    flowspec transfer policy.bundle specs/latent_policy.yaml --dry-run
    flowspec transfer policy.bundle deeper.yaml --output deeper.bundle
    flowspec transfer policy.bundle other.yaml --partial --output other.bundle
    """  # noqa: D301
    _check_output(parent, output, dry_run=dry_run)
    checked = read_spec(spec, overrides)
    plan, warnings = check(checked)
    tell(warnings)
    values = None if dry_run else read_parent(parent)
    move = Transfer(look_at_parent(parent) if values is None else values.bundle, plan)
    if not as_json:
        click.echo(move.text(all_lines=all_lines), nl=False)
    refused = not (partial or dry_run or move.map.whole)
    if as_json and (dry_run or refused):
        _write(move, None)
    if refused:
        check_whole(move.map, plan, checked.span)
    if values is None or output is None:
        return
    start_tensorflow()
    from flowspec.api import moved_flow

    moved_flow(move, values).save(output)
    if as_json:
        _write(move, output)
    else:
        click.echo(f"{output}: {plan.name} {plan.version}")


def _write(move: Transfer, output: str | None) -> None:
    written: dict[str, Any] = {"bundle": None if output is None else os.fspath(output)}
    write_json({**written, **move.as_data()})


def _check_output(parent: str, output: str | None, *, dry_run: bool) -> None:
    """Refuse to write nowhere, and over the bundle that is read.

    Raises:
        UsageError: If there is no output, or it is the parent.
        BundleError: If the output is a folder of something else.
    """
    if dry_run:
        return
    if output is None:
        raise click.UsageError("Missing option '-o' / '--output', or '--dry-run'.")
    if _same_folder(parent, output):
        raise UsageError(
            Diagnostic(
                slug="output-is-input",
                message=f"the output `{output}` is the bundle that is read",
                help="write to another folder",
            )
        )
    bundle.check_target(output)


def _same_folder(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except (OSError, ValueError):
        return False
