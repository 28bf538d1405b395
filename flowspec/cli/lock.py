"""`flowspec lock`: write what a spec means, resolved, into a file beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from flowspec.cli.options import json_option, quiet_option, write_json
from flowspec.cli.specs import STANDARD
from flowspec.cli.terminal import tell
from flowspec.data.target import open_target
from flowspec.diagnostics import Diagnostic, SpecError, UsageError
from flowspec.plan import check
from flowspec.source import read_file
from flowspec.spec import load_spec
from flowspec.versioning.lock import SUFFIX, lock_of, lock_text
from flowspec.versioning.lock.check import refuse_newer, same_but_tools


@click.command("lock", short_help="Write what specs mean, for review, into files beside them.")
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, type=click.Path())
@click.option("--exit-code", is_flag=True, help="End with 1 where a lock had to be written.")
@json_option
@quiet_option
@click.pass_context
def command(
    context: click.Context, specs: Sequence[str], exit_code: bool, as_json: bool, quiet: bool
) -> None:
    """Write SPEC.lock beside every SPEC.

    It holds the resolved spec, fingerprints, signatures, variables and versions of tools, in a form
    that is read in a review. `flowspec validate --locked` fails where a spec no longer means what
    its lock says. A lock that only names other tools is left as it is. Where a SPEC is not valid,
    no lock is written.

    \b
    flowspec lock policy.yaml
    flowspec validate policy.yaml --locked
    """  # noqa: D301
    made = [_lock(spec, quiet=quiet) for spec in specs]
    for file, text, changed in made:
        if changed:
            with open_target(file) as target:
                target.write(text.encode())
    if as_json:
        write_json({"locks": [{"file": file, "written": changed} for file, _, changed in made]})
    elif not quiet:
        for file, _, changed in made:
            click.echo(f"{file}: {'written' if changed else 'unchanged'}")
    context.exit(1 if exit_code and any(changed for _, _, changed in made) else 0)


def _lock(spec: str, *, quiet: bool) -> tuple[str, str, bool]:
    """The file of a spec's lock, its text, and whether it has to be written."""
    if spec == STANDARD:
        raise UsageError(lock_of_no_file())
    plan, warnings = check(load_spec(spec))
    if not quiet:
        tell(warnings)
    lock = lock_of(plan)
    text = lock_text(lock, Path(spec).name)
    return spec + SUFFIX, text, not _stands(spec + SUFFIX, lock)


def _stands(file: str, lock: dict[str, Any]) -> bool:
    """Whether there is a lock that says the same; one that cannot be read is written anew.

    Raises:
        SpecError: A newer flowspec wrote it.
    """
    if not Path(file).exists():
        return False
    try:
        found = read_file(file)
    except SpecError:
        return False
    refuse_newer(found, file)
    return same_but_tools(found, lock)


def lock_of_no_file() -> Diagnostic:
    """What is told where standard input is to have a lock."""
    return Diagnostic(
        slug="lock-without-file",
        message="standard input has no lock: a lock stands beside the spec's file",
        help="name the file",
    )
