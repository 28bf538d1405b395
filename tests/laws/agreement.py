"""When two numbers agree: within the budget, and what one ulp of the input changes.

A float32 event near a bound stands for a whole range of latents, so the log_prob of an event that
was drawn and rounded cannot be known better than over one ulp of it. How much that is, is found
with the float64 flow of the same variables, at the neighbours of the event in the dtype at hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from flowspec.catalog import SUPPORTS
from tests.laws.budget import BUDGET
from tests.laws.cases import Case
from tests.laws.flows import Arrays, call, compiled, solved

FAR = 1e30


def excess(got: Any, wanted: Any, slack: Any = 0.0) -> float:
    """The greatest difference above the slack, relative to `1 + |wanted|`; equal infinities agree.

    Numbers that cannot be compared, such as a NaN, are infinitely far apart.
    """
    got, wanted = np.asarray(got, np.float64), np.asarray(wanted, np.float64)
    assert got.shape == wanted.shape
    with np.errstate(invalid="ignore"):
        beyond = np.maximum(np.abs(got - wanted) - slack, 0.0) / (1.0 + np.abs(wanted))
    beyond = np.where(got == wanted, 0.0, beyond)
    return float(np.max(np.where(np.isfinite(beyond), beyond, np.inf), initial=0.0))


def agree(law: str, dtype: str, got: Any, wanted: Any, slack: Any = 0.0) -> None:
    """Assert that numbers agree within the law's budget for the dtype."""
    worst = excess(got, wanted, slack)
    assert worst <= BUDGET[law][dtype], f"{law} in {dtype}: off by {worst:.2e} of 1 + |wanted|"


def over_one_ulp(case: Case, question: str, rows: Mapping[str, Any], dtype: str) -> Arrays:
    """How much each return of an answer changes over one ulp of the event or latent given to it.

    For each feature the greater change of the two neighbours, the features added up.
    """
    flow = compiled(case)
    given = {record.name for record in solved(flow.plan, question).inputs}
    name = "latent" if "latent" in given else case.event
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
    for key, flat in call(flow, question, several).items():
        at, *beside = np.split(flat, 1 + 2 * size)
        with np.errstate(invalid="ignore"):
            sides = np.abs(np.stack(beside) - at).reshape(size, 2, *at.shape)
        changes[key] = np.nan_to_num(sides, nan=0.0, posinf=0.0).max(1).sum(0)
    return changes


def unclipped(case: Case, event: Any) -> Any:
    """Which rows have no feature at the outermost number inside the support."""
    plan = compiled(case).plan
    support = SUPPORTS.make(plan.event.support)
    ends = [
        support.constrain(tf.constant(end, event.dtype, (plan.event.size,)))[0].numpy()
        for end in (-FAR, FAR)
    ]
    return ~np.any((event == ends[0]) | (event == ends[1]), axis=-1)
