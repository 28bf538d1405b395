"""From labels and indices, as data give them, to the indices of a category."""

from __future__ import annotations

import math
from typing import Any

from flowspec.data.faults import names_text, value_text
from flowspec.data.inputs import Input
from flowspec.data.numbers import (
    as_number,
    decoded,
    is_boolean,
    is_missing,
    parse_exact,
    parse_number,
)
from flowspec.diagnostics import Diagnostic, Span, nearest

UNKNOWN = -1


class Codes:
    """The indices of a category's values.

    In a file of text a cell is a label first. It is an index where the category has no labels, or
    none of them reads as a number; else `2` would be the label `2` in one row and the index 2 in
    another. In a data frame the labels of such a category may have become numbers, so that there
    a number counts only where it means the same either way.
    """

    def __init__(self, one: Input, *, is_table: bool) -> None:
        self.labels = one.labels or ()
        self._name = one.name
        self._count = one.count or 0
        self._is_table = is_table
        self._by_label = {label: index for index, label in enumerate(self.labels)}
        self._numbers = [parse_number(label) for label in self.labels]
        self._numeric = any(map(math.isfinite, self._numbers))

    def of(self, value: Any) -> int:
        """The index of a value of an array; `UNKNOWN` where there is none."""
        value = decoded(value)
        if isinstance(value, str):
            return self._by_label.get(value, UNKNOWN)
        if self.labels and is_boolean(value):
            return UNKNOWN
        index = self._index(value)
        return UNKNOWN if self._is_ambiguous(index) else index

    def of_cell(self, text: str) -> int:
        """The index of a cell of a file of text; `UNKNOWN` where there is none."""
        found = self._by_label.get(text)
        if found is None:
            text = text.strip()
            found = self._by_label.get(text)
        if found is not None:
            return found
        return UNKNOWN if self._numeric else self._index(parse_exact(text))

    def fault(self, value: Any, row: int, span: Span | None) -> Diagnostic:
        """What is wrong with a value that has no index."""
        if not isinstance(value, str) and self._is_ambiguous(self._index(value)):
            return self._ambiguous(value, row)
        if is_missing(value):
            return Diagnostic(
                slug="missing-value",
                message=f"row {row} of `{self._name}` is empty",
                span=span,
                expected=self.text(),
            )
        return Diagnostic(
            slug="unknown-category",
            message=f"row {row} of `{self._name}` is none of its values",
            span=span,
            expected=self.text(),
            got=value_text(value),
            nearest=nearest(value, self.labels) if isinstance(value, str) else None,
        )

    def text(self) -> str:
        """The values in words."""
        indices = f"an integer from 0 to {self._count - 1}"
        return f"{names_text(self.labels)}, or {indices}" if self.labels else indices

    def _index(self, value: Any) -> int:
        """A number as an index; integers that a float would round are taken as they are."""
        number = int(value) if isinstance(value, int) or is_boolean(value) else as_number(value)
        return int(number) if number == number // 1 and 0 <= number < self._count else UNKNOWN

    def _is_ambiguous(self, index: int) -> bool:
        """Whether an index of a data frame may have been a label that reads as a number."""
        if not (self._is_table and self._numeric) or index == UNKNOWN:
            return False
        return self._numbers[index] != index

    def _ambiguous(self, value: Any, row: int) -> Diagnostic:
        return Diagnostic(
            slug="ambiguous-category",
            message=f"row {row} of `{self._name}` may be an index or a label that is a number",
            expected="the label as a text",
            got=value_text(value),
        )
