"""A transfer that says it keeps log_prob does, measured on the same rows of both flows."""

import numpy as np
import pytest

from flowspec.build.initializers import initial_value
from flowspec.laws.budget import BUDGET
from flowspec.plan import plan as plan_spec
from flowspec.spec import load_spec
from flowspec.versioning.transfer import transfer_map
from flowspec.versioning.transfer.apply import moved
from tests.laws.cases import CASES, SPECS
from tests.versioning.transfer.flows import (
    COUPLING,
    GIVEN,
    LABELS,
    MLP,
    SCALE,
    SPLINE,
    STATE,
    TASK,
    log_prob,
    only_known,
    planned,
    rows_of,
    seen_before,
    spec,
    store_of,
    weights_of,
)


def transferred(old, new):
    """The map from one plan to another, and the weights that it leads to."""
    found = transfer_map(old, new)
    return found, moved(found, new, weights_of(old), initial_value)


def assert_kept(old, new, renamed=None, dtype="float64"):
    found, weights = transferred(old, new)
    assert found.whole, found
    rows = only_known(old, new, rows_of(new), renamed)
    was = log_prob(old, weights_of(old), seen_before(old, new, rows, renamed))
    now = log_prob(new, weights, rows)
    assert np.isfinite(was).all()
    assert np.max(np.abs(now - was) / (1 + np.abs(was))) <= BUDGET["compiled"][dtype]
    return found


@pytest.mark.parametrize("case", CASES, ids=str)
def test_transfer_to_the_same_plan_is_the_identity(case):
    plan = planned(case.node)
    found, weights = transferred(plan, plan)
    assert found.whole
    assert {move.how for move in found.moves} <= {"keep"}
    assert found.counts["kept"] == len(plan.variables)
    for path, value in weights_of(plan).items():
        np.testing.assert_array_equal(weights[path], value)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_transfer_of_a_spec_of_the_project_to_itself_is_the_identity(path):
    plan = plan_spec(load_spec(path))
    found = transfer_map(plan, plan)
    assert found.whole
    assert {move.how for move in found.moves} == {"keep"}


PLAIN = spec(COUPLING, SPLINE, SCALE)
CONDITIONED = spec(COUPLING, GIVEN, context={"state": STATE})
ROLL = {"kind": "permutation", "order": "roll"}
TURN = {"kind": "permutation", "order": "reverse"}
DEEP = {"repeat": 2, "layers": [COUPLING]}
NAMED = spec({**COUPLING, "name": "first"}, {**SPLINE, "name": "second"}, SCALE)
FIELDS = {**STATE, "fields": ["u", "v"], "standardize": True}
ENCODED = {**STATE, "encoder": {"kind": "mlp", "hidden": [3], "size": 2, "activation": "tanh"}}
EMBEDDED = {**LABELS, "encoder": {"kind": "embedding", "size": 2}}


def conditioned(*layers, **context):
    return spec(*layers, context=context)


KEPT = {
    "a layer is appended": (PLAIN, spec(COUPLING, SPLINE, SCALE, SCALE)),
    "couplings are appended": (PLAIN, spec(COUPLING, SPLINE, SCALE, SPLINE, COUPLING)),
    "a repeat grows": (spec(DEEP), spec({**DEEP, "repeat": 3})),
    "a layer before named ones": (NAMED, spec(SCALE, *NAMED["layers"][:2], SCALE, renames={
        "layers.2": "layers.3",
    })),
    "a layer before others that are renamed": (PLAIN, spec(
        SCALE, COUPLING, SPLINE, SCALE,
        renames={"layers.0": "layers.1", "layers.1": "layers.2", "layers.2": "layers.3"},
    )),
    "an identical permutation is inserted": (
        PLAIN, spec(COUPLING, SPLINE, SCALE, {"kind": "permutation", "order": [0, 1, 2]}),
    ),
    "layers get names": (PLAIN, spec(
        {**COUPLING, "name": "a"}, SPLINE, {**SCALE, "name": "c"},
        renames={"layers.0": "layers.a", "layers.2": "layers.c"},
    )),
    "a network gets a name": (spec(COUPLING, SPLINE), spec(
        {**COUPLING, "conditioner": {**MLP, "name": "net"}}, SPLINE,
        renames={"layers.0.conditioner": "layers.0.net"},
    )),
    "the base is learned": (PLAIN, {**PLAIN, "base": {"kind": "normal", "learned": True}}),
    "the base reads context": (
        CONDITIONED, {**CONDITIONED, "base": {"kind": "normal", "conditioner": MLP}},
    ),
    "the event is standardized": (PLAIN, spec(*PLAIN["layers"], event={"standardize": True})),
    "the first context input": (PLAIN, spec(*PLAIN["layers"], context={"state": STATE})),
    "one more vector": (CONDITIONED, conditioned(COUPLING, GIVEN, state=STATE, more=STATE)),
    "one more vector before": (CONDITIONED, conditioned(COUPLING, GIVEN, more=STATE, state=STATE)),
    "one more standardized vector": (
        CONDITIONED, conditioned(COUPLING, GIVEN, state=STATE, more={**STATE, "standardize": True}),
    ),
    "one more encoded vector": (
        CONDITIONED, conditioned(COUPLING, GIVEN, state=STATE, more=ENCODED),
    ),
    "one more category": (CONDITIONED, conditioned(COUPLING, GIVEN, state=STATE, task=TASK)),
    "one more embedded category": (
        CONDITIONED, conditioned(COUPLING, GIVEN, state=STATE, task=EMBEDDED),
    ),
    "a wider vector": (CONDITIONED, conditioned(COUPLING, GIVEN, state={**STATE, "size": 4})),
    "a wider standardized vector with names": (
        conditioned(COUPLING, GIVEN, state=FIELDS),
        conditioned(COUPLING, GIVEN, state={**FIELDS, "size": 3, "fields": ["v", "w", "u"]}),
    ),
    "a vector gets names": (
        CONDITIONED, conditioned(COUPLING, GIVEN, state={**STATE, "fields": ["u", "v"]}),
    ),
    "a wider vector before an encoder": (
        conditioned(COUPLING, GIVEN, state=ENCODED),
        conditioned(COUPLING, GIVEN, state={**ENCODED, "size": 4}),
    ),
    "an encoder with more features and units": (
        conditioned(COUPLING, GIVEN, state=ENCODED),
        conditioned(COUPLING, GIVEN, state={
            **ENCODED, "encoder": {**ENCODED["encoder"], "hidden": [5], "size": 4},
        }),
    ),
    "a vector is standardized": (
        CONDITIONED, conditioned(COUPLING, GIVEN, state={**STATE, "standardize": True}),
    ),
    "more values of a category": (
        conditioned(COUPLING, GIVEN, task=TASK),
        conditioned(COUPLING, GIVEN, task={**TASK, "count": 5}),
    ),
    "labels in another order": (
        conditioned(COUPLING, GIVEN, task={**LABELS, "labels": ["red", "blue"]}),
        conditioned(COUPLING, GIVEN, task={**LABELS, "labels": ["blue", "red"]}),
    ),
    "more values of an embedded category": (
        conditioned(COUPLING, GIVEN, task={**TASK, "encoder": EMBEDDED["encoder"]}),
        conditioned(COUPLING, GIVEN, task={**TASK, "count": 5, "encoder": EMBEDDED["encoder"]}),
    ),
    "labels of an embedded category in another order": (
        conditioned(COUPLING, GIVEN, task=EMBEDDED),
        conditioned(COUPLING, GIVEN, task={**EMBEDDED, "labels": ["blue", "red", "green"]}),
    ),
    "a larger embedding": (
        conditioned(COUPLING, GIVEN, task=EMBEDDED),
        conditioned(COUPLING, GIVEN, task={
            **EMBEDDED, "encoder": {"kind": "embedding", "size": 4},
        }),
    ),
    "context inputs in another order": (
        conditioned(COUPLING, GIVEN, state=STATE, task=TASK),
        conditioned(COUPLING, GIVEN, task=TASK, state=STATE),
    ),
    "a layer reads one more context input": (
        conditioned({**COUPLING, "conditioner": {**MLP, "context": ["state"]}}, GIVEN, state=STATE,
                    task=TASK),
        conditioned(COUPLING, GIVEN, state=STATE, task=TASK),
    ),
    "wider hidden layers": (
        spec({**COUPLING, "conditioner": {**MLP, "hidden": [4, 3]}}, SCALE),
        spec({**COUPLING, "conditioner": {**MLP, "hidden": [6, 5]}}, SCALE),
    ),
    "fields of the event in another order": (
        spec(SCALE, event={"fields": ["a", "b", "c"], "standardize": True}),
        spec(SCALE, event={"fields": ["c", "a", "b"], "standardize": True}),
    ),
    "masks that follow the fields of the event": (
        spec({**COUPLING, "mask": [1, 0, 0]}, SCALE, event={"fields": ["a", "b", "c"]}),
        spec({**COUPLING, "mask": [0, 0, 1]}, SCALE, event={"fields": ["b", "c", "a"]}),
    ),
    "masks that follow the fields of the event through a permutation": (
        spec({**COUPLING, "mask": [1, 0, 0]}, ROLL, SCALE, event={"fields": ["a", "b", "c"]}),
        spec({**COUPLING, "mask": [0, 0, 1]}, ROLL, SCALE, event={"fields": ["b", "a", "c"]}),
    ),
    "permutations whose places in the list have shifted": (
        spec({**SCALE, "name": "a"}, ROLL, TURN, {**SCALE, "name": "b"}),
        spec({**SCALE, "name": "a"}, {**SCALE, "name": "c"}, ROLL, TURN, {**SCALE, "name": "b"}),
    ),
    "a field is renamed": (
        conditioned(COUPLING, GIVEN, state=FIELDS),
        {**conditioned(COUPLING, GIVEN, state={**FIELDS, "fields": ["v", "u"]}), "renames": {
            "context.state.fields.u": "context.state.fields.v",
            "context.state.fields.v": "context.state.fields.u",
        }},
    ),
    "a label is renamed, and its name given to a new value": (
        conditioned(COUPLING, GIVEN, task=EMBEDDED),
        {**conditioned(COUPLING, GIVEN, task={**EMBEDDED, "labels": [
            "crimson", "green", "blue", "red",
        ]}), "renames": {"context.task.labels.red": "context.task.labels.crimson"}},
    ),
    "a field of the event is renamed": (
        spec(COUPLING, SCALE, event={"fields": ["a", "b", "c"], "standardize": True}),
        spec(COUPLING, SCALE, event={"fields": ["a", "b", "d"], "standardize": True},
             renames={"event.fields.c": "event.fields.d"}),
    ),
    "everything at once": (
        conditioned(COUPLING, GIVEN, state=FIELDS, task=EMBEDDED),
        {**conditioned(
            {**COUPLING, "conditioner": {**MLP, "hidden": [6]}}, GIVEN, SCALE, SPLINE,
            task={**EMBEDDED, "labels": ["white", "blue", "green", "red"]}, more=ENCODED,
            state={**FIELDS, "size": 3, "fields": ["w", "v", "u"]},
        ), "base": {"kind": "normal", "learned": True}},
    ),
}  # fmt: skip
"""Changes of a spec under which every log_prob stays what it was."""


@pytest.mark.parametrize(("old", "new"), KEPT.values(), ids=KEPT)
def test_log_prob_is_kept(old, new):
    assert_kept(planned(old), planned(new))


def test_a_context_input_is_renamed():
    new = spec(COUPLING, GIVEN, context={"seen": STATE, "state": STATE},
               renames={"context.state": "context.seen"})  # fmt: skip
    found = assert_kept(planned(CONDITIONED), planned(new), renamed={"state": "seen"})
    assert found.counts["resized"] == 2


def test_float32_flows_keep_log_prob_within_their_budget():
    old, new = KEPT["everything at once"]
    assert_kept(
        planned({**old, "dtype": "float32"}), planned({**new, "dtype": "float32"}), dtype="float32"
    )


def test_a_flow_of_another_dtype_keeps_log_prob_within_the_budget_of_the_coarser():
    assert_kept(planned({**PLAIN, "dtype": "float32"}), planned(PLAIN), dtype="float32")
    assert_kept(planned(PLAIN), planned({**PLAIN, "dtype": "float32"}), dtype="float32")


@pytest.mark.parametrize("case", CASES[::7], ids=str)
def test_initial_values_are_those_of_a_fresh_flow(case):
    plan = planned(case.node)
    fresh = store_of(plan).__class__(plan, policy=plan.dtype).by_path()
    for variable in plan.variables:
        np.testing.assert_array_equal(initial_value(variable), np.asarray(fresh[variable.path]))
