"""The fingerprint of numbers, against the numbers: same variables, same values, same answers?"""

import functools

import numpy as np
import pytest

import flowspec
from tests.versioning.changes import BASES, CHANGES

SLOW = [pytest.mark.slow]
ROWS = 5
RANDOM = np.random.default_rng(7)
GIVEN = {"x": RANDOM.normal(size=(ROWS, 2)), "side": RANDOM.integers(0, 3, ROWS)}
EVENTS = RANDOM.normal(size=(ROWS, 3))
ALIKE = [
    # What changes numbers is tried always, what must not at length.
    pytest.param(change, id=str(change), marks=[] if change.touches == ("numbers",) else SLOW)
    for change in CHANGES
    if not {"callers", "weights"} & {*change.touches}
]


@functools.cache
def weights(base):
    """Values for the variables of a base, far from where they start."""
    variables = flowspec.compile(BASES[base]).variables
    numbers = np.random.default_rng(3)
    return {path: numbers.normal(size=value.shape) for path, value in variables.items()}


def answers(base, *overrides):
    """What a draw and its density are, and what listed outputs say, at the same variables."""
    flow = flowspec.compile(BASES[base], overrides)
    flow.assign(weights(base))
    given = {**GIVEN, "seed": np.arange(ROWS), "latent": EVENTS, "y": EVENTS}
    return {
        output.name: flow.ask(output.name, **{one.name: given[one.name] for one in output.inputs})
        for output in flow.plan.outputs
        if output.name == "sample_and_log_prob" or "outputs" in BASES[base]
    }


unchanged = functools.cache(answers)


def test_answers_stay_where_training_changes_in_every_way():
    training = [change for change in CHANGES if change.touches == ("training",)]
    overrides = [change.override for change in training if change.base == "plain"]
    before, after = unchanged("plain"), answers("plain", *overrides)
    assert before.keys() == after.keys()
    for output, returned in before.items():
        for name, value in returned.items():
            np.testing.assert_array_equal(value, after[output][name])


@pytest.mark.parametrize("change", ALIKE)
def test_answers_change_exactly_where_the_fingerprint_of_numbers_does(change):
    before, after = unchanged(change.base), answers(change.base, change.override)
    same = all(
        np.array_equal(value, after[output][name])
        for output, returned in before.items()
        for name, value in returned.items()
    )
    assert same == ("numbers" not in change.touches)
