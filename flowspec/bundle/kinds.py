"""Whether the catalogue still computes what the plan of a bundle was made for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from flowspec.bundle.problems import other_revision, plan_damaged, validation_reason
from flowspec.catalog import FAMILIES
from flowspec.records import LayerRecord, Plan


def check_kinds(plan: Plan, file: Path) -> None:
    """Refuse a plan with kinds that are not there, or whose mathematics are not the same.

    Args:
        plan: The plan of a bundle.
        file: How messages call it.

    Raises:
        BundleError: Of the first part that cannot be built as it was.
    """
    for path, family, kind in _kinds(plan):
        if family not in FAMILIES or kind not in FAMILIES[family].kinds:
            what = f"`{path}` is of a kind that this flowspec does not have"
            raise plan_damaged(file, what, got=f"{kind} among {family}")
    for part in plan.parts:
        known = FAMILIES[part.family].kinds[part.kind].revision
        if part.revision != known:
            raise other_revision(file, part.path, part.kind, known=known, got=part.revision)
        _check_inner(part, file)


def _check_inner(part: LayerRecord, file: Path) -> None:
    """Refuse other revisions of the kinds inside a part: its transform, its networks."""
    try:
        kind = FAMILIES[part.family].make(part.node)
    except ValidationError as error:
        what = f"`{part.path}` has options that its kind does not have"
        raise plan_damaged(file, what, got=validation_reason(error)) from None
    known = kind.inner_revisions()
    for key in known | part.revisions:
        if known.get(key, 1) != part.revisions.get(key, 1):
            inner = kind
            for step in key.split("."):
                inner = getattr(inner, step)
            raise other_revision(
                file, f"{part.path}.{key}", inner.kind, known=known.get(key, 1),
                got=part.revisions.get(key, 1),
            )  # fmt: skip


def _kinds(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """Path, family and kind of every part and every network."""
    for part in plan.parts:
        yield part.path, part.family, part.kind
        for network in part.networks:
            yield f"{part.path}.{network.name}", network.family, network.kind
