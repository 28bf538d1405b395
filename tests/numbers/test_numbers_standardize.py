"""Statistics are the mean and the deviation of unconstrained data, fitted once and counted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf

import flowspec
from flowspec.diagnostics import DataError

ROWS = 200
RANDOM = np.random.default_rng(12)
U = RANDOM.normal([0.3, -0.6], [0.4, 1.2], (ROWS, 2))
SUPPORTS = {
    "real": ({"kind": "real"}, 100 * U - 7, lambda y: y),
    "positive": ({"kind": "positive"}, np.exp(3 * U + 5), np.log),
    "interval": (
        {"kind": "interval", "low": [-1, 0], "high": [1, 250]},
        np.array([0, 125]) + np.array([1, 125]) * np.tanh(U),
        lambda y: np.log((y - [-1, 0]) / ([1, 250] - y)) / 2,
    ),
}
STATE = RANDOM.normal([1e3, -2, 0], [0.1, 30, 1e-3], (ROWS, 3))
FRESH = [{"kind": "elementwise", "transform": {"kind": "affine"}}]
COUPLING = {
    "kind": "coupling",
    "transform": {"kind": "affine"},
    "conditioner": {"kind": "mlp", "hidden": [4], "activation": "tanh"},
}
TRAINED = [COUPLING, COUPLING]


def compiled(support: Any, layers: Any = TRAINED, dtype: str = "float64", **context: Any) -> Any:
    return flowspec.compile(
        {
            "flowspec": 1,
            "name": "standard",
            "dtype": dtype,
            "event": {"shape": [2], "support": support, "standardize": True},
            "context": {"state": {"kind": "vector", "size": 3, "standardize": True, **context}},
            "layers": layers,
            "training": {"epochs": 1, "batch_size": 64},
        }
    )


def statistics(flow: Any) -> list[np.ndarray]:
    names = ["event.mean", "event.scale", "context.state.mean", "context.state.scale"]
    return [flow.variables[name].numpy() for name in names]


def expected_statistics(event: np.ndarray, state: np.ndarray) -> list[np.ndarray]:
    return [event.mean(0), event.std(0), state.mean(0), state.std(0)]


@pytest.fixture(params=SUPPORTS.values(), ids=SUPPORTS)
def case(request):
    return request.param


def test_a_fresh_flow_has_mean_zero_and_scale_one():
    flow = compiled({"kind": "real"})
    assert not flow.adapted
    for found, size in zip(statistics(flow), [0, 1, 0, 1], strict=True):
        np.testing.assert_array_equal(found, np.full(found.shape, size))


def test_statistics_are_those_of_the_unconstrained_data(agree, case):
    support, event, unconstrain = case
    flow = compiled(support).adapt({"event": event, "state": STATE})
    assert flow.adapted
    expected = expected_statistics(unconstrain(event), STATE)
    for found, number in zip(statistics(flow), expected, strict=True):
        agree(found, number, scale=0.0)


@pytest.mark.parametrize("batch", [1, 7, 64, 1000])
def test_statistics_of_batches_are_those_of_all_rows(agree, batch):
    support, event, unconstrain = SUPPORTS["interval"]
    data = tf.data.Dataset.from_tensor_slices({"event": event, "state": STATE}).batch(batch)
    flow = compiled(support).adapt(data)
    expected = expected_statistics(unconstrain(event), STATE)
    for found, number in zip(statistics(flow), expected, strict=True):
        agree(found, number, scale=0.0)


def test_in_float32_a_large_mean_does_not_spoil_the_scale(agree):
    state = (STATE + np.array([1e6, 0, 0])).astype(np.float32)
    event = (U + 1e5).astype(np.float32)
    flow = compiled({"kind": "real"}, dtype="float32").adapt({"event": event, "state": state})
    expected = expected_statistics(event.astype(float), state.astype(float))
    for found, number in zip(statistics(flow), expected, strict=True):
        assert found.dtype == np.float32
        agree(found, number, 1e-7, scale=0.0)


def test_in_float32_saturated_events_have_finite_statistics(agree):
    support, _, _ = SUPPORTS["interval"]
    event = np.tanh(np.linspace([-20.0, -9.0], [9.0, 20.0], ROWS)) * [1, 125] + [0, 125]
    low, high = np.float32([-1, 0]), np.float32([1, 250])
    event = np.clip(event.astype(np.float32), np.nextafter(low, high), np.nextafter(high, low))
    event = np.maximum(event, np.float32([-1, 1e-30]))
    flow = compiled(support, dtype="float32").adapt({"event": event, "state": STATE})
    wide = event.astype(float)
    u = (np.log(wide - low) - np.log(high - wide)) / 2
    agree(statistics(flow)[0], u.mean(0), 1e-6)
    agree(statistics(flow)[1], u.std(0), 1e-6)


# --- counted in the density -----------------------------------------------------------------------


def test_the_density_of_a_fresh_adapted_flow_is_normal_in_unconstrained_space(agree, case):
    support, event, unconstrain = case
    flow = compiled(support, FRESH).adapt({"event": event, "state": STATE})
    u = unconstrain(event)
    slope = np.zeros(ROWS)
    if support["kind"] == "positive":
        slope = np.log(event).sum(-1)
    if support["kind"] == "interval":
        slope = np.log(np.array([1, 125]) / np.cosh(u) ** 2).sum(-1)
    normal = scipy.stats.norm(u.mean(0), u.std(0)).logpdf(u).sum(-1)
    agree(flow.log_prob(event, state=STATE), normal - slope)


def test_a_fresh_adapted_flow_has_standard_latents(agree, case):
    support, event, _ = case
    flow = compiled(support, FRESH).adapt({"event": event, "state": STATE})
    latent = flow.inverse(event, state=STATE)
    agree(latent.mean(0), np.zeros(2))
    agree(latent.std(0), np.ones(2))


def test_statistics_are_a_change_of_variables(agree, randomize):
    """The adapted flow is the unadapted one at scaled events, given scaled context."""
    _, event, _ = SUPPORTS["real"]
    flow, other = compiled({"kind": "real"}), compiled({"kind": "real"})
    randomize(flow)
    for path, variable in other.variables.items():
        if path.startswith("layers"):
            variable.assign(flow.variables[path])
    flow.adapt({"event": event, "state": STATE})
    state = (STATE - STATE.mean(0)) / STATE.std(0)
    scaled = (event - event.mean(0)) / event.std(0)
    expected = other.log_prob(scaled, state=state) - np.log(event.std(0)).sum()
    agree(flow.log_prob(event, state=STATE), expected)
    agree(flow.inverse(event, state=STATE), other.inverse(scaled, state=state))
    latent = RANDOM.normal(size=event.shape)
    back = event.mean(0) + event.std(0) * other.forward(latent, state=state)
    agree(flow.forward(latent, state=STATE), back)


# --- fitted once ----------------------------------------------------------------------------------


def rows(shift: float) -> dict[str, np.ndarray]:
    return {"event": U + shift, "state": STATE + shift}


def fit(flow: Any, data: Any, **options: Any) -> None:
    flow.fit(data, verbose=False, **options)


@pytest.fixture(scope="module")
def fitted():
    """A flow that was never adapted by hand, trained on one data set and then on another."""
    flow = compiled({"kind": "real"})
    fit(flow, rows(3.0), validation_data=rows(50.0))
    first = statistics(flow)
    fit(flow, rows(-8.0))
    return flow, first


def test_fit_adapts_a_flow_that_was_not_adapted_to_its_training_rows(agree, fitted):
    flow, first = fitted
    assert flow.adapted
    for found, number in zip(first, expected_statistics(U + 3, STATE + 3), strict=True):
        agree(found, number)


def test_a_second_fit_does_not_adapt_again(fitted):
    flow, first = fitted
    for found, number in zip(statistics(flow), first, strict=True):
        np.testing.assert_array_equal(found, number)


def test_fit_leaves_what_was_adapted_by_hand(agree):
    flow = compiled({"kind": "real"}).adapt(rows(0.0))
    kernel = flow.variables["layers.0.conditioner.dense_1.bias"].numpy()
    fit(flow, rows(5.0))
    for found, number in zip(statistics(flow), expected_statistics(U, STATE), strict=True):
        agree(found, number)
    assert not np.array_equal(flow.variables["layers.0.conditioner.dense_1.bias"].numpy(), kernel)


def test_statistics_are_of_the_rows_that_are_not_held_out(agree):
    flow = compiled({"kind": "real"})
    event = np.arange(2.0 * ROWS).reshape(ROWS, 2)
    fit(flow, {"event": event, "state": STATE}, validation_split=0.25)
    total = statistics(flow)[0] * 0.75 * ROWS
    # The sums of three quarters of these whole numbers are whole, and not in proportion to all.
    agree(total, np.round(total))
    assert np.all(np.abs(total - 0.75 * event.sum(0)) > 1)


def test_adapting_by_hand_again_does_adapt_again(agree):
    flow = compiled({"kind": "real"}).adapt(rows(0.0)).adapt(rows(2.0))
    for found, number in zip(statistics(flow), expected_statistics(U + 2, STATE + 2), strict=True):
        agree(found, number)


# --- features that do not vary --------------------------------------------------------------------


def test_a_constant_feature_of_the_context_keeps_the_scale_one(agree):
    state = STATE.copy()
    state[:, 1] = 4.0
    flow = compiled({"kind": "real"}).adapt({"event": U, "state": state})
    _, _, mean, scale = statistics(flow)
    agree(mean, state.mean(0))
    agree(scale, [state[:, 0].std(), 1.0, state[:, 2].std()])


def test_a_constant_feature_of_the_event_is_refused_and_nothing_is_changed():
    event = U.copy()
    event[:, 1] = 0.25
    flow = compiled({"kind": "real"})
    before = statistics(flow)
    with pytest.raises(DataError) as caught:
        flow.adapt({"event": event, "state": STATE})
    assert [found.slug for found in caught.value.diagnostics] == ["constant-feature"]
    assert not flow.adapted
    for found, number in zip(statistics(flow), before, strict=True):
        np.testing.assert_array_equal(found, number)
