"""Laws of maps between random pairs of plans."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, event, given, settings

from flowspec.build.initializers import initial_value
from flowspec.laws.budget import BUDGET
from flowspec.versioning.transfer import transfer_map
from flowspec.versioning.transfer.apply import moved
from flowspec.versioning.transfer.moves import NEW
from tests.versioning.transfer.edits import context_renames, pairs
from tests.versioning.transfer.flows import (
    log_prob,
    only_known,
    planned,
    rows_of,
    seen_before,
    weights_of,
)


@settings(max_examples=40)
@given(pairs())
def test_every_new_variable_is_named_once_and_every_old_one_is_used_or_listed(pair):
    old, new = map(planned, pair)
    found = transfer_map(old, new)
    used = [move.old for move in found.moves if move.old is not None]
    assert [move.path for move in found.moves] == [variable.path for variable in new.variables]
    assert len(set(used)) == len(used)
    left = [drop.path for drop in found.drops]
    assert sorted(used + left) == sorted(variable.path for variable in old.variables)
    assert sum(found.counts.values()) == len(new.variables)
    event("whole" if found.whole else "not whole")


@settings(max_examples=40)
@given(pairs())
def test_moves_are_in_bounds_and_take_nothing_twice(pair):
    old, new = map(planned, pair)
    before = {variable.path: variable for variable in old.variables}
    for move in transfer_map(old, new).moves:
        assert (move.how == "initialise") == (move.old is None)
        assert (move.how == "resize") == bool(move.axes)
        if move.how in ("keep", "rename"):
            assert before[move.old].shape == move.shape
            assert (move.how == "keep") == (move.old == move.path)
        for place, axis in enumerate(move.axes):
            taken = [source for source in axis.sources if source != NEW]
            assert len(axis.sources) == axis.kept + axis.new == move.shape[place]
            assert axis.kept == len(taken) == len(set(taken)) > 0
            assert axis.kept + axis.dropped == before[move.old].shape[place]
            assert all(0 <= source < before[move.old].shape[place] for source in taken)
        if move.how == "resize":
            assert move.carried == math.prod(axis.kept for axis in move.axes)


@settings(max_examples=40)
@given(pairs())
def test_suggested_renames_carry_more_over(pair):
    old, new = map(planned, pair)
    found = transfer_map(old, new)
    if not found.renames:
        return
    renames = {**(new.spec.get("renames") or {}), **found.renames}
    renamed = new.model_copy(update={"spec": {**new.spec, "renames": renames}})
    assert transfer_map(old, renamed).carried > found.carried


def holds(pair):
    old, new = map(planned, pair)
    found = transfer_map(old, new)
    assume(found.whole)
    weights = moved(found, new, weights_of(old), initial_value)
    names = context_renames(new)
    rows = only_known(old, new, rows_of(new), names)
    was = log_prob(old, weights_of(old), seen_before(old, new, rows, names))
    now = log_prob(new, weights, rows)
    assert np.max(np.abs(now - was) / (1 + np.abs(was))) <= BUDGET["compiled"]["float64"]


@settings(max_examples=4)
@given(pairs())
def test_a_whole_map_keeps_log_prob(pair):
    holds(pair)


@pytest.mark.slow
@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(pairs())
def test_a_whole_map_keeps_log_prob_of_many(pair):
    holds(pair)
