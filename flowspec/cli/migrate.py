"""`flowspec migrate`: spec files rewritten in the current version of the language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from flowspec.cli.options import json_option, write_json
from flowspec.cli.specs import STANDARD, read_standard_input, shown_name
from flowspec.source import read_chain_of
from flowspec.versioning.migrate import Migration, migrations, read_chains
from flowspec.versioning.overwrite import overwrite


@click.command("migrate", short_help="Rewrite specs in the current version of the language.")
@click.argument("specs", metavar="SPEC...", nargs=-1, required=True, type=click.Path())
@click.option("--check", is_flag=True,
              help="Write nothing, and exit with 1 if a file would change.")  # fmt: skip
@click.option("--diff", is_flag=True, help="Write nothing, and show what would change.")
@json_option
@click.pass_context
def command(
    context: click.Context, specs: Sequence[str], check: bool, diff: bool, as_json: bool
) -> None:  # fmt: skip
    """Rewrite every SPEC in the current version of the language, its comments and layout kept.

    All files are rewritten or none is. With - for standard input the new text goes to standard
    output.

    \b
    flowspec migrate specs/*.yaml --diff
    flowspec migrate specs/*.yaml
    flowspec migrate specs/*.yaml --check
    flowspec migrate - < old.yaml > new.yaml
    """  # noqa: D301
    standard = STANDARD in specs
    found = _read(specs)
    writes = not check and not diff
    if writes and not standard:
        overwrite(
            {one.path: (one.old.encode(), one.new.encode())
             for one in found if one.changes and one.path}
        )  # fmt: skip
    if as_json:
        write_json({"files": [_as_data(one, standard=standard) for one in found]})
    else:
        for one in found:
            _tell(one, writes=writes, diff=diff, standard=standard)
    context.exit(1 if check and any(one.changes for one in found) else 0)


def _read(specs: Sequence[str]) -> list[Migration]:
    if STANDARD not in specs:
        return migrations(read_chains(specs))
    if len(specs) > 1:
        raise click.UsageError("- is rewritten to standard output, so it stands alone")
    return migrations([read_chain_of(read_standard_input(), shown_name(STANDARD))])


def _tell(one: Migration, *, writes: bool, diff: bool, standard: bool) -> None:
    """Say what became of a file, apart from a spec or a diff on standard output."""
    if diff:
        click.echo("".join(f"{line}\n" for line in one.diff()), nl=False)
    elif standard and writes:
        click.echo(one.new.encode(), nl=False)
    verb = "is rewritten" if writes else "would be rewritten"
    changes = f"{verb} from version {one.version} of the language to {one.current}"
    current = f"is in version {one.current} of the language already"
    click.echo(f"{one.name} {changes if one.changes else current}", err=diff or standard)
    for name in one.beneath:
        click.echo(f"{name}, which it extends, is in an older version", err=True)


def _as_data(one: Migration, *, standard: bool) -> dict[str, Any]:
    return {
        "file": one.name,
        "from": one.version,
        "to": one.current,
        "changes": one.changes,
        "diff": "".join(f"{line}\n" for line in one.diff()),
        "extends": list(one.beneath),
        **({"text": one.new} if standard else {}),
    }
