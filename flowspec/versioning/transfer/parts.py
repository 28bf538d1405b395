"""Whether two parts compute the same from the same variables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from flowspec.plan.options import options
from flowspec.records import LayerRecord


def same_kind(old: LayerRecord, new: LayerRecord) -> bool:
    """Whether the parts are of one kind."""
    return (old.family, old.kind) == (new.family, new.kind)


def differences(old: LayerRecord, new: LayerRecord) -> Iterator[str]:
    """What makes the new part compute something else from the same variables, in words."""
    one_sided = _roles(old) ^ _roles(new)
    before, now = options(old).numbers, options(new).numbers
    for key in sorted(before.keys() | now.keys()):
        # A network that only one of them has is told by its variables.
        if key.partition(".")[0] not in one_sided and before.get(key) != now.get(key):
            yield f"`{key}` was {_text(before.get(key))} and is {_text(now.get(key))}"
    if old.order != new.order:
        yield "its order is another"


def computed(part: LayerRecord) -> str:
    """What a part computes from its variables, as a text that others can be compared with."""
    facts = [part.family, part.kind, part.mask, part.order, options(part).numbers]
    return json.dumps(facts, sort_keys=True)


def called(part: LayerRecord) -> str:
    """The part in a sentence."""
    article = "an" if part.kind[0] in "aeiou" else "a"
    return f"`{part.path}`, {article} {part.kind},"


def _roles(part: LayerRecord) -> set[str]:
    """The options that hold the networks of a part."""
    return {str(network.source[-1]) for network in part.networks}


def _text(value: Any) -> str:
    return "not there" if value is None else json.dumps(value)
