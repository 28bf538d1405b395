"""A V2 request's body: JSON, then the bytes of the tensors that JSON only describes.

The header `Inference-Header-Content-Length` says where the JSON ends. Every length is checked
against what is there before anything is made of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flowspec.backend import np
from flowspec.diagnostics import Diagnostic
from flowspec.serve.call import Arrays
from flowspec.serve.columns import flat_numbers
from flowspec.serve.endpoint import Endpoint
from flowspec.serve.faults import short
from flowspec.serve.http.wire import json_object, parse_json
from flowspec.serve.request_error import unfit
from flowspec.serve.tensors import Tensor, check_names, check_options, check_tensor, malformed

LENGTH = b"inference-header-content-length"
"""Says how many bytes of a body are JSON."""

_SIZE = "binary_data_size"


@dataclass(frozen=True, slots=True)
class Framed:
    """A request's JSON, and the bytes behind it."""

    head: dict[str, Any]
    rest: memoryview


def unframe(headers: Mapping[bytes, bytes], body: bytes, most_values: int) -> Framed:
    """The two parts of a body.

    Raises:
        RequestError: If the header lies, or the JSON is none.
    """
    given = headers.get(LENGTH)
    size = len(body) if given is None else _length(given, len(body))
    head = json_object(parse_json(body[:size], most_values))
    return Framed(head, memoryview(body)[size:])


def read_tensors(endpoint: Endpoint, framed: Framed) -> Arrays:
    """The arrays of a request by name.

    Raises:
        RequestError: If a tensor is not described well, or is not what its description says.
    """
    described = _list_of_objects(framed.head.get("inputs", []), "inputs")
    tensors = [_tensor(one) for one in described]
    check_names(tensor.name for tensor in tensors)
    arrays: Arrays = {}
    at = 0
    for tensor, one in zip(tensors, described, strict=True):
        dtype = check_tensor(endpoint, tensor)
        size = parameters_of(one, tensor.name).get(_SIZE)
        if size is None:
            arrays[tensor.name] = _from_json(endpoint, tensor, one)
            continue
        arrays[tensor.name] = _from_bytes(tensor, one, dtype, size, framed.rest[at:])
        at += size
    if at != len(framed.rest):
        raise malformed(
            "body", "bytes are left behind the last tensor", f"{at} bytes", str(len(framed.rest))
        )
    return arrays


def requested(head: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The quantities that a request names, and the parameters of each.

    Raises:
        RequestError: If they are not named as they should be.
    """
    found: dict[str, dict[str, Any]] = {}
    for one in _list_of_objects(head.get("outputs", []), "outputs"):
        name = _text(one, "name", "outputs")
        if name in found:
            raise unfit(
                Diagnostic(
                    slug="repeated-name", path="outputs",
                    message=f"`{short(name)}` is asked for twice",
                )
            )  # fmt: skip
        found[name] = parameters_of(one, name)
        check_options(name, found[name])
    return found


def parameters_of(node: Mapping[str, Any], path: str) -> dict[str, Any]:
    """The parameters of a request, or of one of its tensors.

    Raises:
        RequestError: If they are no object.
    """
    found = node.get("parameters", {})
    if not isinstance(found, dict):
        raise malformed(path, "`parameters` is no object", "an object", short(found))
    return found


def flag(parameters: Mapping[str, Any], name: str, *, default: bool) -> bool:
    """A parameter that is true or false.

    Raises:
        RequestError: If it is neither.
    """
    found = parameters.get(name, default)
    if not isinstance(found, bool):
        raise malformed(name, f"`{name}` is neither true nor false", "true or false", short(found))
    return found


def _length(given: bytes, size: int) -> int:
    is_number = given.isdigit() and len(given) < 19
    if not is_number or int(given) > size:
        text = given[:100].decode("ascii", "replace")
        raise malformed(
            "Inference-Header-Content-Length", "the length of the JSON is not that of any part "
            "of the body", f"0 to {size}", text,
        )  # fmt: skip
    return int(given)


def _tensor(node: Mapping[str, Any]) -> Tensor:
    name = _text(node, "name", "inputs")
    shape = node.get("shape")
    if not isinstance(shape, list):
        raise malformed(name, f"the shape of `{short(name)}` is none", "a list of sizes")
    return Tensor.described(name, _text(node, "datatype", name), shape)


def _from_json(endpoint: Endpoint, tensor: Tensor, node: Mapping[str, Any]) -> Any:
    if "data" not in node:
        raise malformed(tensor.name, f"`{tensor.name}` has no data", "`data`, or bytes")
    field = endpoint.fields[tensor.name]
    return flat_numbers(field, node["data"], tensor.count).reshape(tensor.shape)


def _from_bytes(
    tensor: Tensor, node: Mapping[str, Any], dtype: str, size: Any, rest: memoryview
) -> Any:
    right = tensor.count * np.dtype(dtype).itemsize
    if "data" in node:
        raise malformed(tensor.name, f"`{tensor.name}` has data, and bytes too")
    if type(size) is not int or size != right:
        raise malformed(
            tensor.name, f"`{tensor.name}` has the wrong `{_SIZE}`", f"{right} bytes", short(size)
        )
    if size > len(rest):
        raise malformed(
            tensor.name, f"the bytes of `{tensor.name}` are cut short", f"{right} bytes",
            str(len(rest)),
        )  # fmt: skip
    little = np.dtype(dtype).newbyteorder("<")
    return np.frombuffer(rest[:size], little).reshape(tensor.shape).astype(dtype, copy=False)


def _list_of_objects(value: Any, path: str) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise malformed(path, f"`{path}` is no list of objects", "a list of objects", short(value))
    return value


def _text(node: Mapping[str, Any], key: str, path: str) -> str:
    value = node.get(key)
    if not isinstance(value, str):
        raise malformed(path, f"one of `{path}` has no `{key}`", "a text", short(value))
    return value
