"""Mappings of arrays, and data frames, as sources of columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from flowspec.backend import np
from flowspec.data.categories import Codes
from flowspec.data.column import ArrayColumn, Column
from flowspec.data.faults import Faults
from flowspec.diagnostics import Diagnostic, Span

_LONGEST_REASON = 200


class Source(Protocol):
    """Where columns come from."""

    counts: Mapping[str, int]
    """The columns it holds, each with how often."""
    is_table: bool
    """Whether it holds columns only, of which some may belong to nothing."""
    span: Span | None
    """Where a file names its columns."""

    def read(self, wanted: Mapping[str, Codes | None], faults: Faults) -> Mapping[str, Column]:
        """The columns that are asked for, without those that have faults.

        Args:
            wanted: Their names, each with the category it belongs to.
            faults: Where faults are filed.
        """
        ...


class Arrays:
    """A mapping of names to arrays, or a data frame."""

    span: Span | None = None

    def __init__(self, names: Iterable[Any], get: Callable[[str], Any], *, is_table: bool) -> None:
        # The names of a frame's columns may be anything; what is no text belongs to no input.
        self.counts: Mapping[str, int] = Counter(str(name) for name in names)
        self.is_table = is_table
        self._get = get

    def read(self, wanted: Mapping[str, Codes | None], faults: Faults) -> Mapping[str, Column]:
        """The arrays that are asked for."""
        columns = {name: self._column(name, faults) for name in wanted}
        return {name: column for name, column in columns.items() if column is not None}

    def _column(self, name: str, faults: Faults) -> Column | None:
        try:
            return ArrayColumn(name, _array(self._get(name)))
        except Exception as error:  # Whatever foreign code raises when asked for an array.
            faults.add(_no_array(name, error))
            return None


def of_mapping(data: Mapping[Any, Any]) -> Arrays:
    """A mapping of names to arrays as a source."""
    return Arrays(data, data.__getitem__, is_table=False)


def of_frame(data: Any) -> Arrays:
    """A data frame as a source."""
    return Arrays(data.columns, data.__getitem__, is_table=True)


def _array(value: Any) -> Any:
    return value if isinstance(value, np.ma.MaskedArray) else np.asarray(value)


def _no_array(name: str, error: Exception) -> Diagnostic:
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0][:_LONGEST_REASON]
    return Diagnostic(
        slug="not-an-array", message=f"`{name}` cannot be made an array: {reason}",
        expected="numbers, all rows of the same length",
    )  # fmt: skip
