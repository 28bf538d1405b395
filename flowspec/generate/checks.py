"""What a plan names, before any of it becomes a name in code or of a file.

What compiles a spec has checked it; a bundle may have been made by anybody.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator

from pydantic import ValidationError

from flowspec.bundle import Bundle
from flowspec.bundle.problems import plan_damaged, validation_reason
from flowspec.catalog.kind import NAME
from flowspec.catalog.supports import SUPPORTS
from flowspec.records import Plan

_VERSION = re.compile(r"[0-9A-Za-z.+-]+")
_PATH = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")
_DTYPE = re.compile(r"[a-z]+[0-9]*")


def check_plan(bundle: Bundle) -> None:
    """Refuse a plan with a name, or a support, that a spec cannot have.

    Raises:
        BundleError: Of the first such thing.
    """
    file = bundle.folder / bundle.manifest.files["plan"].name
    for pattern, text in _texts(bundle.plan):
        if not pattern.fullmatch(text) or keyword.iskeyword(text):
            raise plan_damaged(file, "it has a name that no spec can have", got=repr(text)[:100])
    event = bundle.plan.event
    if event.support.get("kind") not in SUPPORTS.kinds:
        raise plan_damaged(file, "its event has a support that this flowspec does not have")
    try:
        limits = SUPPORTS.make(event.support).limits(event.size)
    except ValidationError as error:
        what = "its event has a support that cannot be"
        raise plan_damaged(file, what, got=validation_reason(error)) from None
    if any(len(bounds) != event.size for bounds in limits or ()):
        raise plan_damaged(file, "the bounds of its event's support are not one a feature")


def _texts(plan: Plan) -> Iterator[tuple[re.Pattern[str], str]]:
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
