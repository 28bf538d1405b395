"""Which columns of a table, or arrays of a mapping, an input may be read from.

An input of one value a row is read from the column of its name. One with several is read from
`name.0`, `name.1`, …; where its features have names, also from `name.field` or from the names of
the fields alone. A mapping may hold all of them in one array under the input's name. A column
that would do for two inputs, or for two features, goes to the one with the longer claim in this
order: the input's name, `name.0`, `name.field`, `field`; between equals to neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from flowspec.records import ContextRecord, EventRecord, Plan

Spelling = tuple[str, ...]
"""The columns of an input in the order of its features, or the one array that holds them all."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Input:
    """An input as data know it.

    Attributes:
        name: Its name.
        size: Values per row; 1 for a category.
        dtype: The dtype of the array that is made of it.
        fields: Names of its features.
        labels: Names of a category's values.
        count: The number of a category's values; None for numbers.
        is_event: Whether its values must lie in the event's support.
        spellings: The columns it may be read from, the preferred ones first.
    """

    name: str
    size: int
    dtype: str
    fields: tuple[str, ...] | None = None
    labels: tuple[str, ...] | None = None
    count: int | None = None
    is_event: bool = False
    spellings: tuple[Spelling, ...] = ()

    @property
    def is_category(self) -> bool:
        """Whether it takes indices or labels rather than numbers."""
        return self.count is not None

    def feature(self, index: int) -> str:
        """The name of a feature: `name`, `name.0` or `name.field`."""
        if self.size == 1:
            return self.name
        return f"{self.name}.{self.fields[index] if self.fields else index}"


def inputs_of(plan: Plan, names: Iterable[str] = ()) -> dict[str, Input]:
    """The inputs by name, with the columns that each is read from.

    Args:
        plan: The plan of the flow.
        names: Names of inputs that are asked for.

    Returns:
        The event and every context input; `latent` and `seed` where they are among the names.
    """
    others = [_latent(plan.event), _seed()]
    plain = [_event(plan.event), *map(_context, plan.contexts)]
    plain += [one for one in others if one.name in set(names)]
    spellings = _spellings(plain)
    return {one.name: replace(one, spellings=tuple(spellings[one.name])) for one in plain}


def _event(record: EventRecord) -> Input:
    return Input(
        name=record.name, size=record.size, dtype=record.dtype, fields=record.fields, is_event=True
    )


def _latent(record: EventRecord) -> Input:
    return Input(name="latent", size=record.size, dtype=record.dtype)


def _seed() -> Input:
    """Seeds are read as the values of a category: integers that must be exact."""
    return Input(name="seed", size=1, dtype="int64", count=1 << 63)


def _context(record: ContextRecord) -> Input:
    return Input(
        name=record.name, size=int(record.shape[1]) if len(record.shape) > 1 else 1,
        dtype=record.dtype, fields=record.fields, labels=record.labels, count=record.count,
    )  # fmt: skip


def _spellings(inputs: Sequence[Input]) -> dict[str, list[Spelling]]:
    """The spellings of each input, without those that another has a longer claim to."""
    found: dict[str, list[Spelling]] = {one.name: [] for one in inputs}
    claims: dict[str, set[tuple[str, int | None]]] = {}
    for style in zip(*map(_styles, inputs), strict=True):
        written = [(one, spelling) for one, spelling in zip(inputs, style, strict=True) if spelling]
        for one, spelling in written:
            for column, claim in _claims(one, spelling):
                claims.setdefault(column, set()).add(claim)
        for one, spelling in written:
            alone = all(claims[column] == {claim} for column, claim in _claims(one, spelling))
            if alone and spelling not in found[one.name]:
                found[one.name].append(spelling)
    return found


def _styles(one: Input) -> tuple[Spelling | None, ...]:
    """The input's columns in each style, the one with the longest claim first."""
    if one.is_category:
        return (one.name,), None, None, None
    numbered = tuple(f"{one.name}.{index}" for index in range(one.size))
    if one.fields is None:
        return (one.name,), numbered, None, None
    return (one.name,), numbered, tuple(f"{one.name}.{f}" for f in one.fields), one.fields


def _claims(one: Input, spelling: Spelling) -> Iterator[tuple[str, tuple[str, int | None]]]:
    """The columns of a spelling with what they stand for: a feature, or None for all of several."""
    if len(spelling) < one.size:
        yield spelling[0], (one.name, None)
        return
    for index, column in enumerate(spelling):
        yield column, (one.name, index)
