"""`flowspec verify`: measure a flow against the laws that every flow obeys."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flowspec import bundle
from flowspec.cli.options import json_option, set_option, write_json
from flowspec.cli.source import planned, source_argument

if TYPE_CHECKING:
    from flowspec.laws import Verdict


@click.command("verify", short_help="Measure a flow against the laws of every flow.")
@source_argument
@set_option
@json_option
@click.pass_context
def command(context: click.Context, source: str, overrides: Sequence[str], as_json: bool) -> None:
    """Measure a flow against the laws that every flow obeys: error against budget, law by law.

    Of a spec, a flow whose variables were moved at random, so that nothing holds by chance; of a
    bundle, the flow as it was trained, after every file was checked. The exit code is 1 if a law
    is broken. Errors are relative to 1 + |value|; where an event was rounded in between, what
    one unit in its last place changes has been granted.

    \b
    flowspec verify specs/two_moons.yaml
    flowspec verify engel.bundle --json
    """  # noqa: D301
    _, make = planned(source, overrides)
    of_bundle = Path(source).is_dir()
    saved_model = bundle.read(source).saved_model() if of_bundle else None
    flow = make()
    from flowspec.laws import moved_weights, verify

    if not of_bundle:
        flow.assign(moved_weights(flow))
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
        apply = [verdict for verdict in verdicts if verdict.measured is not None]
        rest = len(verdicts) - len(apply)
        silent = f", {rest} {'does' if rest == 1 else 'do'} not apply" if rest else ""
        click.echo(f"{len(apply) - len(broken)} of {len(apply)} laws hold{silent}")
    context.exit(1 if broken else 0)


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
    found = {"law": verdict.law.name, "says": verdict.law.says}
    if verdict.measured is None:
        return {**found, "applies": False}
    return {**found, "applies": True, "holds": verdict.holds, **verdict.measured._asdict()}
