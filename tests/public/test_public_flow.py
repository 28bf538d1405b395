"""The flow that users hold, as the README shows it."""

import numpy as np
import pytest

import flowspec
from flowspec.diagnostics import BundleError, UsageError

COUPLING = {
    "kind": "coupling",
    "transform": {"kind": "affine"},
    "conditioner": {"kind": "mlp", "hidden": [8]},
}
POLICY = {
    "flowspec": 1,
    "name": "policy",
    "event": {
        "name": "action",
        "shape": [3],
        "support": {"kind": "interval", "low": -1, "high": 1},
    },
    "context": {
        "state": {"kind": "vector", "size": 4},
        "task": {"kind": "category", "count": 3, "encoder": {"kind": "embedding", "size": 2}},
    },
    "layers": [COUPLING, COUPLING],
}
PLAIN = {"flowspec": 1, "name": "plain", "event": {"shape": [2]}, "layers": [COUPLING, COUPLING]}
STATES = np.random.default_rng(0).normal(size=(5, 4))
TASKS = np.array([0, 1, 2, 1, 0])


@pytest.fixture(scope="module")
def policy():
    flow = flowspec.compile(POLICY)
    random = np.random.default_rng(1)
    for variable in flow.variables.values():
        variable.assign(random.normal(size=variable.shape) * 0.3)
    return flow


@pytest.fixture(scope="module")
def plain():
    return flowspec.compile(PLAIN)


def slugs(call, *arguments, **named):
    with pytest.raises(UsageError) as caught:
        call(*arguments, **named)
    return [diagnostic.slug for diagnostic in caught.value.diagnostics]


def test_sample_has_one_event_a_row(policy):
    assert policy.sample(state=STATES, task=TASKS).shape == (5, 3)


def test_sample_with_n_has_n_events_a_row(policy):
    assert policy.sample(7, state=STATES, task=TASKS).shape == (5, 7, 3)
    assert policy.sample(n=1, state=STATES, task=TASKS).shape == (5, 1, 3)


def test_sample_without_context_has_n_rows(plain):
    assert plain.sample(7).shape == (7, 2)
    assert plain.sample().shape == (1, 2)


def test_a_context_input_may_be_called_n():
    flow = flowspec.compile({**PLAIN, "context": {"n": {"kind": "vector", "size": 1}}})
    assert flow.sample(4, n=[[1.0], [2.0]]).shape == (2, 4, 2)


def test_draws_repeat_with_a_seed_and_differ_without(policy, plain):
    given = {"state": STATES, "task": TASKS}
    np.testing.assert_array_equal(policy.sample(seed=3, **given), policy.sample(seed=3, **given))
    assert (policy.sample(**given) != policy.sample(**given)).any()
    np.testing.assert_array_equal(plain.sample(4, seed=2**64 - 1), plain.sample(4, seed=-1))
    assert (plain.sample(4) != plain.sample(4)).any()


def test_one_seed_a_row_is_taken_as_it_is(policy):
    given = {"state": STATES[[0, 0]], "task": TASKS[[0, 0]]}
    first, second = policy.sample(seed=[5, 5], **given)
    np.testing.assert_array_equal(first, second)


def test_many_rows_run_piece_by_piece_and_draw_the_same(plain, monkeypatch):
    whole = plain.sample(100, seed=1)
    monkeypatch.setattr("flowspec.models.evaluator.ROWS", 32)
    np.testing.assert_array_equal(plain.sample(100, seed=1), whole)


def test_ask_answers_every_output_by_name(policy):
    given = {"state": STATES, "task": TASKS}
    drawn = policy.ask("sample_and_log_prob", seed=np.arange(5), **given)
    assert {name: value.shape for name, value in drawn.items()} == {
        "action": (5, 3),
        "log_prob": (5,),
    }
    np.testing.assert_allclose(
        policy.log_prob(drawn["action"], **given), drawn["log_prob"], rtol=1e-4, atol=1e-4
    )


def test_forward_undoes_inverse(policy):
    given = {"state": STATES, "task": TASKS}
    action = policy.sample(**given)
    latent = policy.inverse(action, **given)
    np.testing.assert_allclose(policy.forward(latent, **given), action, atol=1e-5)


def test_variables_are_found_by_their_path(policy):
    kernel = policy.variables["layers.0.conditioner.dense_0.kernel"]
    assert kernel.shape == (1 + 4 + 2, 8) or kernel.shape == (2 + 4 + 2, 8)
    assert list(policy.variables) == [variable.path for variable in policy.plan.variables]


def test_lists_tensors_and_arrays_go_in(policy):
    import tensorflow as tf

    action = policy.sample(state=STATES, task=TASKS)
    expected = policy.log_prob(action, state=STATES, task=TASKS)
    as_lists = policy.log_prob(action.tolist(), state=STATES.tolist(), task=TASKS.tolist())
    as_tensors = policy.log_prob(
        tf.constant(action), state=tf.constant(STATES), task=tf.constant(TASKS)
    )
    np.testing.assert_array_equal(as_lists, expected)
    np.testing.assert_array_equal(as_tensors, expected)


def test_wrong_inputs_are_refused_by_name(policy, plain):
    given = {"state": STATES, "task": TASKS}
    assert slugs(policy.sample, state=STATES) == ["missing-input"]
    assert slugs(policy.sample, stat=STATES, **given) == ["unknown-input"]
    assert slugs(policy.sample, state=STATES[:, :3], task=TASKS) == ["wrong-shape"]
    assert slugs(policy.sample, state=STATES, task=TASKS * 1.0) == ["wrong-dtype"]
    assert slugs(policy.sample, state=STATES, task=TASKS[:4]) == ["rows-differ"]
    assert slugs(policy.sample, state=STATES, task=TASKS + 1) == ["unknown-category"]
    assert slugs(policy.sample, 0, **given) == ["wrong-count"]
    assert slugs(policy.sample, 2, 3, **given) == ["wrong-count"]
    assert slugs(policy.sample, 2**31, **given) == ["wrong-count"]
    assert slugs(policy.log_prob, STATES, **given) == ["wrong-shape"]
    assert slugs(policy.ask, "sampl", **given) == ["unknown-output"]
    assert slugs(plain.sample, 3, state=STATES) == ["unknown-input"]
    assert slugs(plain.sample, 3, seed=[1, 2]) == ["wrong-seed"]
    assert slugs(plain.sample, 3, seed="one") == ["wrong-seed"]
    assert slugs(policy.sample, state="x", task=TASKS) != []
    assert slugs(policy.sample, state=3.0, task=TASKS) == ["wrong-shape"]


def test_what_is_no_array_is_not_assigned(plain):
    before = {path: np.asarray(variable) for path, variable in plain.variables.items()}
    first, second, *_ = before
    wrong = {**before, first: "abc", second: [[1.0], [1.0, 2.0]]}
    for weights, expected in (
        (wrong, ["not-an-array"] * 2),
        ({**before, 3: [[1.0], [1.0, 2.0]]}, ["not-an-array"]),
        ({**before, 3: [1.0]}, ["weights-mismatch"]),
        (list(before.values()), ["weights-mismatch"]),
    ):
        with pytest.raises(BundleError) as caught:
            plain.assign(weights)
        assert [diagnostic.slug for diagnostic in caught.value.diagnostics] == expected
    np.testing.assert_equal(
        {path: np.asarray(variable) for path, variable in plain.variables.items()}, before
    )


def test_text_is_no_input(policy):
    assert slugs(policy.sample, state=[["a"] * 4], task=[1]) == ["wrong-dtype"]
    assert slugs(policy.sample, state=[[1.0], [1.0, 2.0]], task=[1]) == ["not-an-array"]


def test_an_empty_batch_has_an_empty_answer(policy):
    given = {"state": STATES[:0], "task": TASKS[:0]}
    assert policy.sample(**given).shape == (0, 3)
    assert policy.log_prob(np.zeros((0, 3)), **given).shape == (0,)


def test_a_flow_says_what_it_is(policy):
    assert repr(policy) == "<Flow policy 0.1.0: action (3,) given state, task, 9 variables>"


@pytest.mark.parametrize("size", [1, 2, 3, 17, 40])
@pytest.mark.parametrize("conditional", [False, True])
def test_flows_of_many_sizes_work(size, conditional):
    layer = (
        {**COUPLING, "transform": {"kind": "rational_quadratic_spline", "bins": 3}}
        if size > 1
        else {"kind": "elementwise", "transform": {"kind": "rational_quadratic_spline"}}
    )
    spec = {
        "flowspec": 1,
        "name": "sized",
        "event": {"shape": [size], "standardize": True},
        "context": {"c": {"kind": "vector", "size": 2}} if conditional else {},
        "layers": [{"repeat": 2, "layers": [layer]}, {"kind": "permutation", "order": "random"}],
    }
    flow = flowspec.compile(spec)
    given = {"c": np.ones((4, 2))} if conditional else {}
    draws = () if conditional else (4,)
    event = flow.sample(*draws, seed=1, **given)
    assert event.shape == (4, size)
    assert np.isfinite(flow.log_prob(event, **given)).all()


def test_inputs_may_be_called_like_anything_inside():
    names = ["base", "add", "subtract", "repeat", "reshape", "flow", "layers", "log", "x"]
    flow = flowspec.compile(
        {
            **PLAIN,
            "context": {name: {"kind": "vector", "size": 1} for name in names},
            "outputs": {"many": {"returns": ["event", "log_prob"], "draws": 2}},
        }
    )
    given = {name: np.ones((3, 1)) for name in names}
    assert flow.models["many"](given)["event"].shape == (3, 2, 2)
    assert flow.log_prob(np.zeros((3, 2)), **given).shape == (3,)
    assert flow.ask("many", **given)["log_prob"].shape == (3, 2)
    assert flow.distribution(**given).batch_shape == (3,)


@pytest.mark.parametrize(
    "support",
    [{"kind": "real"}, {"kind": "positive"}, {"kind": "interval", "low": -1, "high": 1}],
    ids=lambda node: node["kind"],
)
def test_events_outside_the_support_have_no_density_and_nan_stays_nan(support):
    flow = flowspec.compile({**PLAIN, "event": {"shape": [2], "support": support}})
    inside = [0.5, 0.5]
    event = [inside, [np.inf, 0.5], [-np.inf, 0.5], [np.nan, 0.5]]
    for log_prob in (flow.log_prob, lambda y: flow.distribution().log_prob(np.float32(y)).numpy()):
        found = log_prob(np.array(event))
        assert np.isfinite(found[0])
        assert (found[1:3] == -np.inf).all()
        assert np.isnan(found[3])


def test_a_row_whose_context_is_unknown_has_unknown_results(policy):
    import tensorflow as tf

    states = STATES.astype("float32")
    states[1, 2] = np.nan
    tasks = np.array([0, 1, 7, 1, -1], "int32")
    model = policy.models["sample_and_log_prob"]
    given = {"state": tf.constant(states), "seed": tf.range(5, dtype=tf.int64)}
    for jit_compile in (False, True):
        run = tf.function(lambda task: model({**given, "task": task}), jit_compile=jit_compile)
        for value in run(tf.constant(tasks)).values():
            unknown = np.isnan(value.numpy().reshape(5, -1))
            assert unknown[[1, 2, 4]].all()
            assert not unknown[[0, 3]].any()


def test_an_unknown_category_is_refused_wherever_it_can_be_seen(policy):
    given = {"state": STATES, "task": TASKS + 1}
    for call in (
        lambda: policy.sample(**given),
        lambda: policy.distribution(**given),
        lambda: policy.models["sample"](given),
        lambda: policy.models["sample"].predict(given, verbose=0),
    ):
        assert slugs(call) == ["unknown-category"]
