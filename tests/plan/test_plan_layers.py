"""What the plan decides about layers, masks, paths and variables."""

import hashlib

import pytest

from flowspec.diagnostics import SpecError
from flowspec.plan import check, plan
from flowspec.spec import load_spec

COUPLING = {
    "kind": "coupling",
    "transform": {"kind": "affine"},
    "conditioner": {"kind": "mlp", "hidden": [8]},
}


def spec_of(*layers, size=4, **rest):
    return load_spec(
        {"flowspec": 1, "name": "t", "event": {"shape": [size]}, "layers": list(layers), **rest}
    )


def plan_of(*layers, **rest):
    return plan(spec_of(*layers, **rest))


def slugs(*layers, **rest):
    with pytest.raises(SpecError) as caught:
        plan_of(*layers, **rest)
    return [d.slug for d in caught.value.diagnostics if d.severity == "error"]


def masks(made):
    return [
        "".join("#" if passes else "." for passes in layer.mask)
        for layer in made.layers
        if layer.mask
    ]


def test_masks_mark_the_features_that_pass():
    named = [{**COUPLING, "mask": mask} for mask in ("even", "odd", "halves", [1, 0, 0, 0])]
    assert masks(plan_of(*named)) == ["#.#.", ".#.#", "##..", "#..."]


def test_alternating_takes_its_parity_from_the_ordinal_in_the_expanded_flow():
    permutation = {"kind": "permutation"}
    made = plan_of(COUPLING, {"repeat": 2, "layers": [COUPLING, permutation]}, COUPLING)
    assert masks(made) == ["#.#.", ".#.#", "#.#.", ".#.#"]


def test_random_masks_and_orders_differ_between_iterations_and_follow_the_seed():
    layers = {
        "repeat": 3,
        "layers": [{**COUPLING, "mask": "random"}, {"kind": "permutation", "order": "random"}],
    }
    last = {"kind": "elementwise", "transform": {"kind": "affine"}}
    made = plan_of(layers, last, size=32)
    orders = {layer.order for layer in made.layers if layer.order}
    random_masks = {layer.mask for layer in made.layers if layer.mask}
    assert len(orders) == len(random_masks) == 3
    assert plan_of(layers, last, size=32) == made
    assert plan_of(layers, last, size=32, seed=1).layers[0].mask != made.layers[0].mask


def test_a_random_order_sorts_the_features_by_their_hash():
    made = plan_of({"kind": "permutation", "order": "random"}, COUPLING, COUPLING, size=8)

    def digest(feature):
        return hashlib.sha256(f"0/layers.0/order/{feature}".encode()).hexdigest()

    assert made.layers[0].order == tuple(sorted(range(8), key=digest))


def test_paths_are_places_in_the_spec_with_the_iteration_inside_a_repeat():
    made = plan_of(COUPLING, {"repeat": 2, "layers": [COUPLING, {"kind": "permutation"}]})
    assert [layer.path for layer in made.layers] == [
        "layers.0", "layers.1.0.0", "layers.1.0.1", "layers.1.1.0", "layers.1.1.1",
        "event",
    ]  # fmt: skip
    assert made.layers[0].variables[0].path == "layers.0.conditioner.dense_0.kernel"


def test_names_replace_indices_and_roles():
    inner = {**COUPLING, "name": "mix", "conditioner": {"kind": "mlp", "name": "net"}}
    made = plan_of({"repeat": 2, "name": "body", "layers": [inner]})
    assert made.layers[1].variables[0].path == "layers.body.1.mix.net.dense_0.kernel"


def test_a_longer_repeat_renames_nothing():
    def paths(count):
        made = plan_of(COUPLING, {"repeat": count, "layers": [COUPLING]})
        return [variable.path for variable in made.variables]

    assert paths(5)[: len(paths(2))] == paths(2)


def test_trainable_false_reaches_everything_below():
    frozen = {"repeat": 1, "trainable": False, "layers": [COUPLING]}
    network = {**COUPLING, "conditioner": {"kind": "mlp", "trainable": False}}
    made = plan_of(frozen, network, COUPLING)
    trainable = [
        all(v.trainable for v in layer.variables) for layer in made.layers if layer.variables
    ]
    assert trainable == [False, False, True]


def test_coverage_is_tracked_through_permutations():
    even = {**COUPLING, "mask": "even"}
    assert slugs(even, even) == ["unmoved-feature"]
    assert slugs(even, {"kind": "permutation", "order": [0, 2, 1, 3]}, even) == ["unmoved-feature"]
    plan_of(even, {"kind": "permutation", "order": "roll"}, even)


def test_unmoved_features_are_named_by_their_fields():
    with pytest.raises(SpecError, match="event: a, c"):
        plan(
            load_spec(
                {
                    "flowspec": 1, "name": "t", "layers": [{**COUPLING, "mask": "even"}],
                    "event": {"shape": [4], "fields": ["a", "b", "c", "d"]},
                }
            )
        )  # fmt: skip


@pytest.mark.parametrize(
    ("layers", "rest", "slug"),
    [
        ([COUPLING], {"size": 1}, "coupling-on-one-feature"),
        ([{**COUPLING, "mask": [1, 0]}], {}, "wrong-length"),
        ([{**COUPLING, "mask": [1, 1, 1, 1]}], {}, "one-sided-mask"),
        ([{"kind": "permutation", "order": [0, 0, 1, 2]}], {}, "not-a-permutation"),
        ([{"repeat": 1024, "layers": [COUPLING, COUPLING]}], {}, "too-many-layers"),
        ([{**COUPLING, "name": "a"}, {**COUPLING, "name": "a"}], {}, "repeated-name"),
        (
            [{**COUPLING, "conditioner": {"kind": "mlp", "context": ["state"]}}, COUPLING],
            {},
            "unknown-context",
        ),
        (
            [{"kind": "elementwise", "transform": {"kind": "affine"},
              "conditioner": {"kind": "mlp"}}],
            {},
            "nothing-to-read",
        ),
        ([COUPLING, COUPLING], {"context": {"seed": {"kind": "vector", "size": 1}}},
         "reserved-name"),
        ([COUPLING, COUPLING], {"context": {"event": {"kind": "vector", "size": 1}}},
         "repeated-name"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused(layers, rest, slug):
    assert slug in slugs(*layers, **rest)


@pytest.mark.parametrize(
    ("support", "slug"),
    [
        ({"kind": "interval", "low": 0, "high": [1, 1]}, "wrong-length"),
        ({"kind": "interval", "low": 1, "high": 1}, "empty-interval"),
        ({"kind": "interval", "low": 1e8, "high": 1e8 + 1}, "empty-interval"),
    ],
)
def test_an_interval_needs_room(support, slug):
    spec = {
        "flowspec": 1, "name": "t", "event": {"shape": [4], "support": support},
        "layers": [COUPLING, COUPLING],
    }  # fmt: skip
    with pytest.raises(SpecError) as caught:
        plan(load_spec(spec))
    assert [d.slug for d in caught.value.diagnostics] == [slug]


def test_a_context_that_nothing_reads_is_a_warning():
    layers = [{**COUPLING, "conditioner": {"kind": "mlp", "context": []}}] * 2
    context = {"state": {"kind": "vector", "size": 3}}
    made, warnings = check(spec_of(*layers, context=context))
    assert [warning.slug for warning in warnings] == ["unread-context"]
    assert made.contexts[0].name == "state"


def test_a_network_reads_the_chosen_context_only():
    context = {"a": {"kind": "vector", "size": 3}, "b": {"kind": "category", "count": 5}}
    some = {**COUPLING, "conditioner": {"kind": "mlp", "context": ["b"]}}
    made = plan_of(some, COUPLING, context=context)
    assert [layer.reads for layer in made.layers if layer.reads] == [("b",), ("a", "b")]
    assert [layer.networks[0].context for layer in made.layers if layer.networks] == [5, 8]


def test_an_error_in_a_record_points_at_the_line(tmp_path):
    file = tmp_path / "spec.yaml"
    file.write_text(
        "flowspec: 1\nname: t\nevent: {shape: [3]}\nlayers:\n  - repeat: 2\n    layers:\n"
        "      - kind: coupling\n        mask: [1, 0]\n        transform: {kind: affine}\n"
    )
    with pytest.raises(SpecError) as caught:
        plan(load_spec(file))
    found = [d for d in caught.value.diagnostics if d.slug == "wrong-length"]
    assert [(d.span.line, d.path) for d in found] == [(8, "layers.0.layers.0.mask")]


def test_the_plan_survives_json():
    made = plan(load_spec("specs/latent_policy.yaml"))
    assert type(made).model_validate_json(made.model_dump_json()) == made
