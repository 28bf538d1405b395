"""`flowspec verify`: measure a flow against the laws that every flow obeys."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flowspec import bundle
from flowspec.cli.options import json_option, set_option, warn, write_json
from flowspec.cli.quiet import start_tensorflow
from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.plan import check
from flowspec.spec import load_spec

if TYPE_CHECKING:
    from flowspec.flow import Flow
    from flowspec.laws import Verdict


@click.command("verify")
@click.argument("source", metavar="SPEC|BUNDLE", type=click.Path())
@set_option
@json_option
@click.pass_context
def command(context: click.Context, source: str, overrides: Sequence[str], as_json: bool) -> None:
    """Measure a flow against the laws that every flow obeys: error against budget, law by law.

    Of a spec, a flow whose variables were moved at random, so that nothing holds by chance; of a
    bundle, the flow as it was trained, after every file was checked. The exit code is 1 if a law
    is broken. Errors are relative to 1 + |value|, after what one unit in the last place of an
    event changes has been granted.

    \b
    flowspec verify specs/two_moons.yaml
    flowspec verify engel.bundle --json
    """  # noqa: D301
    flow, saved_model = _flow(source, overrides)
    from flowspec.laws import verify

    if not as_json:
        plan = flow.plan
        click.echo(f"{plan.name} {plan.version}, {plan.dtype}, {len(plan.layers)} layers")
        click.echo("            error  allowed  law")
    verdicts = []
    for verdict in verify(flow, saved_model):
        verdicts.append(verdict)
        if not as_json:
            click.echo(_line(verdict))
    broken = [verdict for verdict in verdicts if not verdict.holds]
    if as_json:
        laws = [_data(verdict) for verdict in verdicts]
        write_json({"flow": flow.plan.name, "holds": not broken, "laws": laws})
    else:
        click.echo(f"{len(verdicts) - len(broken)} of {len(verdicts)} laws hold")
    context.exit(1 if broken else 0)


def _flow(source: str, overrides: Sequence[str]) -> tuple[Flow, Path | None]:
    """The flow, and the SavedModel that belongs to it."""
    from flowspec.api import compile, load

    if not Path(source).is_dir():
        checked = load_spec(source, overrides)
        _, warnings = check(checked)
        warn(warnings)
        start_tensorflow()
        from flowspec.laws import moved_weights

        flow = compile(checked)
        flow.assign(moved_weights(flow))
        return flow, None
    if overrides:
        raise UsageError(
            Diagnostic(slug="fixed-spec", message="the spec of a bundle cannot be changed",
                       help="leave out --set, or verify a spec")
        )  # fmt: skip
    saved_model = bundle.read(source).saved_model()
    start_tensorflow()
    return load(source), saved_model


def _line(verdict: Verdict) -> str:
    measured = verdict.measured
    if measured is None:
        return f"  {'-':6}  {'':7}  {'':7}  {verdict.law.says}: does not apply"
    word = "holds" if measured.holds else "BROKEN"
    where = f" ({measured.where})" if measured.where else ""
    error, budget = _number(measured.error), _number(measured.budget)
    return f"  {word:6}  {error:>7}  {budget:>7}  {verdict.law.says}{where}"


def _number(value: float) -> str:
    return f"{value:.1e}" if 0 < value < 1 else f"{value:g}"


def _data(verdict: Verdict) -> dict[str, Any]:
    found = {"law": verdict.law.name, "says": verdict.law.says, "holds": verdict.holds}
    if verdict.measured is not None:
        found |= verdict.measured._asdict()
    return found
