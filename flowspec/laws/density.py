"""A density integrates to one, and draws follow it: in one and two dimensions.

Integrals are trapezoids over grids of events that are images of grids of unconstrained values, in
float64 and for the first row of the context; no ldj is used.
"""

from __future__ import annotations

from typing import Any

from flowspec.backend import np
from flowspec.laws.agreement import excess
from flowspec.laws.budget import BUDGET, KOLMOGOROV
from flowspec.laws.law import Measured
from flowspec.laws.subject import Arrays, Subject

DRAWS = 4000
POINTS = {1: 4001, 2: 301}


def integral(subject: Subject) -> Measured | None:
    """The integral of the density over the support."""
    if subject.flow.plan.event.size not in POINTS:
        return None
    grids, table = _tabulated(subject)
    total = _cumulated(table, grids[0])[-1]
    for grid in grids[1:]:
        total = _cumulated(total, grid)[-1]
    law = "integral of a user's" if len(grids) == 1 else "integral on a plane"
    return Measured(excess(total, 1.0), BUDGET[law]["float64"])


def draws_follow(subject: Subject) -> Measured | None:
    """The statistic of Kolmogorov and Smirnov between draws and density, times √N."""
    if subject.flow.plan.event.size != 1:
        return None
    (grid,), table = _tabulated(subject)
    drawn = _drawn(subject)[:, 0]
    ordered = np.sort(np.interp(drawn, grid, _cumulated(table, grid)))
    above = np.arange(1, DRAWS + 1) / DRAWS - ordered
    below = ordered - np.arange(DRAWS) / DRAWS
    statistic = np.sqrt(DRAWS) * max(above.max(), below.max())
    return Measured(float(statistic), KOLMOGOROV, f"of {DRAWS} draws")


def _tabulated(subject: Subject) -> tuple[list[Any], Any]:
    """A grid of events along each axis, and the density at every point of them."""
    grids = [_grid(subject, axis) for axis in range(subject.flow.plan.event.size)]
    points = np.stack(np.meshgrid(*grids, indexing="ij"), -1)
    rows = _repeated(subject, points.size // len(grids))
    rows[subject.event] = points.reshape(-1, len(grids))
    answered = subject.ask(("log_prob",), given=subject.event, rows=rows, store=subject.twin)
    return grids, np.exp(answered["log_prob"]).reshape(points.shape[:-1])


def _grid(subject: Subject, axis: int) -> Any:
    """Events along an axis, `(G,)`: fine around the median, wider than all draws."""
    support = subject.flow.store.chain[subject.flow.plan.layers[-1].path].kind
    drawn = np.asarray(support.unconstrain(_drawn(subject))[0])[:, axis]
    low, left, middle, right, high = np.quantile(drawn, [0, 0.25, 0.5, 0.75, 1])
    scale, margin = right - left, (high - low) / 2
    ends = np.arcsinh((np.stack([low - margin, high + margin]) - middle) / scale)
    points = POINTS[subject.flow.plan.event.size]
    values = (middle + scale * np.sinh(np.linspace(ends[0], ends[1], points)))[:, np.newaxis]
    values = np.repeat(values, subject.flow.plan.event.size, axis=1)
    return np.asarray(support.constrain(values)[0])[:, axis]


def _drawn(subject: Subject) -> Any:
    """Events drawn for the first row of the context, in float64, `(N, D)`."""
    rows = {**_repeated(subject, DRAWS), "seed": np.arange(DRAWS)}
    return subject.ask((subject.event,), rows=rows, store=subject.twin)[subject.event]


def _repeated(subject: Subject, count: int) -> dict[str, Any]:
    context: Arrays = subject.context
    return {name: np.repeat(value[:1], count, 0) for name, value in context.items()}


def _cumulated(density: Any, at: Any) -> Any:
    """The integral of a density up to each point of a grid, by trapezoids along the first axis."""
    steps = np.diff(at).reshape(-1, *[1] * (density.ndim - 1))
    pieces = steps * (density[1:] + density[:-1]) / 2
    return np.concatenate([np.zeros_like(density[:1]), np.cumsum(pieces, 0)])
