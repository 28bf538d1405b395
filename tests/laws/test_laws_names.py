"""Any name that the language allows works for the event and for a context input."""

from __future__ import annotations

import numpy as np
import pytest

import flowspec
from tests.laws.cases import COUPLING, SCALE

NAMES = ["event", "base", "context", "law", "add", "n"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("where", ["event", "context"])
def test_a_name_of_the_event_or_of_a_context_input_meets_no_other_name(where, name):
    event, given = (name, "state") if where == "event" else ("point", name)
    flow = flowspec.compile(
        {
            "flowspec": 1, "name": "law", "layers": [COUPLING, SCALE],
            "event": {"name": event, "shape": [2], "support": {"kind": "positive"}},
            "context": {given: {"kind": "vector", "size": 2}},
            "outputs": {
                "sample": {"returns": [event, "log_prob"], "draws": 2},
                "log_prob": {"inputs": [event], "returns": ["log_prob"]},
            },
        }
    )  # fmt: skip
    context = {given: np.ones((3, 2))}
    drawn = flow.sample(seed=1, **context)
    assert drawn.shape == (3, 2)
    assert flow.ask("log_prob", **context, **{event: drawn})["log_prob"].shape == (3,)
    assert flow.distribution(**context).batch_shape == (3,)
    assert flow.bijector(**context).forward_min_event_ndims == 1
