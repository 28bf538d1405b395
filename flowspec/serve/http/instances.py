"""TensorFlow Serving's row form: a list of instances, and one prediction for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flowspec.diagnostics import Diagnostic
from flowspec.serve.call import Arrays
from flowspec.serve.endpoint import Endpoint
from flowspec.serve.faults import short, too_many_rows
from flowspec.serve.request_error import TOO_LARGE, RequestError, unfit


@dataclass(frozen=True, slots=True)
class Columns:
    """The inputs of a request, a list of rows for each.

    Attributes:
        values: The rows by the names of inputs.
        rows: How many instances there are, where they tell nothing else.
    """

    values: dict[str, Any]
    rows: int | None = None


def read_instances(endpoint: Endpoint, instances: Any) -> Columns:
    """The columns of some instances: objects with the same names, or bare values of one input.

    Raises:
        RequestError: If they are no list, empty, too many, or not alike.
    """
    if not isinstance(instances, list):
        raise unfit(_fault("`instances` is no list", "a list of rows", short(instances)))
    if not instances:
        raise unfit(Diagnostic(slug="no-rows", message="`instances` is empty", path="instances"))
    if len(instances) > endpoint.most_rows:
        fault = too_many_rows("instances", len(instances), endpoint.most_rows)
        raise RequestError(TOO_LARGE, fault)
    if not any(isinstance(one, dict) for one in instances):
        return Columns({_only_input(endpoint): instances})
    first = instances[0]
    for at, one in enumerate(instances):
        if not isinstance(one, dict) or not isinstance(first, dict) or one.keys() != first.keys():
            message = f"row {at} of `instances` has other names than the first"
            names = ", ".join(sorted(first)) if isinstance(first, dict) else "bare values"
            raise unfit(_fault(message, names or "no names", None))
    return Columns({name: [one[name] for one in instances] for name in first}, len(instances))


def as_predictions(results: Arrays, *, spread: bool) -> list[Any]:
    """One prediction for each row: an object, or the bare value where there is one quantity.

    Args:
        results: The quantities, `(B, …)`.
        spread: Whether the rows are the draws of one row: `(1, B, …)`.
    """
    rows = {name: value[0] if spread else value for name, value in results.items()}
    if len(rows) == 1:
        return list(next(iter(rows.values())))
    return [dict(zip(rows, values, strict=True)) for values in zip(*rows.values(), strict=True)]


def _only_input(endpoint: Endpoint) -> str:
    needed = [name for name, field in endpoint.fields.items() if not field.optional]
    if len(needed) != 1:
        message = "the instances are bare values, and no single input takes them"
        raise unfit(_fault(message, f"objects with {', '.join(endpoint.fields)}", None))
    return needed[0]


def _fault(message: str, expected: str, got: str | None) -> Diagnostic:
    return Diagnostic(
        slug="malformed-request", message=message, path="instances", expected=expected, got=got
    )
