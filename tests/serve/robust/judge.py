"""Whether a server did right by a request that may lie."""

import json
import math

import numpy as np

from tests.serve.robust.questions import DTYPES, LENGTH, numbers

OUTPUT = "forward"


def judge(answer, asked, flow):
    """Refused by a 4xx that says why, or answered by the numbers that the request means.

    Numbers are compared to 1e-5: those of a lie may be so large that digits cancel.
    """
    if answer.status_code != 200:
        assert 400 <= answer.status_code < 500, answer.text
        assert isinstance(answer.json()["error"], str)
        return
    expected = flow.ask(OUTPUT, **meant(asked))
    for name, found in numbers(answer, OUTPUT).items():
        want = np.where(np.isfinite(expected[name]), expected[name], np.nan)
        found = np.where(np.isfinite(found.astype(float)), found.astype(float), np.nan)
        assert found.shape == want.shape
        np.testing.assert_array_less(np.abs(found - want), 1e-5 * (1 + np.abs(want)), name)


def meant(asked):
    """The arrays that a request holds, read plainly: what was answered holds what it says."""
    if "/infer" in asked.path:
        return _tensors(asked)
    body = json.loads(asked.body)
    columns = body.get("inputs", body)
    if "instances" in body:
        columns = {name: [row[name] for row in body["instances"]] for name in body["instances"][0]}
    return {
        name: np.array(value, np.int32 if name == "group" else np.float32)
        for name, value in columns.items()
    }


def _tensors(asked):
    size = int(asked.headers.get(LENGTH, len(asked.body)))
    head, rest, found = json.loads(asked.body[:size]), asked.body[size:], {}
    for one in head["inputs"]:
        dtype, shape = DTYPES[one["datatype"]], one["shape"]
        if "data" in one:
            found[one["name"]] = np.array(one["data"], dtype).reshape(shape)
        else:
            count = math.prod(shape)
            found[one["name"]] = np.frombuffer(rest, dtype, count).reshape(shape)
            rest = rest[count * np.dtype(dtype).itemsize :]
    assert not rest
    return found
