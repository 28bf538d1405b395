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
from flowspec.laws.agreement import changes_over_one_ulp, excess
from flowspec.laws.budget import BUDGET
from tests.laws.cases import Case
from tests.laws.flows import Arrays, call, compiled, solved

FAR = 1e30


def agree(law: str, dtype: str, got: Any, wanted: Any, slack: Any = 0.0) -> None:
    """Assert that numbers agree within the law's budget for the dtype."""
    worst = excess(got, wanted, slack)
    assert worst <= BUDGET[law][dtype], f"{law} in {dtype}: off by {worst:.2e} of 1 + |wanted|"


def over_one_ulp(case: Case, question: str, rows: Mapping[str, Any], dtype: str) -> Arrays:
    """How much each return of an answer changes over one ulp of the event or latent given to it."""
    flow = compiled(case)
    given = {record.name for record in solved(flow.plan, question).inputs}
    name = "latent" if "latent" in given else case.event
    return changes_over_one_ulp(lambda several: call(flow, question, several), rows, name, dtype)


def unclipped(case: Case, event: Any) -> Any:
    """Which rows have no feature at the outermost number inside the support."""
    plan = compiled(case).plan
    support = SUPPORTS.make(plan.event.support)
    ends = [
        support.constrain(tf.constant(end, event.dtype, (plan.event.size,)))[0].numpy()
        for end in (-FAR, FAR)
    ]
    return ~np.any((event == ends[0]) | (event == ends[1]), axis=-1)
