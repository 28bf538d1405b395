"""Open Inference Protocol V2, apart from how it is transported: models, tensors, parameters.

Every output is a model, `latent_policy.act`, and its versions are the revisions of the flow.

References: Open Inference Protocol, https://github.com/kserve/open-inference-protocol
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flowspec.backend import np
from flowspec.data.faults import value_text
from flowspec.diagnostics import Diagnostic, nearest
from flowspec.plan.solver import SEED
from flowspec.records import InputRecord
from flowspec.serve.call import Arrays, Call
from flowspec.serve.checks import check_shape
from flowspec.serve.endpoint import DRAWS, Endpoint, take_option
from flowspec.serve.faults import short, too_many_rows, unknown_input
from flowspec.serve.request_error import MALFORMED, TOO_LARGE, RequestError, unfit
from flowspec.serve.shelf import Shelf, revision_of

SERVER: Final = "flowspec"
"""The name of the server in its metadata."""

EXTENSIONS: Final = ("binary_tensor_data",)
"""What of the protocol is understood beside its core."""

PLATFORM: Final = "tensorflow_savedmodel"
"""What runs the models."""

DATATYPES: Final = {"float32": "FP32", "float64": "FP64", "int32": "INT32", "int64": "INT64"}
"""The protocol's word for each dtype."""


_MOST_AXES = 32
_UNSUPPORTED = ("classification", "shared_memory_region")


@dataclass(frozen=True, slots=True)
class Tensor:
    """A tensor as a request describes it, its values aside.

    Attributes:
        name: The input's name.
        datatype: The protocol's word for its dtype.
        shape: Its shape.
    """

    name: str
    datatype: str
    shape: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many numbers it has."""
        return int(np.prod(self.shape, dtype=object))

    @classmethod
    def described(cls, name: str, datatype: str, shape: Sequence[Any]) -> Tensor:
        """A tensor by what a request says of it.

        Raises:
            RequestError: If the shape is no list of sizes.
        """
        if len(shape) > _MOST_AXES or not all(type(a) is int and 0 <= a < 2**53 for a in shape):
            expected = f"at most {_MOST_AXES} sizes"
            raise malformed(name, f"the shape of `{short(name)}` is none", expected)
        return cls(name, datatype, tuple(shape))


def find_model(shelf: Shelf, name: str, version: str = "") -> Endpoint:
    """The output that a request names, of the latest revision where it gives no version.

    Raises:
        RequestError: If there is none.
    """
    return shelf.model(name, revision_of(version) if version else None)


def metadata(shelf: Shelf, endpoint: Endpoint) -> dict[str, Any]:
    """What the protocol tells of a model: its versions, and what goes in and comes out."""
    record = endpoint.record
    return {
        "name": endpoint.model,
        "versions": [str(revision) for revision in shelf.flows[endpoint.flow]],
        "platform": PLATFORM,
        "inputs": list(map(_described, record.inputs)),
        "outputs": list(map(_described, record.returns)),
    }


def check_tensor(endpoint: Endpoint, tensor: Tensor) -> str:
    """Refuse a tensor that is none of a model's inputs, before its values are looked at.

    Returns:
        The dtype of its values.

    Raises:
        RequestError: If there is no such input, or its datatype, shape or number of rows is wrong.
    """
    field = endpoint.fields.get(tensor.name)
    if field is None:
        raise unfit(unknown_input(tensor.name, endpoint.fields))
    expected = DATATYPES[field.dtype]
    if tensor.datatype != expected:
        raise unfit(
            Diagnostic(
                slug="wrong-dtype", message=f"the input `{field.name}` has the wrong datatype",
                path=field.name, expected=expected, got=short(tensor.datatype),
            )
        )  # fmt: skip
    check_shape(field, tensor.shape)
    if tensor.shape[0] > endpoint.most_rows:
        fault = too_many_rows(field.name, tensor.shape[0], endpoint.most_rows)
        raise RequestError(TOO_LARGE, fault)
    return field.dtype


def make_call(endpoint: Endpoint, arrays: Arrays, parameters: Mapping[str, Any]) -> Call:
    """The call of a request: its tensors, and `seed` and `draws` among its parameters.

    Raises:
        RequestError: If a value does not fit.
    """
    given = dict(parameters)
    return endpoint.call(
        arrays, seed=take_option(given, SEED), draws=take_option(given, DRAWS)
    )  # fmt: skip


def wanted_outputs(endpoint: Endpoint, names: Sequence[str]) -> list[str]:
    """The quantities that a request asks for: those it names, or all.

    Raises:
        RequestError: If the output does not return one of them, or one is named twice.
    """
    known = [record.name for record in endpoint.record.returns]
    for at, name in enumerate(names):
        if name not in known:
            raise unfit(
                Diagnostic(
                    slug="unknown-quantity", path="outputs",
                    message=f"`{endpoint.name}` returns nothing named `{short(name)}`",
                    expected=", ".join(known), nearest=nearest(name, known),
                )
            )  # fmt: skip
        if name in names[:at]:
            raise unfit(
                Diagnostic(
                    slug="repeated-name", path="outputs",
                    message=f"`{name}` is asked for twice",
                )
            )  # fmt: skip
    return list(names) or known


def check_options(name: str, parameters: Iterable[str]) -> None:
    """Refuse what would change how an output is answered, and is not understood.

    Args:
        name: The output.
        parameters: The names of what a request says of it.

    Raises:
        RequestError: If there is such a parameter; others have no effect.
    """
    for parameter in parameters:
        if parameter in _UNSUPPORTED:
            raise unfit(
                Diagnostic(
                    slug="unsupported-parameter", path=short(name),
                    message=f"`{short(name)}` cannot be answered with `{parameter}`",
                    expected="the values themselves",
                )
            )  # fmt: skip


def check_names(names: Iterable[str]) -> None:
    """Refuse an input that is given twice.

    Raises:
        RequestError: If one is.
    """
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise unfit(
                Diagnostic(
                    slug="input-given-twice", path=short(name),
                    message=f"the input {value_text(name)} is given twice",
                )
            )  # fmt: skip
        seen.add(name)


def malformed(
    path: str, message: str, expected: str | None = None, got: str | None = None
) -> RequestError:
    """A request is not written as the protocol says."""
    return RequestError(
        MALFORMED,
        Diagnostic(
            slug="malformed-request", message=message, path=short(path), expected=expected, got=got
        ),
    )


def _described(record: InputRecord) -> dict[str, Any]:
    shape = [axis if isinstance(axis, int) else -1 for axis in record.shape]
    return {"name": record.name, "datatype": DATATYPES[record.dtype], "shape": shape}
