"""A JSON Lines file: one JSON object per line, from column names to values.

The first object names the columns; a vector may be a list. The text is UTF-8, with or without a
byte order mark; blank lines are skipped. Keys that no input is read from may come and go.

Reference: https://jsonlines.org
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any, BinaryIO

from flowspec.backend import np
from flowspec.data.column import ArrayColumn
from flowspec.data.faults import Faults, value_text
from flowspec.data.lines import Lines, TextRows
from flowspec.data.objects import Objects, place_of_value
from flowspec.data.source import Piece, Shape, Wanted
from flowspec.diagnostics import DataError, Diagnostic, Span


class JsonLinesFile:
    """The columns of a JSON Lines file."""

    is_table = True

    def __init__(self, file: str, stream: BinaryIO) -> None:
        """Read the first object.

        Raises:
            DataError: If the file is no text, or has no first object.
        """
        self._lines = Lines(file, stream)
        faults = Faults()
        first = next(iter(Objects(self._lines, faults)), None)
        faults.raise_any()
        if first is None:
            message = f"`{file}` has no rows"
            raise DataError(Diagnostic(slug="empty-file", message=message, span=Span(file, 1, 1)))
        self._first = first[1]
        self.counts: Mapping[str, int] = dict.fromkeys(self._first, 1)
        self.span: Span | None = self._lines.span()
        self._held = TextRows(self._lines)
        self._held.hold(1)

    def place(self, name: str) -> Span | None:
        """Its value in the first object."""
        return self._held.span(0, partial(place_of_value, key=name))

    def may_be_array(self, name: str) -> bool:
        """Whether it is a list in the first object, or not there."""
        return isinstance(self._first.get(name, []), list)

    def shapes(self, names: Sequence[str], faults: Faults) -> Mapping[str, Shape]:
        """`(B,)`, or `(B, D)` for lists."""
        lists = {name for name in names if isinstance(self._first[name], list)}
        return {name: (None, None) if name in lists else (None,) for name in names}

    def pieces(
        self, wanted: Mapping[str, Wanted], kept: Sequence[str], faults: Faults, rows: int
    ) -> Iterator[Piece]:
        """Objects that lack a column, or hold a list of the wrong length, are left out."""
        objects = chain([(1, self._first)], Objects(self._lines, faults, 1))
        found = next(objects, None)
        while found is not None:
            held = TextRows(self._lines)
            columns: dict[str, list[Any]] = {name: [] for name in (*wanted, *kept)}
            while found is not None and len(held) < rows and not held.is_full:
                number, values = found
                if self._is_sound(number, values, wanted, kept, faults):
                    held.hold(number)
                    for name, column in columns.items():
                        column.append(values.get(name))
                found = next(objects, None)
            yield Piece(
                columns={name: _column(name, columns[name], w, held) for name, w in wanted.items()},
                kept={name: columns[name] for name in kept},
                count=len(held),
            )

    def close(self) -> None:
        """Whoever opened the stream closes it."""

    def _is_sound(
        self, number: int, values: Mapping[str, Any], wanted: Mapping[str, Wanted],
        kept: Sequence[str], faults: Faults,
    ) -> bool:  # fmt: skip
        """Whether a row has every column, lists of the right length, and no key that is lost."""
        before = len(faults)
        for name, what in wanted.items():
            if name not in values:
                faults.add(self._missing(number, name))
            elif what.width is not None:
                value = values[name]
                if not isinstance(value, list) or len(value) != what.width:
                    faults.add(self._wrong_length(number, name, value, what.width))
        if kept:
            for name in values.keys() - self._first.keys():
                faults.add(self._unknown(number, name))
        return len(faults) == before

    def _missing(self, number: int, name: str) -> Diagnostic:
        return Diagnostic(
            slug="missing-value",
            message=f"row {number} has no `{name}`",
            span=self._lines.span(),
            expected="the keys of the first row",
        )

    def _wrong_length(self, number: int, name: str, value: Any, width: int) -> Diagnostic:
        return Diagnostic(
            slug="wrong-length",
            message=f"row {number} of `{name}` is no list of {width} values",
            span=self._lines.span(partial(place_of_value, key=name)),
            expected=f"{width} values",
            got=f"{len(value)} values" if isinstance(value, list) else value_text(value),
        )

    def _unknown(self, number: int, name: str) -> Diagnostic:
        return Diagnostic(
            slug="unknown-column",
            message=f"row {number} has a key that the first row has not: {value_text(name)}",
            span=self._lines.span(partial(place_of_value, key=name)),
            help="where columns are kept, the first row has every key",
        )


def _column(name: str, values: list[Any], wanted: Wanted, rows: TextRows) -> ArrayColumn:
    def place(at: int) -> Span:
        return rows.span(at, partial(place_of_value, key=name))

    return ArrayColumn(name, _array(values, wanted.width), rows.numbers, place)


def _array(values: list[Any], width: int | None) -> Any:
    """Values as an array: of numbers where all of them are, else of objects."""
    shape = (len(values),) if width is None else (len(values), width)
    single = values if width is None else list(chain.from_iterable(values))
    if {*map(type, single)} <= {int, float}:
        array = np.asarray(single)
        if array.dtype.kind in "iuf":
            return array.reshape(shape)
    return np.fromiter(single, object).reshape(shape)
