"""`flowspec validate`: check specs completely, without TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import click

from flowspec import __version__
from flowspec.cli.lock import lock_of_no_file
from flowspec.cli.options import json_option, quiet_option, set_option, write_json
from flowspec.cli.specs import STANDARD, read_spec, shown_name
from flowspec.cli.terminal import tell
from flowspec.diagnostics import Diagnostic, SpecError, UsageError, as_data
from flowspec.plan import check
from flowspec.records import Plan
from flowspec.versioning.lock import check_lock

Format = Literal["text", "json", "sarif"]


@dataclass(frozen=True)
class Verdict:
    """What became of one spec: its plan, where it is valid, and what is told of it."""

    file: str
    plan: Plan | None
    diagnostics: Sequence[Diagnostic]


@click.command("validate", short_help="Check specs completely.")
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, type=click.Path())
@set_option
@click.option("--locked", is_flag=True, help="Fail where a spec is not what its lock says.")
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text",
              help="How problems are told; SARIF is for code hosts and editors.")  # fmt: skip
@json_option
@quiet_option
@click.pass_context
def command(
    context: click.Context, specs: Sequence[str], overrides: Sequence[str], locked: bool,
    form: Format, as_json: bool, quiet: bool,
) -> None:  # fmt: skip
    """Check every SPEC completely and tell every problem, each with its line and column.

    A SPEC is a YAML file, or - for standard input.

    \b
    flowspec validate specs/engel.yaml
    flowspec validate specs/*.yaml --quiet
    flowspec validate specs/engel.yaml --set layers.0.repeat=4 --json
    flowspec validate policy.yaml --locked
    flowspec validate specs/*.yaml --format sarif > flowspec.sarif
    """  # noqa: D301
    verdicts = [_verdict(spec, overrides, locked=locked) for spec in specs]
    if form == "sarif":
        from flowspec.diagnostics.sarif import sarif

        write_json(sarif({v.file: v.diagnostics for v in verdicts}, __version__))
    elif as_json or form == "json":
        write_json(_as_data(verdicts))
    else:
        for verdict in verdicts:
            _tell(verdict, quiet=quiet)
    context.exit(0 if all(verdict.plan for verdict in verdicts) else 1)


def _verdict(spec: str, overrides: Sequence[str], *, locked: bool) -> Verdict:
    file = shown_name(spec)
    if locked and spec == STANDARD:
        raise UsageError(lock_of_no_file())
    try:
        checked = read_spec(spec, overrides)
        plan, warnings = check(checked)
        outdated = check_lock(spec, checked, plan) if locked else ()
    except SpecError as error:
        return Verdict(file, None, error.diagnostics)
    return Verdict(file, None if outdated else plan, (*warnings, *outdated))


def _tell(verdict: Verdict, *, quiet: bool) -> None:
    told = [one for one in verdict.diagnostics if not quiet or one.severity == "error"]
    tell(told)
    if verdict.plan and not quiet:
        name, version = verdict.plan.name, verdict.plan.version
        click.echo(f"{verdict.file} is valid: {name} {version}")


def _as_data(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    files: list[dict[str, Any]] = []
    for verdict in verdicts:
        plan = verdict.plan
        named = {"name": plan.name, "version": plan.version} if plan else {}
        told = as_data(verdict.diagnostics)
        files.append({"file": verdict.file, "valid": bool(plan), **named, "diagnostics": told})
    return {"valid": all(file["valid"] for file in files), "files": files}
