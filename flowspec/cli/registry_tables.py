"""What commands tell of a registry, as data and as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flowspec.diagnostics.cells import shown, width

if TYPE_CHECKING:
    from flowspec.bundle import Manifest
    from flowspec.registry import Registry, Revision


def name_data(registry: Registry, name: str) -> dict[str, Any]:
    """A name with its newest revision, which it may not have any more, and its aliases."""
    newest = next(iter(registry.revisions(name)), None)
    return {
        "name": name,
        "revision": newest and newest.revision,
        "version": newest and newest.version,
        "aliases": registry.aliases(name),
    }


def revision_data(
    revision: Revision,
    aliases: Mapping[str, int] | None = None,
    manifest: Manifest | None = None,
) -> dict[str, Any]:
    """A revision, with its aliases and what its manifest says where these are given."""
    told = {"name", "revision", "version", "bundle", "added"}
    data = revision.model_dump(mode="json", include=told)
    if aliases is not None:
        data["aliases"] = [name for name, number in aliases.items() if number == revision.revision]
    if manifest is not None:
        found = manifest.model_dump(mode="json", include={"created", "fingerprints", "lineage"})
        training = manifest.training
        data |= {**found, "training": training and training.model_dump()}
    return data


def table(columns: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> str:
    """Rows under their columns; those that are empty in every row are left out."""
    filled = [name for name in columns if any(row.get(name) for row in rows)] or columns
    cells = [list(filled), *([_cell(row.get(name)) for name in filled] for row in rows)]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    return "\n".join(_line(line, widths) for line in cells)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (size - width(cell)) for cell, size in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()


def _cell(value: object) -> str:
    return "" if value is None else shown(str(value))
