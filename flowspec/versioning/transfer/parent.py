"""The bundle that weights come from: read in one place, and its plan free of contradictions."""

from __future__ import annotations

import os
from collections.abc import Iterator

from flowspec import bundle
from flowspec.bundle import Bundle, Values
from flowspec.bundle.files import check_payload
from flowspec.bundle.problems import plan_damaged
from flowspec.records import LayerRecord, Plan


def read_parent(folder: str | os.PathLike[str]) -> Values:
    """A bundle with its variables, every file of it checked.

    Kinds may be there in another revision, or not at all: their parts then count as ones that
    compute something else, and it is the map that says so.

    Raises:
        BundleError: It is no bundle, or damaged, or newer than this flowspec.
        MissingDependencyError: NumPy or safetensors is not installed.
    """
    values = bundle.read_values(folder, any_kinds=True)
    _check(values.bundle)
    return values


def look_at_parent(folder: str | os.PathLike[str]) -> Bundle:
    """The same without the values of its variables, which needs no NumPy.

    Raises:
        BundleError: It is no bundle, or damaged, or newer than this flowspec.
    """
    found = bundle.read(folder)
    for file in found.manifest.files.values():
        check_payload(found.folder, file)
    found.saved_model()
    _check(found)
    return found


def _check(found: Bundle) -> None:
    for contradiction in contradictions(found.plan):
        file = found.folder / found.manifest.files["plan"].name
        raise plan_damaged(file, contradiction)


def contradictions(plan: Plan) -> Iterator[str]:
    """What no planner says: lists of the wrong length, names of what is not there.

    A plan may be anybody's, and everything here relies on how its records fit together.
    """
    contexts = {context.name for context in plan.contexts}
    for context in plan.contexts:
        if not context.layer.networks or context.layer.path != f"context.{context.name}":
            yield f"`{context.name}` is not encoded as a context input is"
    for part in (plan.base, *plan.layers):
        if not contexts.issuperset(part.reads):
            yield f"`{part.path}` reads a context input that is not there"
        if not _fits(part, plan.event.size):
            yield f"`{part.path}` is not for {plan.event.size} features"
    paths = [part.path for part in plan.parts]
    if len(set(paths)) < len(paths):
        yield "two of its parts have one path"


def _fits(part: LayerRecord, size: int) -> bool:
    lengths = {len(each) for each in (part.mask, part.moved) if each is not None}
    ordered = part.order is None or sorted(part.order) == list(range(size))
    return part.features == size and lengths <= {size} and ordered
