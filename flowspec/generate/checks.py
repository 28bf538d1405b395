"""What a plan names, before any of it becomes a name in code or of a file.

What compiles a spec has checked it; a bundle may have been made by anybody.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator

from pydantic import ValidationError

from flowspec import shapes
from flowspec.bundle import Bundle
from flowspec.bundle.problems import plan_damaged, validation_reason
from flowspec.catalog.kind import NAME
from flowspec.catalog.supports import SUPPORTS
from flowspec.diagnostics import BundleError
from flowspec.plan.solver import SEED
from flowspec.records import EventRecord, Plan

_VERSION = re.compile(r"[0-9A-Za-z.+-]+")
_PATH = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
_DTYPE = re.compile(r"[a-z]+[0-9]*")


def check_plan(bundle: Bundle) -> None:
    """Refuse a plan with a name, a shape or a support that a spec cannot have.

    Raises:
        BundleError: Of the first such thing.
    """
    for pattern, text in _texts(bundle.plan):
        if not pattern.fullmatch(text) or keyword.iskeyword(text):
            raise _damaged(bundle, "it has a name that no spec can have", repr(text)[:100])
    _check_shapes(bundle)
    _check_support(bundle, bundle.plan.event)


def _texts(plan: Plan) -> Iterator[tuple[re.Pattern[str], str]]:
    """Every text that names something, and what such a text looks like."""
    yield NAME, plan.name
    yield _VERSION, plan.version
    yield NAME, plan.event.name
    for context in plan.contexts:
        yield NAME, context.name
        yield NAME, context.kind
    for output in plan.outputs:
        yield NAME, output.name
        for record in (*output.inputs, *output.returns):
            yield NAME, record.name
            yield _DTYPE, record.dtype
    for part in plan.parts:
        yield _PATH, part.path
        yield NAME, part.kind
        for network in part.networks:
            yield NAME, network.name
            yield NAME, network.kind
        for variable in part.variables:
            yield _PATH, variable.path
            yield _DTYPE, variable.dtype
            yield NAME, variable.initializer


def _check_shapes(bundle: Bundle) -> None:
    """Inputs are rows of one number, or of a vector."""
    plan = bundle.plan
    row = shapes.rows(plan.event.size)
    known = {plan.event.name: row, "latent": row, SEED: shapes.rows()}
    for context in plan.contexts:
        known[context.name] = context.shape
        size = [] if context.count else [axis for axis in context.shape if type(axis) is int]
        if context.shape != shapes.rows(*size[:1]) or (not size and not context.count):
            raise _damaged(bundle, f"`{context.name}` has a shape that no context input has")
    for output in plan.outputs:
        if any(record.shape != known.get(record.name) for record in output.inputs):
            raise _damaged(bundle, f"an input of `{output.name}` has a shape that it cannot have")
        axes = (axis for record in output.returns for axis in record.shape[1:])
        if any(type(axis) is not int for axis in axes):
            raise _damaged(bundle, f"a return of `{output.name}` has a shape that it cannot have")


def _check_support(bundle: Bundle, event: EventRecord) -> None:
    if event.support.get("kind") not in SUPPORTS.kinds:
        raise _damaged(bundle, "its event has a support that this flowspec does not have")
    try:
        limits = SUPPORTS.make(event.support).limits(event.size)
    except ValidationError as error:
        what = "its event has a support that cannot be"
        raise _damaged(bundle, what, validation_reason(error)) from None
    if any(len(bounds) != event.size for bounds in limits or ()):
        raise _damaged(bundle, "the bounds of its event's support are not one a feature")


def _damaged(bundle: Bundle, what: str, got: str | None = None) -> BundleError:
    file = bundle.folder / bundle.manifest.files["plan"].name
    return plan_damaged(file, what, got=got)
