"""Requests that lie about themselves: refused by a 4xx that says why, or answered as they mean."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.serve.robust import lies
from tests.serve.robust.judge import OUTPUT, judge
from tests.serve.robust.questions import ASK, LENGTH, Asked

VALUES = {
    "x": [[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]],
    "group": [0, 2],
    "latent": [[0.0, 1.0], [2.0, -3.0]],
}
GOOD = {name: write("robust", OUTPUT, VALUES) for name, write in ASK.items()}
"""A good request in each protocol."""

SIZE = int(GOOD["v2_binary"].headers[LENGTH])
HEAD, BLOB = GOOD["v2_binary"].body[:SIZE], GOOD["v2_binary"].body[SIZE:]
TEXTS = [name for name in GOOD if name != "v2_binary"]


def framed(head, blob, length=None):
    said = str(len(head)).encode() if length is None else length
    return Asked(GOOD["v2_binary"].path, head + blob, {LENGTH: said})


def said_otherwise(name):
    """Lies of a body that is JSON alone."""
    tree = json.loads(GOOD[name].body)
    return lies.changed_trees(tree).map(lambda body: Asked(GOOD[name].path, lies.dumped(body)))


def damaged(name):
    return lies.changed_bytes(GOOD[name].body).map(lambda body: Asked(GOOD[name].path, body))


def compressed(name):
    return lies.changed_encodings(GOOD[name].body).map(
        lambda pair: Asked(GOOD[name].path, pair[0], {"Content-Encoding": pair[1]})
    )


def header_lies():
    lengths = st.integers(-2, 2).map(lambda more: str(SIZE + more).encode())
    return st.builds(
        framed, st.just(HEAD), st.sampled_from([BLOB, b""]), lengths | st.sampled_from(lies.LENGTHS)
    )


LIES = {
    "the_json_about_the_bytes": lies.changed_trees(json.loads(HEAD)).map(
        lambda tree: framed(lies.dumped(tree), BLOB)
    ),
    "the_header_about_the_json": header_lies(),
    "bytes_cut_or_left_over": lies.changed_bytes(BLOB)
    .filter(lambda blob: len(blob) != len(BLOB))
    .map(lambda blob: framed(HEAD, blob)),
    **{f"{name}_said_otherwise": said_otherwise(name) for name in TEXTS},
    **{f"{name}_damaged": damaged(name) for name in TEXTS},
    "native_compressed": compressed("native"),
    "v2_json_compressed": compressed("v2_json"),
}


def hold(name, ask, flow, examples):
    """No lie of a kind does harm."""

    @settings(max_examples=examples)
    @given(LIES[name])
    def law(asked):
        answer = ask(asked)
        if "Content-Encoding" in asked.headers:
            assert answer.status_code == 200 or 400 <= answer.status_code < 500
        else:
            judge(answer, asked, flow)

    law()


@pytest.fixture(scope="module")
def flow(flows):
    return flows["robust"][0]


@pytest.mark.parametrize("name", GOOD)
def test_what_lies_begin_with_is_good(ask, flow, name):
    answer = ask(GOOD[name])
    assert answer.status_code == 200
    judge(answer, GOOD[name], flow)


@pytest.mark.parametrize("name", LIES)
def test_a_lie_is_refused_or_has_no_effect(ask, flow, name):
    hold(name, ask, flow, 60)


@pytest.mark.slow
@pytest.mark.parametrize("name", LIES)
def test_no_lie_of_thousands_does_harm(ask, flow, name):
    hold(name, ask, flow, 600)


def test_a_tensor_that_is_given_twice_is_named(ask):
    tree = json.loads(GOOD["v2_json"].body)
    tree["inputs"].append(tree["inputs"][0])
    refused(ask(Asked(GOOD["v2_json"].path, lies.dumped(tree))), "x")


def test_a_tensor_with_data_and_bytes_is_named(ask):
    tree = json.loads(HEAD)
    tree["inputs"][1]["data"] = [0, 2]
    refused(ask(framed(lies.dumped(tree), BLOB)), "group")


@pytest.mark.parametrize("name", ["binary_data_output", "binary_data"])
def test_whether_an_answer_is_binary_is_said_by_a_boolean(ask, name):
    tree = json.loads(GOOD["v2_json"].body)
    if name == "binary_data":
        tree["outputs"] = [{"name": "y", "parameters": {name: "false"}}]
    else:
        tree["parameters"] = {name: "false"}
    refused(ask(Asked(GOOD["v2_json"].path, lies.dumped(tree))), name)


def test_of_a_key_that_is_repeated_the_last_counts(ask, flow):
    body = GOOD["native"].body.replace(b'{"x"', b'{"x": 1, "x"')
    judge(ask(Asked(GOOD["native"].path, body)), Asked(GOOD["native"].path, body), flow)


def refused(answer, field):
    assert answer.status_code == 400
    assert field in answer.json()["error"]
    assert [one["path"] for one in answer.json()["diagnostics"]] == [field]
