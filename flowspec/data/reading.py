"""Batches of rows out of a source, checked; after a fault nothing more is handed out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from flowspec.data.categories import Codes
from flowspec.data.column import Column
from flowspec.data.faults import Faults
from flowspec.data.inputs import Input, Spelling
from flowspec.data.sizes import all_fit, check_counts, has_rows
from flowspec.data.source import Piece, Source, Wanted
from flowspec.data.support import Limits
from flowspec.data.values import read_category, read_numbers
from flowspec.diagnostics import Diagnostic
from flowspec.records import Plan


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Some rows.

    Attributes:
        first: How many rows come before it.
        count: How many it has, B.
        inputs: An array for each input that is read.
        kept: The columns of the source as they stand there, where they are kept.
    """

    first: int
    count: int
    inputs: dict[str, Any]
    kept: Mapping[str, Any]


class Reading:
    """The rows of a source, in batches; they can be gone through once.

    Attributes:
        names: The inputs that are read.
        kept: The columns that are kept.
    """

    def __init__(
        self, plan: Plan, source: Source, chosen: Mapping[Input, Spelling], kept: Sequence[str],
        faults: Faults, *, rows: int, close: Callable[[], None],
    ) -> None:  # fmt: skip
        self.names = [one.name for one in chosen]
        self.kept = list(kept)
        self._plan = plan
        self._source = source
        self._chosen = dict(chosen)
        self._faults = faults
        self._rows = rows
        self._close = close

    def __iter__(self) -> Iterator[Batch]:
        """The batches.

        Raises:
            DataError: After the last row that could be read, if there was any fault. Where columns
                have faults no more than the first batch is looked at.
        """
        faults = self._faults
        wanted = self._prepared()
        limits = Limits(self._plan.event)
        if not wanted and not self.kept:
            faults.raise_any()
            return
        columns_fail = bool(faults)
        first = 0
        for piece in self._source.pieces(wanted, self.kept, faults, self._rows):
            inputs = self._read(piece, wanted, limits)
            if columns_fail:
                break
            if not faults and piece.count:
                yield Batch(first=first, count=piece.count, inputs=inputs, kept=piece.kept)
            first += piece.count
        if not first and not faults:
            span = self._source.span
            faults.add(Diagnostic(slug="no-rows", message="the data have no rows", span=span))
        faults.raise_any()

    def close(self) -> None:
        """Let go of the file."""
        self._close()

    def __enter__(self) -> Reading:
        """Close it at the end of the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:  # fmt: skip
        """Close it."""
        self._close()

    def _prepared(self) -> dict[str, Wanted]:
        """What to read from each column of the inputs all of whose columns are sound."""
        source, faults = self._source, self._faults
        names = list(dict.fromkeys([c for s in self._chosen.values() for c in s] + self.kept))
        found = source.shapes(names, faults)
        self._chosen = {
            one: spelling
            for one, spelling in self._chosen.items()
            if all_fit(one, spelling, found, source, faults)
        }
        self.kept = [name for name in self.kept if name in found and has_rows(name, found, faults)]
        used = [column for spelling in self._chosen.values() for column in spelling]
        check_counts({name: found[name] for name in (*used, *self.kept)}, source, faults)
        return {
            column: Wanted(
                codes=Codes(one, is_table=source.is_table) if one.is_category else None,
                width=one.size if len(found[column]) > 1 else None,
            )
            for one, spelling in self._chosen.items()
            for column in spelling
        }

    def _read(self, piece: Piece, wanted: Mapping[str, Wanted], limits: Limits) -> dict[str, Any]:
        """The arrays of a piece; inputs with a fault that every row shares are given up."""
        arrays: dict[str, Any] = {}
        for one, spelling in list(self._chosen.items()):
            columns = [piece.columns[name] for name in spelling]
            if len({column.shape[0] for column in columns}) > 1:
                continue
            array = self._array(one, columns, wanted[spelling[0]].codes, limits)
            if array is None:
                del self._chosen[one]
            else:
                arrays[one.name] = array
        return arrays

    def _array(
        self, one: Input, columns: Sequence[Column], codes: Codes | None, limits: Limits
    ) -> Any:
        if codes is not None:
            return read_category(one, codes, columns[0], self._faults)
        return read_numbers(one, columns, limits if one.is_event else None, self._faults)
