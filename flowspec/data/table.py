"""Results as columns: an output's quantities, what is kept of the input, and draws told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flowspec.backend import np
from flowspec.data.cells import repeated
from flowspec.data.reading import Batch
from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.records import EventRecord, Plan

ROW, DRAW = "row", "draw"
"""The columns that tell draws apart: the numbers of the row and of its draw, from 0."""


class Table:
    """The columns of results.

    In a format with one value per column, features have columns of their own, named as they are
    read, and each draw has a row. Elsewhere results are arrays by name, `(B, …)` or `(B, S, …)`.
    """

    def __init__(
        self, plan: Plan, returns: Iterable[str], *, draws: int | None, splits: bool
    ) -> None:
        """Name the columns.

        Args:
            plan: The plan of the flow.
            returns: The quantities of the results.
            draws: The draws per row, where results have an axis for them.
            splits: Whether a row holds one value per column.
        """
        self._draws = draws
        self._splits = splits
        self._marks = [ROW, DRAW] if splits and draws is not None and draws > 1 else []
        wanted = list(returns)
        self._names = {name: _names(plan.event, name, splits, fields=True) for name in wanted}
        if max(Counter(self.columns).values()) > 1:
            self._names = {name: _names(plan.event, name, splits, fields=False) for name in wanted}

    @property
    def columns(self) -> list[str]:
        """The columns of the results, without what is kept."""
        return [*self._marks, *(column for names in self._names.values() for column in names)]

    def check_kept(self, kept: Iterable[str]) -> None:
        """Refuse to keep a column under a name that the results need.

        Raises:
            UsageError: If there is one.
        """
        taken = [name for name in kept if name in set(self.columns)]
        if taken:
            raise UsageError(*map(_taken, taken))

    def of(self, batch: Batch, results: Mapping[str, Any]) -> dict[str, Any]:
        """The columns of a batch.

        Args:
            batch: The rows that were asked about.
            results: What was answered, an array `(B, …)` for each quantity, or `(B, S, …)`.
        """
        if not self._splits:
            return {**batch.kept, **{name: results[name] for name in self._names}}
        times = self._draws or 1
        columns: dict[str, Any] = {}
        if self._marks:
            rows = np.arange(batch.first, batch.first + batch.count)
            columns = {ROW: np.repeat(rows, times), DRAW: np.tile(np.arange(times), batch.count)}
        for name, values in batch.kept.items():
            columns |= _split(name, repeated(values, times) if times > 1 else values)
        self.check_kept(columns.keys() - set(self._marks))
        for name, names in self._names.items():
            flat = results[name].reshape(batch.count * times, len(names))
            columns |= {column: flat[:, index] for index, column in enumerate(names)}
        return columns


def _names(event: EventRecord, name: str, splits: bool, *, fields: bool) -> Sequence[str]:
    """The columns of a quantity; its fields alone are its names only if no other column has one."""
    if not splits or name not in (event.name, "latent"):
        return [name]
    if name == event.name and event.fields is not None:
        return event.fields if fields else [f"{name}.{field}" for field in event.fields]
    return [name] if event.size == 1 else [f"{name}.{index}" for index in range(event.size)]


def _split(name: str, values: Any) -> dict[str, Any]:
    """A kept array as columns; all but arrays of one value or one vector a row stay one column."""
    if not isinstance(values, np.ndarray) or values.ndim != 2:
        return {name: values}
    if values.shape[1] == 1:
        return {name: values[:, 0]}
    return {f"{name}.{index}": values[:, index] for index in range(values.shape[1])}


def _taken(name: str) -> Diagnostic:
    return Diagnostic(
        slug="name-taken",
        message=f"the column `{name}` cannot be kept: a column of the result has its name",
        help="rename it, or do not keep the columns of the input",
    )
