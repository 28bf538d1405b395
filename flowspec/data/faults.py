"""What is wrong with data: collected, counted, and told up to a limit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import islice
from numbers import Number
from typing import Any, Final

from flowspec.data.numbers import is_boolean
from flowspec.diagnostics import DataError, Diagnostic

LIMIT: Final = 10
"""How many faults are told; of the others only the number is."""

_LONGEST_VALUE = 80
_MOST_NAMES = 8


class Faults:
    """The faults found so far."""

    def __init__(self) -> None:
        self._told: list[Diagnostic] = []
        self._count = 0

    def __len__(self) -> int:
        """How many there are."""
        return self._count

    def add(self, fault: Diagnostic) -> None:
        """File one fault."""
        self.add_all(1, [fault])

    def add_all(self, count: int, faults: Iterable[Diagnostic]) -> None:
        """File many faults, of which no more are made than are told.

        Args:
            count: How many there are.
            faults: As many, made when they are taken.
        """
        self._told.extend(islice(faults, max(LIMIT - len(self._told), 0)))
        self._count += count

    def raise_any(self) -> None:
        """End here if there is any fault.

        Raises:
            DataError: It tells the first faults and how many more there are.
        """
        if not self._count:
            return
        more = self._count - len(self._told)
        if more > 0:
            self._told.append(Diagnostic(slug="more-faults", message=f"and {more} more"))
        raise DataError(*self._told)


def mixed_types(name: str) -> Diagnostic:
    """The values of a column that is kept cannot stand in one column of the output's format."""
    return Diagnostic(
        slug="mixed-types",
        message=f"the values of the column `{name}` are of several types, so it cannot be kept",
        help="write CSV or JSON Lines",
    )


def value_text(value: Any, *, quotes: bool = True) -> str:
    """A value of the data as a fault shows it: short, and texts in quotes."""
    text = _text(value)
    text = repr(text) if isinstance(value, str) and quotes else text
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "…"


def _text(value: Any) -> str:
    """The value in the words of files, which know these types by other names than Python."""
    if value is None:
        return "null"
    if is_boolean(value):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, Number | str):
        # Python refuses to write out integers of thousands of digits.
        with suppress(ValueError):
            return str(value)
    return f"a value of type {type(value).__name__}"


def names_text(names: Sequence[str]) -> str:
    """Several names in one line, of which the first are written out."""
    more = len(names) - _MOST_NAMES
    first = ", ".join(f"`{name}`" for name in names[:_MOST_NAMES])
    return f"{first} and {more} more" if more > 0 else first
