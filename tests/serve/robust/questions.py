"""The same question in every protocol over HTTP, and the numbers of its answer.

Values are what JSON would hold; a text that begins with `@` stands for what follows it, without
quotes, so that `@1e999` and `@NaN` can be said too.
"""

import json
import re
from dataclasses import dataclass, field

import numpy as np

RETURNS = {
    "sample": ["y", "log_prob"],
    "draws": ["y"],
    "forward": ["y", "ldj"],
    "inverse": ["latent"],
    "log_prob": ["log_prob"],
    "centre": ["y"],
}
SHAPES = {"x": [3], "group": [], "y": [2], "latent": [2], "seed": []}
DATATYPES = {"group": "INT32", "seed": "INT64"}
DTYPES = {"FP32": "<f4", "INT32": "<i4", "INT64": "<i8"}
LENGTH = "Inference-Header-Content-Length"


@dataclass(frozen=True)
class Asked:
    """A request over HTTP."""

    path: str
    body: bytes
    headers: dict = field(default_factory=dict)


class CannotSay(Exception):
    """A protocol has no words for a question."""


def text(value):
    """A value as JSON."""
    return re.sub(r'"@([^"]*)"', r"\1", json.dumps(value)).encode()


def native(flow, output, values):
    return Asked(f"/flows/{flow}/{output}", text(values))


def v2_json(flow, output, values):
    return _v2(flow, output, _inputs(values), values)


def v2_binary(flow, output, values):
    inputs, blobs = [], []
    for one in _inputs(values):
        try:
            array = _array(_said(one.pop("data")), DTYPES[one["datatype"]])
        except (ValueError, TypeError, OverflowError):
            raise CannotSay from None
        if array.size != np.prod(one["shape"]):
            raise CannotSay
        blobs.append(array.tobytes())
        inputs.append({**one, "parameters": {"binary_data_size": len(blobs[-1])}})
    asked = _v2(flow, output, inputs, values)
    parts = [asked.body, *blobs]
    return Asked(asked.path, b"".join(parts), {LENGTH: str(len(asked.body))})


def tf_columns(flow, output, values):
    return Asked(f"/v1/models/{flow}:predict", text({"signature_name": output, "inputs": values}))


def tf_rows(flow, output, values):
    columns = list(values.values())
    if not all(isinstance(one, list) and len(one) == len(columns[0]) for one in columns):
        raise CannotSay
    rows = [dict(zip(values, row, strict=True)) for row in zip(*columns, strict=True)]
    body = {"signature_name": output, "instances": rows}
    return Asked(f"/v1/models/{flow}:predict", text(body))


ASK = {
    "native": native, "v2_json": v2_json, "v2_binary": v2_binary, "tf_columns": tf_columns,
    "tf_rows": tf_rows,
}  # fmt: skip
"""The protocols by name."""


def numbers(answer, output):
    """The quantities of an answer with status 200, by name."""
    if LENGTH.lower() in answer.headers:
        return _from_bytes(answer)
    body = json.loads(answer.content)
    if isinstance(body.get("outputs"), list):
        return {one["name"]: np.reshape(one["data"], one["shape"]) for one in body["outputs"]}
    if "predictions" in body:
        rows = body["predictions"]
        if not isinstance(rows[0], dict):
            return {RETURNS[output][0]: np.array(rows)}
        return {name: np.array([row[name] for row in rows]) for name in rows[0]}
    found = body.get("outputs", body)
    named = found if isinstance(found, dict) else {RETURNS[output][0]: found}
    return {name: np.array(value) for name, value in named.items()}


def _v2(flow, output, inputs, values):
    parameters = {
        name: values[name]
        for name in ("seed", "draws")
        if name in values and not (name == "seed" and isinstance(values[name], list))
    }
    body = {"inputs": inputs, **({"parameters": parameters} if parameters else {})}
    return Asked(f"/v2/models/{flow}.{output}/infer", text(body))


def _inputs(values):
    """The tensors of some values: the shape they have, or would have if they were regular."""
    tensors = []
    for name, value in values.items():
        if name == "draws" or (name == "seed" and not isinstance(value, list)):
            continue
        try:
            shape = list(np.shape(value)) if isinstance(value, list) else [1]
        except ValueError:
            shape = [len(value), *SHAPES.get(name, [])]
        datatype = DATATYPES.get(name, "FP32")
        tensors.append({"name": name, "shape": shape, "datatype": datatype, "data": value})
    return tensors


def _array(value, dtype):
    """An array as bytes can hold it: no value is changed on the way, but that reals are rounded."""
    if not all(type(one) in (int, float) for one in _leaves(value)):
        raise CannotSay
    if dtype == "<f4":
        with np.errstate(over="ignore"):
            return np.array(value, np.float64).astype(dtype)
    array = np.array(value)
    if array.dtype.kind != "i" or not np.array_equal(array, array.astype(dtype)):
        raise CannotSay
    return array.astype(dtype)


def _leaves(value):
    """What nested lists hold."""
    return [leaf for one in value for leaf in _leaves(one)] if isinstance(value, list) else [value]


def _said(value):
    """The numbers that texts stand for."""
    if isinstance(value, list):
        return [_said(one) for one in value]
    return float(value[1:]) if isinstance(value, str) and value.startswith("@") else value


def _from_bytes(answer):
    size = int(answer.headers[LENGTH])
    head, rest = json.loads(answer.content[:size]), answer.content[size:]
    found = {}
    for one in head["outputs"]:
        length = one.get("parameters", {}).get("binary_data_size")
        if length is None:
            found[one["name"]] = np.reshape(one["data"], one["shape"])
            continue
        array = np.frombuffer(rest[:length], DTYPES[one["datatype"]])
        found[one["name"]] = array.reshape(one["shape"])
        rest = rest[length:]
    return found
