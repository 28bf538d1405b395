"""Tensors in messages: typed numbers, or the bytes of all of them.

Every length is checked against what is there before anything is made of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flowspec.backend import np
from flowspec.diagnostics import Diagnostic
from flowspec.serve.call import Arrays
from flowspec.serve.endpoint import Endpoint
from flowspec.serve.request_error import unfit
from flowspec.serve.tensors import DATATYPES, Tensor, check_names, check_tensor, malformed

TYPED = {
    "FP32": "fp32_contents",
    "FP64": "fp64_contents",
    "INT32": "int_contents",
    "INT64": "int64_contents",
}
"""The field of `InferTensorContents` that holds the numbers of each datatype."""

_RAW = "raw_input_contents"


def is_typed(request: Any) -> bool:
    """Whether a request holds typed numbers; then its answer does, too."""
    typed = any(one.HasField("contents") for one in request.inputs)
    return typed and not request.raw_input_contents


def read_arrays(endpoint: Endpoint, request: Any) -> Arrays:
    """The arrays of a `ModelInferRequest` by name.

    Raises:
        RequestError: If a tensor is not described well, or is not what its description says.
    """
    described, raw = request.inputs, request.raw_input_contents
    if raw and len(raw) != len(described):
        message = f"`{_RAW}` does not hold one for each input"
        raise malformed(_RAW, message, str(len(described)), str(len(raw)))
    tensors = [Tensor.described(one.name, one.datatype, one.shape) for one in described]
    check_names(tensor.name for tensor in tensors)
    arrays: Arrays = {}
    for at, (tensor, one) in enumerate(zip(tensors, described, strict=True)):
        dtype = check_tensor(endpoint, tensor)
        flat = _from_raw(tensor, one, raw[at], dtype) if raw else _from_typed(tensor, one, dtype)
        arrays[tensor.name] = flat.reshape(tensor.shape)
    return arrays


def write_arrays(
    answer: Any, arrays: Mapping[str, Any], names: Iterable[str], *, typed: bool
) -> None:
    """Put arrays into a `ModelInferResponse`.

    Args:
        answer: The message.
        arrays: The arrays by name.
        names: Those that are wanted, in order.
        typed: Whether the numbers are written one by one, or as bytes.
    """
    for name in names:
        array = arrays[name]
        datatype = DATATYPES[array.dtype.name]
        tensor = answer.outputs.add(name=name, datatype=datatype, shape=array.shape)
        if typed:
            getattr(tensor.contents, TYPED[datatype]).extend(array.reshape(-1).tolist())
        else:
            little = array.astype(array.dtype.newbyteorder("<"), copy=False)
            answer.raw_output_contents.append(little.tobytes())


def _from_raw(tensor: Tensor, message: Any, raw: bytes, dtype: str) -> Any:
    if message.contents.ListFields():
        raise malformed(tensor.name, f"`{tensor.name}` has contents, and `{_RAW}` too")
    size = tensor.count * np.dtype(dtype).itemsize
    if len(raw) != size:
        raise malformed(
            tensor.name, f"the bytes of `{tensor.name}` do not fill its shape", f"{size} bytes",
            str(len(raw)),
        )  # fmt: skip
    return np.frombuffer(raw, np.dtype(dtype).newbyteorder("<")).astype(dtype, copy=False)


def _from_typed(tensor: Tensor, message: Any, dtype: str) -> Any:
    right = TYPED[tensor.datatype]
    held = [field.name for field, _ in message.contents.ListFields()]
    if held != [right]:
        raise malformed(
            tensor.name, f"the values of `{tensor.name}` are not where they belong",
            f"`{right}`, or bytes in `{_RAW}`", ", ".join(held) or "no values",
        )  # fmt: skip
    values = getattr(message.contents, right)
    if len(values) != tensor.count:
        raise unfit(
            Diagnostic(
                slug="wrong-shape", path=tensor.name,
                message=f"the contents of `{tensor.name}` do not fill its shape",
                expected=f"{tensor.count} numbers", got=str(len(values)),
            )
        )  # fmt: skip
    return np.fromiter(values, dtype, tensor.count)
