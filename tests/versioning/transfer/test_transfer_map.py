"""What becomes of each variable, and what the map says of it."""

import pytest

from flowspec.catalog.encoders.identity import Identity
from flowspec.catalog.network import NetworkKind
from flowspec.plan import plan
from flowspec.spec import load_spec
from flowspec.versioning.transfer import transfer_map
from tests.versioning.transfer.flows import (
    COUPLING,
    GIVEN,
    MLP,
    SCALE,
    SPLINE,
    STATE,
    TASK,
    planned,
    spec,
)

PLAIN = spec(COUPLING, SPLINE, SCALE)
GIVEN_STATE = spec(COUPLING, GIVEN, context={"state": STATE})
PERMUTATION = {"kind": "permutation", "order": "reverse"}
EVEN = {**COUPLING, "mask": "even"}
BOUNDED = {"kind": "affine", "log_scale_bound": 2.0}


def mapped(old, new):
    return transfer_map(planned(old), planned(new))


def moves(found):
    return {move.path: move for move in found.moves}


def reasons(found):
    """Why a map is not whole: of changes, of moves, of drops."""
    return (
        {change.path: change.reason for change in found.changes},
        {move.path: move.reason for move in found.moves if not move.keeps_log_prob},
        {drop.path: drop.reason for drop in found.drops},
    )


def test_the_first_kernel_is_padded_with_rows_of_zeros():
    move = moves(mapped(GIVEN_STATE, spec(
        COUPLING, GIVEN, context={"state": {**STATE, "size": 4}, "task": TASK},
    )))["layers.0.conditioner.dense_0.kernel"]  # fmt: skip
    assert move.how == "resize"
    assert [(axis.role, axis.kept, axis.new) for axis in move.axes] == [
        ("input", 4, 5), ("unit", 4, 0),
    ]  # fmt: skip
    assert move.axes[0].sources == (0, 1, 2, 3, -1, -1, -1, -1, -1)
    assert move.reason == "5 new inputs start at zero"
    assert move.carried == 16


def test_an_option_that_changes_numbers_is_told():
    found = mapped(spec(SCALE), spec({**SCALE, "transform": BOUNDED}))
    assert moves(found)["layers.0.raw"].how == "keep"
    assert not found.whole
    told = "it computes something else: `transform.log_scale_bound` was 3.0 and is 2.0"
    assert reasons(found) == ({"layers.0": told}, {}, {})


def test_a_mask_that_is_another_is_told():
    found = mapped(
        spec({**COUPLING, "mask": "even"}, SCALE), spec({**COUPLING, "mask": "odd"}, SCALE)
    )
    changes, _, drops = reasons(found)
    assert changes == {"layers.0": "it computes something else: its mask is another"}
    assert "layers.0.conditioner.dense_0.kernel" in drops


def test_another_activation_is_told():
    relu = {**COUPLING, "conditioner": {**MLP, "activation": "relu"}}
    changes, *rest = reasons(mapped(spec(COUPLING, SCALE), spec(relu, SCALE)))
    assert changes["layers.0"].endswith('`conditioner.activation` was "tanh" and is "relu"')
    assert rest == [{}, {}]


def test_what_only_training_sees_changes_nothing():
    other = {**COUPLING, "conditioner": {**MLP, "dropout": 0.5, "l2": 0.1}}
    new = {**spec(other, SCALE), "seed": 9, "training": {"epochs": 3}}
    assert mapped(spec(COUPLING, SCALE), new).whole


def test_another_transform_keeps_the_hidden_layers_alone():
    found = mapped(spec(COUPLING, SCALE), spec({**SPLINE, "mask": "even"}, SCALE))
    _, fresh, drops = reasons(found)
    last = {f"layers.0.conditioner.dense_1.{name}" for name in ("kernel", "bias")}
    assert fresh.keys() == drops.keys() == last
    assert moves(found)["layers.0.conditioner.dense_0.kernel"].how == "keep"


def test_raw_parameters_of_another_transform_are_not_kept():
    """Of equal shape, and of another meaning."""
    additive = {"kind": "elementwise", "transform": {"kind": "additive"}}
    found = mapped(spec(SCALE, SCALE), spec(additive, SCALE))
    assert moves(found)["layers.0.raw"].how == "initialise"
    assert [drop.path for drop in found.drops] == ["layers.0.raw"]


def test_a_layer_of_another_kind_at_the_same_path_takes_nothing_over():
    found = mapped(spec(SCALE, EVEN, SCALE), spec(EVEN, EVEN, SCALE))
    assert moves(found)["layers.0.conditioner.dense_0.kernel"].how == "initialise"
    assert reasons(found)[2] == {"layers.0.raw": "not in the new plan"}


def test_a_network_of_another_kind_takes_nothing_over():
    encoded = {**TASK, "encoder": {"kind": "embedding", "size": 3}}
    found = mapped(spec(GIVEN, context={"task": TASK}), spec(GIVEN, context={"task": encoded}))
    assert moves(found)["layers.0.conditioner.dense_0.kernel"].how == "initialise"
    assert reasons(found)[0]["context.task"].startswith("it computes something else")


def test_a_layer_in_the_middle_suggests_renames_and_guesses_nothing():
    found = mapped(PLAIN, spec(COUPLING, SCALE, SPLINE, SCALE))
    assert found.renames == {"layers.1": "layers.2", "layers.2": "layers.3"}
    assert not found.whole
    assert moves(found)["layers.1.raw"].how == "initialise"
    assert mapped(PLAIN, spec(COUPLING, SCALE, SPLINE, SCALE, renames=found.renames)).whole


def test_a_repeat_that_is_shifted_suggests_one_rename():
    deep = {"repeat": 3, "layers": [COUPLING]}
    found = mapped(spec(deep), spec(SCALE, deep))
    assert found.renames == {"layers.0": "layers.1"}


def test_a_whole_map_suggests_nothing():
    assert mapped(PLAIN, spec(*PLAIN["layers"], SCALE)).renames == {}


def test_a_permutation_that_comes_or_goes_is_told():
    between = spec(COUPLING, SCALE, PERMUTATION)
    assert reasons(mapped(spec(COUPLING, SCALE), between))[0] == {
        "layers.2": "`layers.2`, a permutation, is new, and not the identity"
    }
    assert reasons(mapped(between, spec(COUPLING, SCALE)))[0] == {
        "layers.2": "`layers.2`, a permutation, is no longer there"
    }


def test_layers_that_change_places_are_told():
    names = [{**SCALE, "name": "first"}, {**SPLINE, "name": "second", "mask": "even"}]
    old, new = spec(*names, COUPLING), spec(*reversed(names), COUPLING)
    changes, fresh, drops = reasons(mapped(old, new))
    assert [text.endswith("stands elsewhere among the layers") for text in changes.values()] == [
        True
    ]
    assert (fresh, drops) == ({}, {})


def test_a_shorter_repeat_leaves_variables_behind():
    deep = {"repeat": 3, "layers": [COUPLING]}
    drops = reasons(mapped(spec(deep), spec({**deep, "repeat": 2})))[2]
    assert {path.rpartition(".conditioner")[0] for path in drops} == {"layers.0.2.0"}
    assert set(drops.values()) == {"not in the new plan"}


def test_entries_that_are_dropped_are_told():
    found = mapped(GIVEN_STATE, spec(COUPLING, GIVEN, context={"state": {**STATE, "size": 1}}))
    assert reasons(found)[1] == {
        "layers.0.conditioner.dense_0.kernel": "1 input dropped",
        "layers.1.conditioner.dense_0.kernel": "1 input dropped",
    }


def test_an_event_of_another_size_or_range_is_told():
    found = mapped(spec(SCALE), spec(SCALE, size=4))
    assert reasons(found)[0] == {"event": "it had 3 features and has 4"}
    raw = moves(found)["layers.0.raw"]
    assert (raw.carried, raw.keeps_log_prob) == (6, False)
    positive = spec(SCALE, event={"support": {"kind": "positive"}})
    assert reasons(mapped(spec(SCALE), positive))[0] == {"event": "its support is another"}


def test_one_old_variable_is_never_used_twice():
    found = mapped(spec(SCALE), spec(SCALE, SCALE, renames={"layers.0": "layers.1"}))
    assert moves(found)["layers.1.raw"].old == "layers.0.raw"
    first = moves(found)["layers.0.raw"]
    assert first.how == "initialise"
    assert first.reason.startswith("the old one is renamed to `layers.1.raw`; its layer is the")
    assert found.whole


def test_an_explicit_rename_across_kinds_keeps_equal_shapes_and_says_so():
    """A learned base and a layer that scales have raw parameters of one shape."""
    old = {**spec(SPLINE, SPLINE), "base": {"kind": "normal", "learned": True}}
    new = spec(SPLINE, SPLINE, SCALE, renames={"base": "layers.2"})
    move = moves(mapped(old, new))["layers.2.raw"]
    assert (move.how, move.old, move.keeps_log_prob) == ("rename", "base.raw", False)
    assert move.reason == "renamed, though `layers.2` was of kind `normal`"


def test_a_variable_is_not_moved_out_of_its_layer_in_silence():
    """Its layer would stand elsewhere in the chain, and nothing would be left behind."""
    new = spec({**EVEN, "name": "first"}, SCALE,
               renames={"layers.1": "layers.first", "layers.0.raw": "layers.1.raw"})  # fmt: skip
    found = mapped(spec(SCALE, EVEN), new)
    assert moves(found)["layers.1.raw"].old == "layers.0.raw"
    assert reasons(found) == ({}, {"layers.1.raw": "renamed, and its layer is not"}, {})


def test_a_new_layer_that_is_not_the_identity_is_told(monkeypatch):
    old = planned(spec(SCALE))
    monkeypatch.setattr("flowspec.catalog.transforms.additive.Additive.identity_at_zero", False)
    shift = {"kind": "elementwise", "transform": {"kind": "additive"}}
    found = transfer_map(old, plan(load_spec(spec(SCALE, shift))))
    assert reasons(found) == (
        {"layers.1": "`layers.1`, an elementwise, is new, and not the identity"},
        {"layers.1.raw": "not in the old plan"},
        {},
    )


def test_what_nothing_is_known_of_is_kept_in_equal_shapes_only(monkeypatch):
    monkeypatch.setattr("flowspec.catalog.conditioners.mlp.Mlp.axes", NetworkKind.axes)
    assert mapped(GIVEN_STATE, spec(*GIVEN_STATE["layers"], SCALE, context={"state": STATE})).whole
    wider = mapped(GIVEN_STATE, spec(COUPLING, GIVEN, context={"state": {**STATE, "size": 3}}))
    move = moves(wider)["layers.0.conditioner.dense_0.kernel"]
    assert (move.how, move.keeps_log_prob) == ("initialise", False)
    assert move.reason == "its shape was (4, 4), and nothing is known of its axes"


def test_features_in_another_order_of_what_nothing_is_known_of_are_told(monkeypatch):
    monkeypatch.setattr("flowspec.catalog.layers.elementwise.Elementwise.own_axes",
                        Identity.own_axes)  # fmt: skip
    old = spec(SCALE, event={"fields": ["a", "b", "c"]})
    new = spec(SCALE, event={"fields": ["b", "a", "c"]})
    assert mapped(old, old).whole
    told = "it computes something else: the features of the event are in another order"
    assert reasons(mapped(old, new))[0] == {"layers.0": told}


@pytest.mark.parametrize("change", [{"revision": 7}, {"revisions": {"transform": 3}}])
def test_another_revision_of_a_kind_is_another_function(change):
    same = planned(spec(SCALE))
    first = same.layers[0].model_copy(update=change)
    old = same.model_copy(update={"layers": (first, *same.layers[1:])})
    found = transfer_map(old, same)
    assert moves(found)["layers.0.raw"].how == "keep"
    assert "revision" in found.changes[0].reason


def test_a_kind_that_is_not_there_any_more_is_another_function():
    same = planned(spec(SCALE))
    first = same.layers[0]
    node = {**first.node, "transform": {"kind": "forgotten"}}
    old = same.model_copy(update={"layers": (first.model_copy(update={"node": node}),
                                             *same.layers[1:])})  # fmt: skip
    found = transfer_map(old, same)
    assert not found.whole
    assert found.changes[0].path == "layers.0"


def test_names_with_dots_follow_a_context_input_that_is_renamed():
    dotted = {**STATE, "fields": ["u.x", "v"]}
    turned = {**STATE, "fields": ["v", "u.x"]}
    renames = {"context.state": "context.seen"}
    old = spec(GIVEN, context={"state": dotted})
    found = mapped(old, spec(GIVEN, context={"seen": turned}, renames=renames))
    assert found.whole
    assert moves(found)["layers.0.conditioner.dense_0.kernel"].axes[0].sources == (1, 0)


def test_statistics_count_as_fitted_where_they_are_moved_whole():
    standard = {**STATE, "standardize": True}
    old = spec(GIVEN, context={"state": standard})
    assert mapped(old, spec(GIVEN, SCALE, context={"state": standard})).adapts
    assert not mapped(old, spec(GIVEN, context={"state": {**standard, "size": 3}})).adapts
    assert not mapped(old, spec(GIVEN, context={"state": standard, "more": standard})).adapts


def test_renames_that_the_old_spec_says_too_have_happened():
    renames = {"layers.0": "layers.1", "layers.1": "layers.2"}
    same = spec(COUPLING, SCALE, SPLINE, SCALE, renames=renames)
    assert mapped(same, same).whole
    assert {move.old for move in mapped(same, same).moves} == {
        v.path for v in planned(same).variables
    }
    assert all(move.old == move.path for move in mapped(same, same).moves)


def test_a_rename_of_what_is_not_there_says_nothing():
    found = mapped(PLAIN, {**PLAIN, "renames": {"layers.trunk": "layers.0"}})
    assert all(move.old == move.path for move in found.moves)


def test_a_kernel_that_is_renamed_to_a_bias_starts_anew():
    start = "layers.0.conditioner.dense_0"
    renames = {f"{start}.kernel": f"{start}.bias"}
    move = moves(mapped(PLAIN, {**PLAIN, "renames": renames}))[f"{start}.bias"]
    assert (move.old, move.how) == (None, "initialise")
