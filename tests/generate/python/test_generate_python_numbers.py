"""The generated module gives the flow's numbers, for every output."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import flowspec
from flowspec.catalog import FAMILIES
from tests.generate.python.flows import FLOWS
from tests.generate.python.generated import (
    by_flow,
    by_model,
    flow_of,
    imported,
    model_of,
    with_every_output,
    written,
)
from tests.laws.cases import Case, every_case, every_dtype
from tests.laws.flows import compiled, perturb, rows_of, take

TOLERANCE = {"float64": 1e-12, "float32": 1e-6}

every_flow = pytest.mark.parametrize("name", FLOWS)


def agree(case: Case, rows: Mapping[str, Any], tolerance: float = 1e-12) -> None:
    """All outputs of flow and module agree, relative to what they return."""
    flow = flow_of(case)
    expected, found = by_flow(flow, rows), by_model(model_of(case), flow, rows)
    for output, returns in expected.items():
        assert found[output].keys() == returns.keys()
        for name, value in returns.items():
            assert found[output][name].dtype == value.dtype
            np.testing.assert_allclose(
                found[output][name], value, rtol=tolerance, atol=0, err_msg=f"{output} {name}"
            )


@every_flow
def test_every_output_returns_the_numbers_of_the_flow(name):
    case = FLOWS[name]
    agree(case, rows_of(case))


@pytest.mark.slow
@every_dtype
@every_case
def test_every_output_of_every_case_returns_the_numbers_of_the_flow(case, dtype):
    agree(with_every_output(case, dtype), rows_of(case), TOLERANCE[dtype])


def test_the_flows_have_every_kind_between_them():
    found = set()
    for case in FLOWS.values():
        for part in compiled(case).plan.parts:
            found.add((part.family, part.kind))
            found |= {(network.family, network.kind) for network in part.networks}
            transform = part.node.get("transform")
            found |= {("transforms", transform["kind"])} if transform else set()
    assert found == {(family.name, kind) for family in FAMILIES.values() for kind in family.kinds}


def test_events_near_a_bound_at_it_and_outside_have_the_densities_of_the_flow():
    case = FLOWS["line"]
    ends = np.array([0, 1e-300, 1e-9, 1 - 1e-9, np.nextafter(1, 0), 1, 2, -1, np.nan, np.inf])
    rows = {"y": ends[:, None], "x": np.zeros((len(ends), 1))}
    model, flow = model_of(case), flow_of(case)
    found = model.log_prob(**rows)["log_prob"].numpy()
    np.testing.assert_array_equal(found, flow.ask("log_prob", **rows)["log_prob"])
    assert np.isneginf(found).any()


def test_graphs_and_eager_calls_return_the_same_numbers():
    case = FLOWS["policy"]
    rows = {name: rows_of(case)[name] for name in ("state", "goal", "arm", "task", "seed")}
    model = model_of(case)
    eager, graph = model.candidates(**rows), tf.function(model.candidates)(**rows)
    for name, value in eager.items():
        np.testing.assert_allclose(graph[name], value, rtol=1e-11)


def test_draws_of_a_row_depend_on_its_seed_alone():
    case = FLOWS["density"]
    seeds = np.array([3, -(2**63), 2**63 - 1, 3])
    model = model_of(case)
    together = model.sample(seed=seeds)["size"].numpy()
    np.testing.assert_array_equal(together[0], together[3])
    np.testing.assert_allclose(model.sample(seed=seeds[1:2])["size"][0], together[1], rtol=1e-12)


def test_an_unknown_category_is_refused_eagerly_and_nan_in_a_graph():
    case = FLOWS["policy"]
    rows = take(rows_of(case), slice(4))
    given = {name: rows[name] for name in ("state", "goal", "arm", "task", "action")}
    given["task"] = np.array([0, 9, -1, 3])
    model = model_of(case)
    with pytest.raises(ValueError, match=r"context\.task has a value that is not from 0 to 3"):
        model.fit_(**given)
    found = tf.function(model.fit_)(**given)
    for value in found.values():
        assert np.isnan(np.reshape(value, (4, -1))).all(-1).tolist() == [False, True, True, False]


def test_a_row_of_context_with_a_nan_is_nan_in_every_return():
    case = FLOWS["policy"]
    rows = take(rows_of(case), slice(2))
    given = {name: rows[name].copy() for name in ("state", "goal", "arm", "task", "seed")}
    given["goal"][1, 0] = np.nan
    for value in model_of(case).candidates(**given).values():
        assert np.isnan(np.reshape(value, (2, -1))).all(-1).tolist() == [False, True]


def test_a_wrong_shape_is_refused():
    rows = rows_of(FLOWS["line"])
    with pytest.raises((ValueError, tf.errors.InvalidArgumentError), match="compatible"):
        model_of(FLOWS["line"]).log_prob(x=rows["x"], y=np.zeros((7, 2)))


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_networks_in_mixed_precision_stay_so(policy, tmp_path):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        flow = perturb(flowspec.compile({**FLOWS["policy"].node, "dtype": "float32"}))
    finally:
        keras.config.set_dtype_policy(before)
    model = imported(written(flow, tmp_path)).load()
    rows = rows_of(FLOWS["policy"])
    expected, found = by_flow(flow, rows), by_model(model, flow, rows)
    for output, returns in expected.items():
        for name, value in returns.items():
            np.testing.assert_allclose(found[output][name], value, rtol=1e-6)
