"""Masks: which features of a layer pass unchanged.

`even` and `odd` mark the features at even and at odd places (counted from 0), `halves` the first
half, `random` a random half, a list those with a 1. `alternating` is `even` for the couplings
with an even ordinal in the expanded flow and `odd` for the others.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Tag

from flowspec.catalog.choice import ByForm
from flowspec.catalog.scope import Scope
from flowspec.hashing import shuffled

MaskName = Literal["alternating", "even", "halves", "odd", "random"]
Mask = Annotated[
    Annotated[MaskName, Tag("one")]
    | Annotated[tuple[Annotated[int, Field(ge=0, le=1)], ...], Tag("list")],
    ByForm,
]


def resolve_mask(mask: Mask, scope: Scope) -> tuple[bool, ...]:
    """The mask at one place of the flow; True marks a feature that passes unchanged."""
    features = scope.features
    if isinstance(mask, tuple):
        return _listed(mask, scope)
    if mask == "halves":
        return tuple(index < features // 2 for index in range(features))
    if mask == "random":
        chosen = set(shuffled(features, scope.seed, scope.path, "mask")[: features // 2])
        return tuple(index in chosen for index in range(features))
    parity = {"even": 0, "odd": 1, "alternating": scope.ordinal % 2}[mask]
    return tuple(index % 2 == parity for index in range(features))


def _listed(mask: tuple[int, ...], scope: Scope) -> tuple[bool, ...]:
    features = scope.features
    if len(mask) != features:
        scope.problem(
            "wrong-length", f"the mask has {len(mask)} entries for {features} features", "mask",
            expected=f"{features} entries", got=str(len(mask)),
        )  # fmt: skip
        return tuple(index % 2 == 0 for index in range(features))
    if len(set(mask)) < 2 and features > 1:
        scope.problem(
            "one-sided-mask",
            "a mask must let some features pass and have others moved",
            "mask", expected="at least one 0 and one 1",
        )  # fmt: skip
    return tuple(map(bool, mask))
