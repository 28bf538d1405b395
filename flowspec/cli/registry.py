"""`flowspec registry`: bundles by name, revision, version and alias."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import click

from flowspec.cli.bundles import BundlePath, TargetPath
from flowspec.cli.options import json_option, write_json
from flowspec.cli.registry_tables import name_data, revision_data, table
from flowspec.diagnostics import Diagnostic, FlowspecError, RegistryError
from flowspec.records import CATEGORIES
from flowspec.registry import Registry, parse_reference
from flowspec.registry.collecting import GRACE
from flowspec.registry.names import VARIABLE

_HOUR = 60 * 60.0

_registry_option: Callable[[Any], Any] = click.option(
    "--registry", "place", metavar="FOLDER|URL", envvar=VARIABLE,
    help=f"The registry; else {VARIABLE} is read.",
)  # fmt: skip


@click.group("registry", short_help="Keep bundles by name, revision, version and alias.")
def command() -> None:
    """Keep bundles in a folder, or behind any URL that fsspec knows, without a server.

    Each added bundle is the next revision of its flow's name. Wherever a BUNDLE is read,
    registry:NAME@LABEL names one of the registry in FLOWSPEC_REGISTRY: the LABEL is a revision's
    number, a version, an alias or `latest`.

    \b
    export FLOWSPEC_REGISTRY=s3://models/registry
    flowspec registry add engel.bundle
    flowspec registry alias engel@champion 1.2.0
    flowspec serve registry:engel@champion
    """  # noqa: D301


@command.command("add", short_help="Add a bundle.")
@click.argument("folder", metavar="BUNDLE", type=BundlePath())
@_registry_option
@json_option
def add(folder: str, place: str | None, as_json: bool) -> None:
    """Add BUNDLE as the next revision of its name, unless it is one already.

    \b
    flowspec registry add engel.bundle --registry models
    """  # noqa: D301
    revision, is_new = Registry.named(place).add(folder)
    if as_json:
        write_json({**revision_data(revision), "new": is_new})
    else:
        word = "" if is_new else " already"
        click.echo(f"{folder}: {revision}{word}, version {revision.version}")


@command.command("list", short_help="List names with their newest revisions.")
@_registry_option
@json_option
def list_names(place: str | None, as_json: bool) -> None:
    """List the names in the registry, each with its newest revision and its aliases."""
    registry = Registry.named(place)
    rows = [name_data(registry, name) for name in registry.names()]
    if as_json:
        write_json({"registry": registry.place, "names": rows})
        return
    shown = [{**row, "aliases": _pairs(row["aliases"])} for row in rows]
    click.echo(table(["name", "revision", "version", "aliases"], shown))


@command.command("show", short_help="Show the revisions of a name.")
@click.argument("reference", metavar="NAME[@LABEL]")
@_registry_option
@json_option
def show(reference: str, place: str | None, as_json: bool) -> None:
    """Show the revisions of NAME, the newest first, or the one that LABEL stands for.

    \b
    flowspec registry show engel
    flowspec registry show engel@champion --json
    """  # noqa: D301
    registry = Registry.named(place)
    name = parse_reference(reference).name
    found = [registry.find(reference)] if "@" in reference else registry.revisions(name)
    aliases = registry.aliases(name)
    rows: list[dict[str, Any]] = []
    damage: list[Diagnostic] = []
    for revision in found:
        manifest = None
        try:
            manifest = registry.manifest(revision)
        except FlowspecError as error:
            damage += error.diagnostics
        rows.append(revision_data(revision, aliases, manifest))
    if as_json:
        write_json({"name": name, "revisions": rows})
    else:
        click.echo(_revisions_table(rows))
    if damage:
        raise RegistryError(*damage)


@command.command("alias", short_help="Have an alias stand for a revision.")
@click.argument("reference", metavar="NAME@ALIAS")
@click.argument("target", metavar="[LABEL]", required=False)
@click.option("--remove", is_flag=True, help="Take the alias away.")
@_registry_option
@json_option
def alias(
    reference: str, target: str | None, remove: bool, place: str | None, as_json: bool
) -> None:
    """Have ALIAS stand for the revision that LABEL stands for now, and for no other until it is
    moved again: a later training of the same version does not take its place.

    \b
    flowspec registry alias engel@champion 1.2.0
    flowspec registry alias engel@champion 3
    flowspec registry alias engel@champion --remove
    """  # noqa: D205, D301
    if remove == (target is not None):
        raise click.UsageError("give a LABEL or --remove, one of them")
    registry = Registry.named(place)
    if target is None:
        registry.remove_alias(reference)
        result, text = {"alias": reference, "removed": True}, f"{reference} is no more"
    else:
        revision = registry.alias(reference, target)
        result = {"alias": reference, **revision_data(revision)}
        text = f"{reference} is {revision}, version {revision.version}"
    if as_json:
        write_json(result)
    else:
        click.echo(text)


@command.command("get", short_help="Write a bundle to a folder.")
@click.argument("reference", metavar="NAME[@LABEL]")
@click.argument("folder", type=TargetPath())
@_registry_option
@json_option
def get(reference: str, folder: str, place: str | None, as_json: bool) -> None:
    """Write a bundle to FOLDER, every byte as it was added; an older bundle there is replaced.

    \b
    flowspec registry get engel@1.2.0 engel.bundle
    """  # noqa: D301
    revision = Registry.named(place).get(reference, folder)
    if as_json:
        write_json({"bundle": os.fspath(folder), **revision_data(revision)})
    else:
        click.echo(f"{folder}: {revision}, version {revision.version}")


@command.command("remove", short_help="Remove a revision.")
@click.argument("reference", metavar="NAME@NUMBER")
@_registry_option
@json_option
def remove(reference: str, place: str | None, as_json: bool) -> None:
    """Remove a revision that has no alias. Its number is not given again; what only it needed
    goes with the next `gc`.

    \b
    flowspec registry remove engel@3
    """  # noqa: D205, D301
    Registry.named(place).remove(reference)
    if as_json:
        write_json({"revision": reference, "removed": True})
    else:
        click.echo(f"{reference} is no more")


@command.command("gc", short_help="Remove what no revision needs.")
@click.option("--grace", type=click.FloatRange(0), default=GRACE / _HOUR, show_default=True,
              metavar="HOURS", help="How long something must have been there.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Only tell what would be removed.")
@_registry_option
@json_option
def gc(grace: float, dry_run: bool, place: str | None, as_json: bool) -> None:
    """Remove files that no revision needs: of removed revisions, and of writers that were killed.

    \b
    flowspec registry gc --dry-run
    """  # noqa: D301
    found = Registry.named(place).gc(grace=grace * _HOUR, dry_run=dry_run)
    if as_json:
        write_json({"dry_run": dry_run, **found._asdict()})
        return
    count = len(found.objects) + len(found.clutter)
    files = "1 file" if count == 1 else f"{count} files"
    click.echo(f"{files}, {found.bytes} bytes {'would be ' if dry_run else ''}removed")


def _pairs(aliases: dict[str, int]) -> str:
    return ", ".join(f"{alias} {number}" for alias, number in aliases.items())


def _revisions_table(rows: list[dict[str, Any]]) -> str:
    shown = [
        {
            **row,
            **_short(row.get("fingerprints", {})),
            "added": row["added"][:16].replace("T", " "),
            "bundle": row["bundle"][:8],
            "parent": (row.get("lineage") or {}).get("parent", "")[:8],
            "aliases": ", ".join(row["aliases"]),
        }
        for row in rows
    ]
    columns = ["revision", "version", "added", "bundle", *CATEGORIES, "parent", "aliases"]
    return table(columns, shown)


def _short(fingerprints: dict[str, Any]) -> dict[str, str]:
    return {category: fingerprints.get(category, "")[:8] for category in CATEGORIES}
