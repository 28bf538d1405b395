"""The rules that look at the whole chain: what grows, what leaves its box, what nobody moves."""

import math
from statistics import NormalDist

import pytest

from flowspec.catalog.layers.permutation import Permutation
from flowspec.diagnostics import SpecError
from flowspec.plan import check
from flowspec.plan.checks.growth import LIMITS
from flowspec.spec import load_spec

SPLINE = {"kind": "rational_quadratic_spline"}


def elementwise(**transform):
    return {"kind": "elementwise", "transform": transform}


def coupling(mask, **transform):
    network = {"kind": "mlp", "hidden": [4]}
    return {"kind": "coupling", "mask": mask, "transform": transform, "conditioner": network}


def warnings(*layers, size=2, **rest):
    spec = {"flowspec": 1, "name": "t", "event": {"shape": [size]}, "layers": list(layers), **rest}
    return {warning.slug: warning for warning in check(load_spec(spec))[1]}


def grows(*layers, **rest):
    return "log-scales-overflow" in warnings(*layers, **rest)


def test_log_scales_add_up_along_the_chain():
    affine = elementwise(kind="affine", log_scale_bound=20)
    assert not grows(*[affine] * 4)
    assert grows(*[affine] * 5)
    assert not grows(*[affine] * 5, dtype="float64")
    assert grows(*[affine] * 36, dtype="float64")


def test_the_warning_comes_before_exp_overflows():
    affine = elementwise(kind="affine", log_scale_bound=20)
    message = warnings(*[affine] * 5)["log-scales-overflow"]
    assert message.expected == "at most 80 for each feature"
    assert message.got == "100"
    assert message.path == "layers"
    greatest = {"float32": 3.4028235e38, "float64": 1.7976931348623157e308}
    assert all(limit < math.log(greatest[dtype]) for dtype, limit in LIMITS.items())


def test_only_the_layers_that_move_a_feature_count_for_it():
    even, odd = (coupling(mask, kind="affine", log_scale_bound=20) for mask in ("even", "odd"))
    assert not grows(*[even, odd] * 4)
    assert grows(*[even, odd] * 5)


def test_growth_is_followed_through_permutations():
    even = coupling("even", kind="affine", log_scale_bound=20)
    turned = [even, {"kind": "permutation"}]
    assert grows(*[even] * 5, coupling("odd", kind="additive"))
    assert not grows(*turned * 5)


def test_shifts_and_splines_do_not_grow():
    assert not grows(*[elementwise(kind="additive")] * 100)
    assert not grows(*[elementwise(**SPLINE)] * 100)


def test_the_scale_of_the_base_counts():
    layers = [elementwise(kind="affine", log_scale_bound=19)] * 4
    assert not grows(*layers)
    assert grows(*layers, base={"kind": "normal", "learned": True})


def test_a_kind_takes_part_by_telling_its_limit(monkeypatch):
    stretch = {"kind": "permutation", "order": [0, 1]}
    monkeypatch.setattr(Permutation, "log_scale_limit", 90.0)
    assert not grows(stretch, elementwise(kind="additive"))
    monkeypatch.setattr(Permutation, "plan", moving(Permutation.plan))
    assert grows(stretch, elementwise(kind="additive"))


def moving(plan):
    return lambda self, scope: plan(self, scope).model_copy(update={"moved": (True, True)})


@pytest.mark.parametrize("bound", [0.5, 1.0, 2.0, 2.1, 2.2, 2.5, 5.0, 30.0, 38.0, 45.0, 1000.0])
def test_a_box_is_held_against_the_tails_of_the_base(bound):
    outside = 2 * NormalDist().cdf(-bound)
    beyond = 2 * NormalDist().cdf(-bound / 8)
    found = warnings(elementwise(**SPLINE, bound=bound)).keys()
    assert ("box-too-small" in found) == (outside > 0.03)
    assert ("box-too-large" in found) == (beyond < 1e-6)


def test_a_box_is_reported_at_its_bound():
    small = warnings({"kind": "permutation"}, coupling("odd", **SPLINE, bound=1),
                     coupling("even", **SPLINE))["box-too-small"]  # fmt: skip
    assert small.path == "layers.1.transform.bound"
    assert small.message.startswith("31.7% of the draws")


def test_what_is_spread_in_another_way_is_not_judged():
    box = elementwise(**SPLINE, bound=1)
    assert "box-too-small" in warnings(elementwise(**SPLINE), {"kind": "permutation"}, box)
    assert warnings(elementwise(kind="affine"), box) == {}
    assert warnings(elementwise(kind="additive"), box) == {}
    assert warnings(box, base={"kind": "normal", "learned": True}) == {}


def test_a_feature_that_only_passed_is_still_spread_as_in_the_base():
    layers = [coupling("even", kind="affine"), coupling([0, 1], **SPLINE, bound=1)]
    assert "box-too-small" in warnings(*layers)
    layers = [coupling("even", kind="affine"), coupling([1, 0], **SPLINE, bound=1)]
    assert "box-too-small" not in warnings(*layers, elementwise(kind="affine"))


def test_many_layers_of_many_features_are_refused():
    layer = elementwise(kind="additive")
    whole = {"repeat": 1024, "layers": [layer]}
    assert warnings(whole, size=4096) == {}
    with pytest.raises(SpecError, match="at most 1023 for so many features") as caught:
        warnings(whole, size=4100)
    assert caught.value.diagnostics[0].slug == "too-many-layers"


def test_variables_that_no_memory_holds_are_refused():
    def network(units):
        return {**coupling("even", kind="affine"), "conditioner": {"kind": "mlp", "hidden": units}}

    rest = elementwise(kind="affine")
    assert warnings(network([32_000, 32_000]), rest) == {}
    with pytest.raises(SpecError) as caught:
        warnings(rest, network([33_000, 33_000]))
    [problem] = caught.value.diagnostics
    assert problem.slug == "too-many-parameters"
    assert problem.path == "layers.1"
    network_size = (1 + 1) * 33_000 + (33_000 + 1) * 33_000 + (33_000 + 1) * 2
    assert problem.message.endswith(f"{network_size + 2 * 2:,} elements in all")


def test_of_very_many_problems_of_a_flow_the_first_are_told():
    layers = [{**elementwise(kind="affine"), "conditioner": {"kind": "mlp"}} for _ in range(60)]
    with pytest.raises(SpecError) as caught:
        warnings(*layers)
    found = caught.value.diagnostics
    assert [d.slug for d in found] == ["nothing-to-read"] * 50 + ["more-faults"]
