"""How far two arrays are apart, and what one ulp of an input changes.

A stored event stands for a range of latents, so the log_prob of an event that was drawn and
rounded cannot be known better than over one ulp of it. How much that is, is found with the
float64 twin, at the neighbours of the event in the flow's dtype.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flowspec.backend import np
from flowspec.laws.budget import BUDGET
from flowspec.laws.subject import Arrays, Subject

DEPTH = 4
"""Rounding adds up over the layers: deeper flows have so many times the budget."""


def excess(got: Any, wanted: Any, slack: Any = 0.0) -> float:
    """The greatest difference above the slack, relative to `1 + |wanted|`; equal infinities agree.

    Numbers that cannot be compared, such as a NaN, are infinitely far apart.
    """
    got, wanted = np.asarray(got, np.float64), np.asarray(wanted, np.float64)
    if got.shape != wanted.shape:
        return float("inf")
    with np.errstate(invalid="ignore"):
        beyond = np.maximum(np.abs(got - wanted) - slack, 0.0) / (1.0 + np.abs(wanted))
    beyond = np.where(got == wanted, 0.0, beyond)
    return float(np.max(np.where(np.isfinite(beyond), beyond, np.inf), initial=0.0))


def budget(subject: Subject, law: str, dtype: str | None = None) -> float:
    """What the law allows a flow of this depth."""
    layers = len(subject.flow.plan.layers)
    return BUDGET[law][dtype or subject.dtype] * max(1.0, layers / DEPTH)


def over_one_ulp(subject: Subject, returns: tuple[str, ...], given: str, rows: Arrays) -> Arrays:
    """How much each return changes over one ulp of the event or latent that is given."""

    def exact(several: Arrays) -> Arrays:
        return subject.ask(returns, given=given, rows=several, store=subject.twin)

    return changes_over_one_ulp(exact, rows, given, subject.dtype)


def changes_over_one_ulp(
    function: Callable[[Arrays], Arrays], rows: Arrays, name: str, dtype: str
) -> Arrays:
    """How much what a function returns for rows changes over one ulp of one of its inputs.

    For each feature the greater change of the two neighbours, the features added up.

    Args:
        function: From inputs by name to arrays by name, row by row.
        rows: The inputs, `(B, …)`.
        name: The input that is moved, `(B, D)`.
        dtype: Whose ulps.
    """
    value = np.asarray(rows[name]).astype(dtype)
    size = value.shape[-1]
    moved = [
        np.where(np.arange(size) == place, np.nextafter(value, np.asarray(end, dtype)), value)
        for place in range(size)
        for end in (-np.inf, np.inf)
    ]
    several = {key: np.concatenate([array] * (1 + 2 * size)) for key, array in rows.items()}
    several[name] = np.concatenate([value, *moved]).astype(np.float64)
    changes = {}
    for key, flat in function(several).items():
        at, *beside = np.split(flat, 1 + 2 * size)
        with np.errstate(invalid="ignore"):
            sides = np.abs(np.stack(beside) - at).reshape(size, 2, *at.shape)
        changes[key] = np.nan_to_num(sides, nan=0.0, posinf=0.0).max(1).sum(0)
    return changes


def unclipped(subject: Subject, event: Any) -> Any:
    """Which rows have no feature at the outermost number inside the support, `(B,)`."""
    support = subject.flow.store.chain[subject.flow.plan.layers[-1].path].kind
    ends = [
        np.asarray(support.constrain(np.full(event.shape[-1], end, event.dtype))[0])
        for end in (-1e30, 1e30)
    ]
    return ~np.any((event == ends[0]) | (event == ends[1]), axis=-1)
