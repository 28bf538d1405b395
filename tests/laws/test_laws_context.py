"""What is returned depends on a context input exactly when the spec says that it is read."""

from __future__ import annotations

import functools
import json

import numpy as np
import pytest

from tests.laws.cases import COUPLING, MLP, SCALE, Case, every_case, spec_of
from tests.laws.flows import call, compiled, context_of, rows_of, solved

INPUTS = {"one": {"kind": "vector", "size": 2}, "two": {"kind": "category", "count": 3}}
NONE, ONE, TWO, BOTH = (), ("one",), ("two",), ("one", "two")
PAIRS = [(base, chain) for base in (NONE, ONE, BOTH) for chain in (NONE, TWO, BOTH)]
DEPENDS = {
    "drawn": {"latent": "base", "base_log_prob": "base"},
    "centre": {"latent": "base", "base_log_prob": "base"},
    "from_latent": {"point": "chain", "ldj": "chain", "base_log_prob": "base"},
    "from_event": {"latent": "chain", "ldj": "chain"},
}
"""Whose context inputs a quantity depends on; on those of base and chain where nothing is said."""


@functools.cache
def reading(base, chain):
    """A flow whose base and whose layers read these context inputs and no others."""
    alone = {**COUPLING, "conditioner": {**MLP, "context": []}}
    layers = [alone, SCALE]
    if chain:
        given = {**SCALE, "conditioner": {**MLP, "context": list(chain)}}
        layers = [alone, given, {**COUPLING, "conditioner": {**MLP, "context": list(chain)}}]
    node = {"kind": "normal"}
    if base:
        node["conditioner"] = {**MLP, "context": list(base)}
    spec = spec_of(layers, 3, context=INPUTS, base=node)
    return Case(f"reads {base} {chain}", "context", "two", json.dumps(spec))


@pytest.mark.parametrize(("base", "chain"), PAIRS)
@pytest.mark.parametrize("question", DEPENDS)
def test_a_quantity_depends_on_the_context_inputs_that_are_read_for_it(base, chain, question):
    case = reading(base, chain)
    flow, rows = compiled(case), rows_of(case)
    before = call(flow, question, rows)
    read = {"base": set(base), "chain": set(chain), "both": {*base, *chain}}
    for name in INPUTS:
        after = call(
            flow, question, {**rows, name: context_of(case, len(rows[name]), "other")[name]}
        )
        for quantity, value in before.items():
            expected = name in read[DEPENDS[question].get(quantity, "both")]
            assert (
                np.all(after[quantity] != value)
                if expected
                else np.array_equal(after[quantity], value)
            )


@pytest.mark.parametrize(("base", "chain"), PAIRS)
def test_a_context_input_is_encoded_only_where_it_is_read(base, chain):
    plan = compiled(reading(base, chain)).plan
    used = {"drawn": {*base, *chain}, "drawn_latent": {*base}, "forward": {*chain},
            "inverse": {*chain}, "log_prob": {*base, *chain},
            "base_of_event": {*base, *chain}, "base_of_latent": {*base}}  # fmt: skip
    for question, names in used.items():
        record = solved(plan, question)
        encoded = [step.layer for step in record.steps if step.operation == "encode"]
        assert encoded == [f"context.{name}" for name in INPUTS if name in names]
        assert [given.name for given in record.inputs][:2] == list(INPUTS)


@every_case
def test_log_prob_of_every_row_depends_on_every_context_input(case):
    flow, rows = compiled(case), rows_of(case)
    before = call(flow, "log_prob", rows)["log_prob"]
    for name, other in context_of(case, len(rows["seed"]), "other").items():
        after = call(flow, "log_prob", {**rows, name: other})["log_prob"]
        assert np.all(after != before)
