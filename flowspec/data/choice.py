"""Chooses among the columns that data hold those that an input is read from."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from flowspec.data.faults import Faults, names_text, value_text
from flowspec.data.inputs import Input, Spelling
from flowspec.data.numbers import parse_number
from flowspec.diagnostics import Diagnostic, Span, nearest


@dataclass(frozen=True, kw_only=True)
class Held:
    """The columns that data hold.

    Attributes:
        counts: How often each stands there.
        known: The columns of every input, asked for or not.
        is_table: Whether what belongs to no input is ignored.
        may_be_array: Whether a column may hold several values a row.
        span: Where a file names its columns.
        place: Where it names one of them.
    """

    counts: Mapping[str, int]
    known: Collection[str]
    is_table: bool
    may_be_array: Callable[[str], bool]
    span: Span | None
    place: Callable[[str], Span | None]

    @property
    def loose(self) -> list[str]:
        """The columns that belong to no input."""
        return [column for column in self.counts if column not in self.known]


def choose(one: Input, held: Held, faults: Faults) -> Spelling | None:
    """The columns that an input is read from.

    Args:
        one: The input.
        held: What the data hold.
        faults: Where it is filed that a column is missing, doubled, or one too many.

    Returns:
        The columns, or None after a fault.
    """
    spellings = [s for s in one.spellings if len(s) == one.size or held.may_be_array(s[0])]
    complete = [s for s in spellings if all(column in held.counts for column in s)]
    if not complete:
        _file_missing(one, spellings, held, faults)
        return None
    chosen = complete[0]
    if doubled := [column for column in chosen if held.counts[column] > 1]:
        faults.add_all(len(doubled), (_doubled(one, column, held) for column in doubled))
        return None
    again = _given_again(chosen, complete if held.is_table else spellings, held)
    own = {column for spelling in spellings for column in spelling}
    beyond = []
    for column in _begun(one, held):
        if column not in own:
            beyond.append(column)
        elif column not in (*chosen, *again):
            again.append(column)
    if again:
        faults.add(_given_twice(one, chosen, again, held))
    if beyond:
        faults.add(_too_many(one, chosen, beyond, held))
    return None if again or beyond else chosen


def file_unknown(names: Sequence[str], held: Held, faults: Faults) -> None:
    """File every array of a mapping that belongs to none of the inputs, which are named."""
    loose = held.loose
    faults.add_all(len(loose), (_unknown(name, names, held) for name in loose))


def _given_again(chosen: Spelling, others: Iterable[Spelling], held: Held) -> list[str]:
    """The columns that give values of the input besides the chosen ones."""
    first = set(chosen)
    again = dict.fromkeys(column for other in others for column in other)
    return [column for column in again if column in held.counts and column not in first]


def _begun(one: Input, held: Held) -> list[str]:
    """The columns of a table that are written as if they held a feature of the input."""
    if one.is_category or not held.is_table:
        return []
    own = {column for spelling in one.spellings for column in spelling}
    return [column for column in held.counts if _is_feature(one, column)
            and (column in own or column not in held.known)]  # fmt: skip


def _is_feature(one: Input, column: str) -> bool:
    """Whether it is the input's name, then a number or a field."""
    name, _, feature = column.rpartition(".")
    is_number = feature.isascii() and feature.isdecimal()
    return name == one.name and (is_number or feature in (one.fields or ()))


def _file_missing(one: Input, spellings: Sequence[Spelling], held: Held, faults: Faults) -> None:
    begun = max(spellings, key=lambda spelling: sum(c in held.counts for c in spelling))
    missing = [column for column in begun if column not in held.counts]
    if len(missing) < len(begun):
        faults.add_all(len(missing), (_missing_column(one, c, held) for c in missing))
    else:
        faults.add(_missing_input(one, spellings, held))


def _missing_input(one: Input, spellings: Sequence[Spelling], held: Held) -> Diagnostic:
    """Nothing of an input is there; the nearest choice is the column that was nearly written."""
    columns = list(dict.fromkeys(column for spelling in spellings for column in spelling))
    near = next(((held.place(got), c) for got in held.loose if (c := nearest(got, columns))), None)
    return Diagnostic(
        slug="missing-input",
        message=f"the data hold no `{one.name}`",
        span=near[0] if near else held.span,
        expected=", or ".join(map(names_text, spellings)),
        got=names_text(list(held.counts)) or None,
        nearest=near and near[1],
        help=_help_of_header(held),
    )


def _help_of_header(held: Held) -> str | None:
    """What to do where values stand in the place of names."""
    if held.is_table and held.counts and all(math.isfinite(parse_number(c)) for c in held.counts):
        return "the names of all columns are numbers: begin the table with a header of names"
    return None


def _help_of_numbers(one: Input, held: Held) -> str | None:
    """What to do where the features have been counted from 1."""
    first, last = f"{one.name}.0", f"{one.name}.{one.size}"
    if first not in held.counts and last in held.loose:
        return f"columns are counted from 0: `{first}` to `{one.name}.{one.size - 1}`"
    return None


def _missing_column(one: Input, column: str, held: Held) -> Diagnostic:
    got = nearest(column, held.loose)
    return Diagnostic(
        slug="missing-column",
        message=f"the column `{column}` of `{one.name}` is missing",
        span=held.place(got) if got else held.span,
        got=got and value_text(got),
        nearest=got and column,
        help=_help_of_numbers(one, held),
    )


def _doubled(one: Input, column: str, held: Held) -> Diagnostic:
    return Diagnostic(
        slug="doubled-column",
        message=f"the column `{column}` of `{one.name}` stands in the data more than once",
        span=held.place(column),
        expected="one column of that name",
        got=str(held.counts[column]),
    )


def _given_twice(one: Input, chosen: Sequence[str], again: Sequence[str], held: Held) -> Diagnostic:
    return Diagnostic(
        slug="input-given-twice",
        message=f"the data hold `{one.name}` in more than one way",
        span=held.place(again[0]),
        expected=names_text(chosen),
        got=f"{names_text(chosen)} and also {names_text(again)}",
    )


def _too_many(one: Input, chosen: Sequence[str], beyond: Sequence[str], held: Held) -> Diagnostic:
    return Diagnostic(
        slug="wrong-length",
        message=f"the data hold more columns of `{one.name}` than it has values",
        span=held.place(beyond[0]),
        expected=names_text(chosen),
        got=f"{names_text(chosen)} and also {names_text(beyond)}",
    )


def _unknown(name: str, names: Sequence[str], held: Held) -> Diagnostic:
    return Diagnostic(
        slug="unknown-input",
        message=f"there is no input named {value_text(name)}",
        span=held.place(name),
        expected=", ".join(names),
        nearest=nearest(name, [*names, *held.known]),
    )
