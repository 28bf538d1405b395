"""`flowspec explain`: the page of a diagnostic, a kind or a key."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import click

from flowspec.cli.options import json_option, write_json
from flowspec.diagnostics.rules import GROUPS, Rule
from flowspec.reference import KeyPage, Page, find, key_pages, kind_pages, page_text, topics
from flowspec.versioning.diff.rules import DIFF_RULES, TOUCHED, DiffRule


def _complete(context: click.Context, parameter: click.Parameter, start: str) -> list[str]:
    return [topic for topic in topics() if topic.startswith(start)]


@click.command("explain", short_help="Explain a diagnostic, a rule of diff, a kind or a key.")
@click.argument("topic", required=False, shell_complete=_complete)
@json_option
def command(topic: str | None, as_json: bool) -> None:
    """Explain TOPIC: the slug of a diagnostic, a rule of diff, a kind, or a key of the language.

    Without TOPIC everything that can be explained is listed. The place of something in a spec
    will do too, and so will the end of a key.

    \b
    flowspec explain unmoved-feature
    flowspec explain layers-shifted
    flowspec explain rational_quadratic_spline
    flowspec explain event.support
    flowspec explain layers.0.repeat
    """  # noqa: D301
    if topic is None:
        _list(as_json)
        return
    pages = find(topic)
    if as_json:
        write_json({"topic": topic, "pages": list(map(_data, pages))})
    else:
        click.echo("\n\n\n".join(map(page_text, pages)))


def _data(page: Page) -> dict[str, Any]:
    words = {Rule: "diagnostic", DiffRule: "rule", KeyPage: "key"}
    return {"page": words.get(type(page), "kind"), **asdict(page)}


def _list(as_json: bool) -> None:
    kinds = {group: [page.kind for page in pages] for group, pages in kind_pages().items()}
    slugs = {title: {rule.slug: rule.title for rule in rules} for title, rules in GROUPS.items()}
    found = {
        touched: {rule.id: rule.title for rule in DIFF_RULES.values() if rule.category == touched}
        for touched in TOUCHED
    }
    if as_json:
        keys = list(key_pages())
        write_json({"kinds": kinds, "keys": keys, "diagnostics": slugs, "rules": found})
        return
    click.echo("Kinds\n" + _rows((group, ", ".join(names)) for group, names in kinds.items()))
    click.echo("\nKeys\n" + _rows((page.path, page.meaning) for page in key_pages().values()))
    for title, rules in slugs.items():
        click.echo(f"\nDiagnostics: {title}\n" + _rows(rules.items()))
    for touched, rules in found.items():
        click.echo(f"\nRules of diff: {touched}\n" + _rows(rules.items()))


def _rows(pairs: Iterable[tuple[str, str]]) -> str:
    rows = list(pairs)
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"  {name.ljust(width)}  {text}" for name, text in rows)
