"""A density integrates to one, and draws follow it.

Integrals are trapezoids over grids of events that are images of grids of the latent or of
unconstrained values, so that they are fine where the density is; no ldj is used.
"""

from __future__ import annotations

import functools

import numpy as np
import pytest
import tensorflow as tf

from flowspec.catalog import SUPPORTS
from flowspec.laws.budget import KOLMOGOROV, STANDARD_ERRORS
from tests.laws.agreement import agree
from tests.laws.cases import all_cases
from tests.laws.flows import call, compiled, context_of

DRAWS = 4000
POINTS = 301

on_a_line = pytest.mark.parametrize("case", all_cases((1,)), ids=str)
NETWORKS = ("conditioners", "contexts", "encoders")
PLANES = [case for case in all_cases((2,)) if case.family not in NETWORKS]
in_a_plane = pytest.mark.parametrize("case", PLANES, ids=str)


def ask(case, question, **rows):
    """The answer for many rows that share one row of context."""
    count = len(next(iter(rows.values())))
    context = {name: np.repeat(value, count, 0) for name, value in context_of(case, 1).items()}
    return call(compiled(case), question, {**context, **rows})


@functools.cache
def draws(case):
    """Events drawn in one context, `(N, D)`."""
    return ask(case, "sample", seed=np.arange(DRAWS))[case.event]


def density(case, event):
    """The density of events `(N, D)`."""
    return np.exp(ask(case, "log_prob", **{case.event: event})["log_prob"])


def cumulated(density, at):
    """The integral of a density up to each point of a grid, by trapezoids along the first axis."""
    steps = np.diff(at).reshape(-1, *[1] * (density.ndim - 1))
    pieces = steps * (density[1:] + density[:-1]) / 2
    return np.concatenate([np.zeros_like(density[:1]), np.cumsum(pieces, 0)])


def kolmogorov(uniform):
    """The statistic of Kolmogorov and Smirnov against the uniform distribution, times √N."""
    ordered, count = np.sort(uniform), len(uniform)
    above = np.arange(1, count + 1) / count - ordered
    below = ordered - np.arange(count) / count
    return np.sqrt(count) * max(above.max(), below.max())


def axes(case):
    """Grids of events along each axis, `(G, D)`: fine around the median, wider than all draws."""
    support = SUPPORTS.make(compiled(case).plan.event.support)
    drawn = support.unconstrain(tf.constant(draws(case)))[0].numpy()
    low, left, middle, right, high = np.quantile(drawn, [0, 0.25, 0.5, 0.75, 1], axis=0)
    scale, margin = right - left, (high - low) / 2
    ends = np.arcsinh((np.stack([low - margin, high + margin]) - middle) / scale)
    grid = middle + scale * np.sinh(np.linspace(*ends, POINTS))
    return support.constrain(tf.constant(grid))[0].numpy()


@on_a_line
def test_a_density_on_a_line_integrates_to_one_and_draws_follow_it(case):
    event = ask(case, "forward", latent=np.linspace(-10, 10, 20_001)[:, None])[case.event]
    distribution = cumulated(density(case, event), event[:, 0])
    agree("integral on a line", "float64", distribution[-1], 1.0)
    assert kolmogorov(np.interp(draws(case)[:, 0], event[:, 0], distribution)) < KOLMOGOROV


@in_a_plane
def test_a_density_on_a_plane_integrates_to_one_and_draws_follow_its_marginals(case):
    first, second = axes(case).T
    grid = np.stack(np.meshgrid(first, second, indexing="ij"), -1)
    on_grid = density(case, grid.reshape(-1, 2)).reshape(POINTS, POINTS)
    for at, other, place, table in ((first, second, 0, on_grid.T), (second, first, 1, on_grid)):
        distribution = cumulated(cumulated(table, other)[-1], at)
        agree("integral on a plane", "float64", distribution[-1], 1.0)
        assert kolmogorov(np.interp(draws(case)[:, place], at, distribution)) < KOLMOGOROV


@in_a_plane
def test_the_inverse_of_draws_is_distributed_like_the_base(case):
    latent = ask(case, "inverse", **{case.event: draws(case)})["latent"]
    base = compiled(case).distribution(**context_of(case, 1)).distribution
    if compiled(case).plan.base.kind == "normal":
        z = (latent - base.mean().numpy()) / base.stddev().numpy()
        error = STANDARD_ERRORS / np.sqrt(DRAWS)
        assert np.all(np.abs(z.mean(0)) < error)
        assert np.all(np.abs(np.cov(z.T) - np.eye(2)) < np.sqrt(2) * error)
        for feature in z.T:
            assert kolmogorov(0.5 * (1 + tf.math.erf(feature / np.sqrt(2)).numpy())) < KOLMOGOROV
