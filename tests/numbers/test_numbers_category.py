"""A category that there is not: refused where it can be, and never a wrong number."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tensorflow as tf

import flowspec
from flowspec.diagnostics import UsageError

COUNT, ROWS = 3, 6
BAD_ROWS = [1, 3, 4, 5]
TASK = np.array([0, -1, 2, COUNT, 2**31 - 1, -(2**31)], np.int32)
GOOD = np.array([0, 2], np.int32)
RANDOM = np.random.default_rng(1)
STATE = RANDOM.normal(size=(ROWS, 2)).astype(np.float32)
LATENT = RANDOM.normal(size=(ROWS, 4)).astype(np.float32)
SEEDS = np.arange(ROWS)
CONDITIONER = {"kind": "mlp", "hidden": [8], "activation": "relu"}
AFFINE, SPLINE = {"kind": "affine"}, {"kind": "rational_quadratic_spline", "bins": 3}
CASES = {
    "one_hot": {"encoder": {"kind": "one_hot"}},
    "embedding": {"encoder": {"kind": "embedding", "size": 3}},
    "spline": {"transform": SPLINE},
    "interval": {"support": {"kind": "interval", "low": -1, "high": 1}},
    "positive": {"support": {"kind": "positive"}},
    "read by one layer": {"readers": 1},
    "read by the base": {"readers": 0},
}


def spec(
    encoder: Any = None, transform: Any = AFFINE, support: Any = None, readers: int = 2
) -> dict[str, Any]:
    """Two couplings, of which the first so many read the category; the base, if none does."""
    conditioners = [
        CONDITIONER if index < readers else {**CONDITIONER, "context": ["state"]}
        for index in range(2)
    ]
    base = {"kind": "normal"} if readers else {"kind": "normal", "conditioner": CONDITIONER}
    return {
        "flowspec": 1,
        "name": "tasks",
        "event": {"shape": [4], "support": support or {"kind": "real"}},
        "context": {
            "state": {"kind": "vector", "size": 2},
            "task": {"kind": "category", "count": COUNT, "encoder": encoder or {"kind": "one_hot"}},
        },
        "base": base,
        "layers": [
            {"kind": "coupling", "transform": transform, "conditioner": conditioner}
            for conditioner in conditioners
        ],
        "outputs": {
            "draw": {"returns": ["event", "latent", "log_prob", "base_log_prob", "ldj"]},
            "draws": {"returns": ["event", "log_prob"], "draws": 2},
            "forward": {"inputs": ["latent"], "returns": ["event", "log_prob", "ldj"]},
            "inverse": {"inputs": ["event"], "returns": ["latent", "log_prob", "ldj"]},
        },
    }


@pytest.fixture(scope="module", params=CASES.values(), ids=CASES)
def flow(request, randomize):
    compiled = flowspec.compile(spec(**request.param))
    randomize(compiled)
    return compiled


@pytest.fixture(scope="module")
def plain(randomize):
    compiled = flowspec.compile(spec())
    randomize(compiled)
    return compiled


def given(flow: Any, name: str) -> dict[str, Any]:
    event = flow.forward(LATENT, state=STATE, task=np.resize(GOOD, ROWS))
    quantities = {"event": event, "latent": LATENT, "seed": SEEDS, "state": STATE}
    known = [record.name for record in flow.models[name].output_record.inputs]
    return {key: value for key, value in quantities.items() if key in known}


@pytest.mark.parametrize("bad", [-1, COUNT, 2**31 - 1, -(2**31)])
@pytest.mark.parametrize(
    "call",
    [
        lambda flow, task: flow.sample(state=STATE, task=task),
        lambda flow, task: flow.sample(2, state=STATE, task=task, seed=1),
        lambda flow, task: flow.log_prob(LATENT, state=STATE, task=task),
        lambda flow, task: flow.forward(LATENT, state=STATE, task=task),
        lambda flow, task: flow.inverse(LATENT, state=STATE, task=task),
        lambda flow, task: flow.ask("inverse", event=LATENT, state=STATE, task=task),
    ],
    ids=["sample", "samples", "log_prob", "forward", "inverse", "ask"],
)
def test_the_short_cuts_refuse_it_and_name_the_row(plain, call, bad):
    task = np.array([0, 1, 2, bad, 0, bad])
    with pytest.raises(UsageError) as caught:
        call(plain, task)
    assert [found.slug for found in caught.value.diagnostics] == ["unknown-category"]
    assert "row 3 of the input `task`" in caught.value.diagnostics[0].message


@pytest.mark.parametrize(
    "call",
    [
        lambda flow, task: flow.models["draw"]({"state": STATE, "task": task}),
        lambda flow, task: flow.models["forward"](
            {"latent": LATENT, "state": tf.constant(STATE), "task": tf.constant(task, tf.int32)}
        ),
        lambda flow, task: flow.distribution(state=STATE, task=task),
        lambda flow, task: flow.bijector(state=STATE, task=tf.constant(task, tf.int32)),
    ],
    ids=["model on arrays", "model on tensors", "distribution", "bijector"],
)
def test_models_and_tfp_views_refuse_it_outside_of_graphs(plain, call):
    with pytest.raises(UsageError) as caught:
        call(plain, np.array([0, 1, COUNT, 2, 1, 0]))
    assert [found.slug for found in caught.value.diagnostics] == ["unknown-category"]


def check_rows(agree: Any, flow: Any, name: str, *, xla: bool) -> None:
    run = tf.function(flow.models[name], jit_compile=xla)
    inputs = {key: tf.constant(value) for key, value in given(flow, name).items()}
    found = run({**inputs, "task": tf.constant(TASK)})
    proper = run({**inputs, "task": tf.constant(np.where([1, 0, 1, 0, 0, 0], TASK, 0), tf.int32)})
    for quantity, result in found.items():
        agree(result.numpy()[[0, 2]], proper[quantity].numpy()[[0, 2]], 1e-6)
        assert np.all(np.isfinite(proper[quantity]))
        assert np.all(np.isnan(result.numpy()[BAD_ROWS])), f"{quantity} is a number"


@pytest.mark.parametrize("name", ["draw", "draws", "forward", "inverse"])
def test_in_a_graph_its_row_is_nan_and_the_others_are_right(agree, flow, name):
    check_rows(agree, flow, name, xla=False)


@pytest.mark.parametrize("name", ["draw", "inverse"])
@pytest.mark.parametrize("case", ["one_hot", "embedding", "interval"])
def test_under_xla_its_row_is_nan_and_the_others_are_right(agree, randomize, case, name):
    flow = flowspec.compile(spec(**CASES[case]))
    randomize(flow)
    check_rows(agree, flow, name, xla=True)


def test_the_models_have_the_right_rows_of_the_graph(agree, flow):
    inputs = {"state": STATE[:2], "task": GOOD, "seed": SEEDS[:2]}
    alone = flow.models["draw"](inputs)
    model = tf.function(flow.models["draw"])
    together = model({name: tf.constant(value) for name, value in inputs.items()})
    for quantity, result in together.items():
        agree(result, alone[quantity], 1e-5)


def test_in_a_graph_the_tfp_view_has_nan_in_its_row_only(flow):
    @tf.function
    def log_prob(event: Any, task: Any) -> Any:
        return flow.distribution(state=tf.constant(STATE), task=task).log_prob(event)

    event = tf.constant(given(flow, "inverse")["event"])
    found = log_prob(event, tf.constant(TASK)).numpy()
    np.testing.assert_array_equal(np.flatnonzero(np.isnan(found)), BAD_ROWS)
