"""The output solver: which steps answer which question, and which questions have no answer."""

import pytest

from flowspec.diagnostics import SpecError
from flowspec.plan import plan
from flowspec.spec import load_spec

COUPLING = {
    "kind": "coupling",
    "transform": {"kind": "affine"},
    "conditioner": {"kind": "mlp", "hidden": [8], "context": ["a"]},
}
SPEC = {
    "flowspec": 1,
    "name": "t",
    "event": {"name": "y", "shape": [4]},
    "context": {"a": {"kind": "vector", "size": 2}, "b": {"kind": "vector", "size": 1}},
    "base": {"kind": "normal", "conditioner": {"kind": "mlp", "context": ["b"]}},
    "layers": [COUPLING, COUPLING],
}


def solve(context=True, **output):
    spec = {**SPEC, "outputs": {"asked": output}}
    if not context:
        plain = {**COUPLING, "conditioner": {"kind": "mlp"}}
        spec = {**spec, "context": {}, "base": {"kind": "normal"}, "layers": [plain, plain]}
    return plan(load_spec(spec)).outputs[0]


def steps(**output):
    return [f"{step.operation} {step.layer}".strip() for step in solve(**output).steps]


def slugs(**output):
    with pytest.raises(SpecError) as caught:
        solve(**output)
    return [d.slug for d in caught.value.diagnostics]


def test_a_drawn_log_prob_goes_forward_only():
    assert steps(returns=["y", "log_prob"]) == [
        "encode context.a", "encode context.b", "draw base", "forward layers.0",
        "forward layers.1", "forward event",
    ]  # fmt: skip


def test_a_given_event_goes_inverse():
    assert steps(inputs=["y"], returns=["log_prob"]) == [
        "encode context.a", "encode context.b", "inverse event", "inverse layers.1",
        "inverse layers.0", "base_log_prob base",
    ]  # fmt: skip


def test_what_is_not_needed_does_not_run():
    assert steps(returns=["latent"]) == ["encode context.b", "draw base"]
    assert steps(inputs=["latent"], returns=["base_log_prob"]) == [
        "encode context.b", "base_log_prob base",
    ]  # fmt: skip
    assert steps(inputs=["latent"], returns=["y"]) == [
        "encode context.a", "forward layers.0", "forward layers.1", "forward event",
    ]  # fmt: skip
    assert steps(inputs=["y"], returns=["latent"]) == [
        "encode context.a", "inverse event", "inverse layers.1", "inverse layers.0",
    ]  # fmt: skip


def test_every_context_input_is_an_input_always():
    names = [record.name for record in solve(inputs=["latent"], returns=["base_log_prob"]).inputs]
    assert names == ["a", "b", "latent"]


def test_only_an_output_that_draws_takes_a_seed():
    def has_seed(**output):
        return "seed" in [record.name for record in solve(**output).inputs]

    assert has_seed(returns=["y"])
    assert not has_seed(returns=["y"], deterministic=True)
    assert not has_seed(inputs=["y"], returns=["log_prob"])


def test_draws_have_an_axis_of_their_own_also_when_there_is_one():
    shapes = [record.shape for record in solve(returns=["y", "log_prob"], draws=1).returns]
    assert shapes == [("B", 1, 4), ("B", 1)]


def test_cost_counts_passes_through_networks():
    assert solve(returns=["y", "latent", "log_prob", "ldj"]).cost.passes == 3
    assert solve(inputs=["latent"], returns=["y"]).cost.passes == 2
    assert solve(returns=["latent"]).cost.passes == 1


def test_every_answerable_subset_is_answered():
    quantities = ("y", "latent", "log_prob", "base_log_prob", "ldj")
    for given in ((), ("y",), ("latent",)):
        for chosen in range(1, 32):
            returns = [q for bit, q in enumerate(quantities) if chosen >> bit & 1]
            if not set(given) & set(returns):
                answer = solve(inputs=list(given), returns=returns)
                assert [record.name for record in answer.returns] == returns


@pytest.mark.parametrize(
    ("output", "slug"),
    [
        ({"returns": ["y", "y"]}, "repeated-name"),
        ({"returns": ["logprob"]}, "unknown-quantity"),
        ({"returns": ["a"]}, "context-in-returns"),
        ({"inputs": ["a"], "returns": ["y"]}, "context-in-inputs"),
        ({"inputs": ["seed"], "returns": ["y"]}, "context-in-inputs"),
        ({"inputs": ["y", "latent"], "returns": ["ldj"]}, "answered-twice"),
        ({"inputs": ["log_prob"], "returns": ["y"]}, "unanswerable-output"),
        ({"inputs": ["y"], "returns": ["y", "log_prob"]}, "echoed-input"),
        ({"inputs": ["y"], "returns": ["latent"], "draws": 3}, "option-without-effect"),
        ({"inputs": ["latent"], "returns": ["y"], "temperature": 0.5}, "option-without-effect"),
        ({"inputs": ["latent"], "returns": ["y"], "deterministic": True}, "option-without-effect"),
        ({"returns": ["y"], "deterministic": True, "draws": 2}, "option-without-effect"),
        ({"returns": ["y"], "deterministic": True, "temperature": 2.0}, "option-without-effect"),
        ({"context": False, "returns": ["y"], "deterministic": True}, "nothing-given"),
        (
            {"context": False, "inputs": ["latent"], "returns": ["y"], "deterministic": True},
            "option-without-effect",
        ),
    ],
)
def test_questions_without_an_answer_are_refused(output, slug):
    assert slugs(**output) == [slug]


def test_an_unknown_quantity_gets_the_nearest():
    with pytest.raises(SpecError, match="did you mean `log_prob`"):
        solve(returns=["logprob"])


def test_the_usual_five_are_there_where_none_are_listed():
    outputs = plan(load_spec(SPEC)).outputs
    assert [output.name for output in outputs] == [
        "sample", "sample_and_log_prob", "forward", "inverse", "log_prob",
    ]  # fmt: skip


def test_reserved_output_names_are_refused():
    spec = {**SPEC, "outputs": {"serving_default": {"returns": ["y"]}}}
    with pytest.raises(SpecError, match="reserved-name"):
        plan(load_spec(spec))


@pytest.mark.parametrize("name", ["draws", "latent", "seed", "self"])
def test_reserved_names_of_inputs_are_refused(name):
    context = {name: {"kind": "vector", "size": 1}}
    for spec in ({**SPEC, "context": context}, {**SPEC, "event": {**SPEC["event"], "name": name}}):
        with pytest.raises(SpecError, match="reserved-name"):
            plan(load_spec(spec))
