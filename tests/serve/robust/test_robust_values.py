"""Every kind of bad value, in every protocol: a 4xx that names the field, and no harm after it."""

import pytest

from tests.serve.robust.questions import ASK, CannotSay

X = [[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]]
GROUP = [0, 2]
SEED = [7, -8]
Y = [[0.5, 2.0], [-0.5, 4.0]]
HUGE = 2**70

OUTPUTS = {
    "sample": {"x": X, "group": GROUP, "seed": SEED},
    "inverse": {"x": X, "group": GROUP, "y": Y},
    "forward": {"x": X, "group": GROUP, "latent": [[0.0, 1.0], [2.0, -3.0]]},
    "centre": {"x": X, "group": GROUP},
}

NO_NUMBERS = {
    "nan": "@NaN", "infinity": "@Infinity", "minus_infinity": "@-Infinity", "1e999": "@1e999",
    "false": False, "true": True, "null": None, "text": "one", "object": {}, "list": [],
    "numeral": "1",
}  # fmt: skip

VALUES = {
    "x": {**NO_NUMBERS, "beyond_float32": 1e39, "many_digits": 10**400},
    "y": {**NO_NUMBERS, "below": -1.5, "on_the_bound": 5.0, "beyond_float32": -1e39},
    "latent": NO_NUMBERS,
    "group": {
        **NO_NUMBERS, "fraction": 1.5, "whole_float": 1.0, "minus_one": -1, "count": 3,
        "33_bits": 2**32, "71_bits": HUGE, "nearly_a_label": "hgih",
    },
    "seed": {**NO_NUMBERS, "fraction": 1.5, "whole_float": 1.0, "65_bits": 2**64, "71_bits": HUGE},
}  # fmt: skip
"""What no second row of an input can hold."""

COLUMNS = {
    "x": {
        "ragged": [[0.1, 0.2, 0.3], [0.4]],
        "ragged_but_full": [[0.1, 0.2, 0.3, 0.4], [0.5, 0.6]],
        "too_short": [[0.1, 0.2], [0.3, 0.4]],
        "too_long": [[0.1] * 4, [0.2] * 4],
        "level_too_few": [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
        "level_too_many": [[[0.1, 0.2, 0.3]], [[0.4, 0.5, 0.6]]],
        "empty": [], "empty_rows": [[], []], "null": None, "number": 1.0, "text": "x",
        "object": {"0": [0.1, 0.2, 0.3]}, "other_rows": [*X, [0.0, 0.0, 0.0]],
    },
    "group": {
        "level_too_many": [[0], [2]], "empty": [], "number": 1, "label": "low", "null": None,
        "other_rows": [0],
    },
    "seed": {
        "fraction": 1.5, "true": True, "null": None, "text": "7", "object": {}, "nan": "@NaN",
        "65_bits": 2**64, "71_bits": HUGE, "level_too_many": [[7], [8]], "empty": [],
        "other_rows": [1, 2, 3],
    },
    "draws": {
        "zero": 0, "minus_one": -1, "fraction": 1.5, "true": True, "null": None, "text": "2",
        "list": [2], "infinite": "@1e999", "too_many": 10**9, "71_bits": HUGE,
    },
    "xx": {"unknown": X},
    "grup": {"misspelt": GROUP},
}  # fmt: skip
"""What an input cannot be."""


def faults():
    """Output, values and the field at fault, by a name."""
    for field, words in VALUES.items():
        output = next(name for name, values in OUTPUTS.items() if field in values)
        first, second = OUTPUTS[output][field]
        for word, value in words.items():
            bad = [first, [*second[:-1], value] if isinstance(second, list) else value]
            yield f"{field}-value-{word}", output, {**OUTPUTS[output], field: bad}, field
    for field, words in COLUMNS.items():
        for word, value in words.items():
            yield f"{field}-{word}", "sample", {**OUTPUTS["sample"], field: value}, field
    for field in ("x", "group"):
        left = {name: value for name, value in OUTPUTS["sample"].items() if name != field}
        yield f"{field}-missing", "sample", left, field
    for field in ("seed", "draws"):
        yield f"{field}-without-effect", "centre", {**OUTPUTS["centre"], field: 1}, field
        more = {**OUTPUTS["centre"], field: [1, 2]}
        yield f"{field}-without-effect-rows", "centre", more, field


def table():
    for name, output, values, field in faults():
        for protocol, write in ASK.items():
            try:
                asked = write("robust", output, values)
            except CannotSay:
                continue
            yield pytest.param(protocol, asked, field, id=f"{protocol}-{name}")


@pytest.fixture(scope="module")
def before(ask):
    """A good request of each protocol, and what is answered."""
    asked = {name: write("robust", "sample", OUTPUTS["sample"]) for name, write in ASK.items()}
    return {name: (one, ask(one).content) for name, one in asked.items()}


@pytest.mark.parametrize(("protocol", "asked", "field"), list(table()))
def test_a_bad_value_is_refused_by_the_name_of_its_field(ask, before, protocol, asked, field):
    answer = ask(asked)
    assert 400 <= answer.status_code < 500, answer.text
    body = answer.json()
    field = "instances" if b'"instances": []' in asked.body else field
    assert isinstance(body["error"], str)
    assert field in body["error"]
    assert field in [one.get("path") for one in body["diagnostics"]], body
    good, content = before[protocol]
    assert ask(good).content == content


def test_every_protocol_can_say_what_most_others_can():
    said = [one.values[0] for one in table()]
    assert all(said.count(protocol) > 15 for protocol in ASK)


def test_the_field_that_was_meant_is_named(ask):
    answer = ask(ASK["native"]("robust", "sample", {"x": X, "grup": GROUP}))
    nearest = [one.get("nearest") for one in answer.json()["diagnostics"]]
    assert "group" in nearest
