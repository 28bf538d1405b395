"""Weights that a caller gives, as arrays of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowspec.backend import np
from flowspec.diagnostics import BundleError, Diagnostic
from flowspec.records import Plan


def arrays_of(plan: Plan, weights: Any) -> dict[str, Any]:
    """Weights as arrays of the variables' dtypes, by path.

    Args:
        plan: The plan, whose paths need not be those of the weights.
        weights: What should be a dict of arrays by path.

    Raises:
        BundleError: If it is none, or something in it is no array of numbers.
    """
    if not isinstance(weights, Mapping):
        raise BundleError(
            Diagnostic(
                slug="weights-mismatch",
                message="the weights do not name their variables",
                expected="a dict of arrays by path",
                got=f"a value of type {type(weights).__name__}",
            )
        )
    dtypes = {record.path: record.dtype for record in plan.variables}
    arrays: dict[str, Any] = {}
    problems: list[Diagnostic] = []
    for path, value in weights.items():
        try:
            arrays[str(path)] = np.asarray(value, dtypes.get(path))
        except (TypeError, ValueError, OverflowError):
            problems.append(_no_numbers(str(path)))
    if problems:
        raise BundleError(*problems)
    return arrays


def _no_numbers(path: str) -> Diagnostic:
    return Diagnostic(
        slug="not-an-array",
        message=f"the weights of `{path}` cannot be made an array of numbers",
        path=path,
    )
