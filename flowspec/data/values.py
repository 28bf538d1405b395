"""From the columns of an input to its array, with every value checked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flowspec.backend import np
from flowspec.data.categories import UNKNOWN, Codes
from flowspec.data.column import Column
from flowspec.data.faults import Faults, value_text
from flowspec.data.inputs import Input
from flowspec.data.numbers import flaw
from flowspec.data.support import Limits
from flowspec.diagnostics import Diagnostic

_SAYS = {
    "missing-value": "is empty",
    "not-a-number": "is not a number",
    "not-finite": "is not finite",
    "number-too-large": "is too large for {dtype}",
    "outside-support": "lies outside the support of `{name}`",
}


def read_category(one: Input, codes: Codes, column: Column, faults: Faults) -> Any:
    """The indices `(B,)` of a category, in its dtype; None after a fault."""
    found = column.codes(codes, faults)
    if found is None:
        return None
    wrong = np.flatnonzero(found == UNKNOWN)
    faults.add_all(
        len(wrong),
        (codes.fault(column.given(at), column.row(at), column.span(at)) for at in map(int, wrong)),
    )
    return np.ascontiguousarray(found, one.dtype)


def read_numbers(
    one: Input, columns: Sequence[Column], limits: Limits | None, faults: Faults
) -> Any:
    """The array `(B, D)` of an event or a vector, in its dtype; None after a fault.

    Args:
        one: The input.
        columns: One per feature, or the one array of them all; all with as many rows.
        limits: Where its values must lie.
        faults: Where faults are filed.
    """
    numbers = [column.numbers(faults) for column in columns]
    if any(array is None for array in numbers):
        return None
    whole = numbers[0].reshape(-1, one.size) if len(numbers) == 1 else np.stack(numbers, axis=1)
    with np.errstate(over="ignore"):
        cast = whole.astype(one.dtype, order="C", copy=False)
    wrong = ~np.isfinite(cast)
    if limits is not None:
        wrong |= limits.outside(whole)
    places = np.argwhere(wrong)
    checks = _Checks(one, columns, whole, limits)
    faults.add_all(len(places), (checks.fault(int(at), int(feature)) for at, feature in places))
    return cast if limits is None else np.ascontiguousarray(limits.nudged(cast))


class _Checks:
    """Says what is wrong with a value of an input."""

    def __init__(
        self, one: Input, columns: Sequence[Column], values: Any, limits: Limits | None
    ) -> None:
        self._one = one
        self._columns = columns
        self._values = values
        self._limits = limits

    def fault(self, at: int, feature: int) -> Diagnostic:
        """What is wrong with the value of a feature in a row, from 0."""
        one = self._one
        split = len(self._columns) == one.size
        column = self._columns[feature if split else 0]
        given = column.given(at, feature)
        slug = self._slug(at, feature, given)
        got = value_text(given, quotes=slug == "not-a-number")
        says = _SAYS[slug].format(dtype=one.dtype, name=one.name)
        where = column.name if split else one.feature(feature)
        return Diagnostic(
            slug=slug,
            message=f"row {column.row(at)} of `{where}` {says}",
            span=column.span(at),
            expected=self._expected(slug, feature),
            got=None if slug == "missing-value" else got,
        )

    def _slug(self, at: int, feature: int, given: Any) -> str:
        value = self._values[at, feature]
        if not np.isfinite(value):
            return flaw(given)
        if self._limits is not None and self._limits.outside(self._values[[at]])[0, feature]:
            return "outside-support"
        return "number-too-large"

    def _expected(self, slug: str, feature: int) -> str:
        if slug == "outside-support" and self._limits is not None:
            return self._limits.text(feature)
        if slug == "number-too-large":
            return f"at most {np.finfo(self._one.dtype).max:.4g} in size"
        return "a finite number" if slug == "not-finite" else "a number"
