"""One output of one revision of a flow: it reads what is asked, and answers.

The protocols differ in how they write arrays down; what the arrays must be, and what becomes of
them, is the same for all and is here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

from flowspec.plan.solver import SEED
from flowspec.records import OutputRecord, Plan
from flowspec.serve.call import Arrays, Call, make_call
from flowspec.serve.checks import checked
from flowspec.serve.columns import column
from flowspec.serve.faults import (
    missing_input,
    missing_option,
    no_effect,
    not_ready,
    seeded_twice,
    too_late,
    too_many_rows,
    unknown_input,
    wrong_draws,
    wrong_seed,
)
from flowspec.serve.field import fields_of, values_per_row
from flowspec.serve.options import ServeOptions
from flowspec.serve.request_error import TOO_LARGE, UNAVAILABLE, RequestError, unfit
from flowspec.serve.room import Room

DRAWS = "draws"
"""The field of a request that says how often each row draws."""

_MOST_TOLD = 10

Batched = Callable[[Arrays, int], Any]


class Endpoint:
    """One output of one revision of a flow.

    Attributes:
        flow: The flow's name.
        revision: The revision.
        plan: The flow's plan.
        record: The output.
        fields: Its inputs by name.
    """

    def __init__(
        self, plan: Plan, revision: int, record: OutputRecord, options: ServeOptions, room: Room
    ) -> None:
        self.flow = plan.name
        self.revision = revision
        self.plan = plan
        self.record = record
        self.fields = fields_of(plan, record)
        self._options = options
        self._room = room
        self._batched: Batched | None = None

    @property
    def name(self) -> str:
        """The output's name."""
        return self.record.name

    @property
    def model(self) -> str:
        """Its name where every output is a model: `latent_policy.act`."""
        return f"{self.flow}.{self.name}"

    @property
    def draws(self) -> bool:
        """Whether it draws."""
        return SEED in self.fields

    @property
    def is_ready(self) -> bool:
        """Whether it was run once at every batch size."""
        return self._batched is not None

    @cached_property
    def most_rows(self) -> int:
        """The most rows of a request, each counted once for each draw."""
        records = (*self.record.inputs, *self.record.returns)
        fitting = self._options.max_values // values_per_row(records)
        return max(1, min(self._options.max_rows, fitting))

    @cached_property
    def most_values(self) -> int:
        """The most numbers that a request can hold."""
        return self.most_rows * values_per_row(self.record.inputs)

    @property
    def batch_rows(self) -> int:
        """The most rows of a batch: fewer where a row draws several times by itself."""
        fitting = [s for s in self._options.batch_sizes if s * (self.record.draws or 1) <= 65_536]
        return fitting[-1] if fitting else 1

    def open(self, batched: Batched) -> None:
        """Be ready: answer by this from now on."""
        self._batched = batched

    def read(self, values: Mapping[str, Any], *, options: bool = True) -> Call:
        """The call that named JSON values make.

        Args:
            values: A list of rows for each input; `seed` may be one integer.
            options: Whether `draws` may stand among them.

        Raises:
            RequestError: If a name is unknown or missing, or a value does not fit.
        """
        given = dict(values)
        is_lone = self.draws and not isinstance(given.get(SEED), list)
        draws = take_option(given, DRAWS) if options and self.draws else None
        seed = take_option(given, SEED) if is_lone else None
        self._check_names(given)
        for name, value in given.items():
            self._check_rows(name, len(value) if isinstance(value, list) else 1)
        arrays = {name: column(self.fields[name], value) for name, value in given.items()}
        return self.call(arrays, seed=seed, draws=draws)

    def call(self, arrays: Arrays, *, seed: Any = None, draws: Any = None) -> Call:
        """The call that named arrays make.

        Args:
            arrays: Numbers by the names of inputs, `(B, …)`.
            seed: One integer for all rows, where `seed` is not among the arrays.
            draws: How often each row draws.

        Raises:
            RequestError: If a name is unknown or missing, or a value does not fit.
        """
        self._check_names(arrays)
        self._check_options(arrays, seed, draws)
        rows = {name: len(array) for name, array in arrays.items()} or {DRAWS: 1}
        most = max(rows, key=lambda name: rows[name])
        self._check_rows(most, rows[most])
        self._check_rows(DRAWS, rows[most] * (draws or 1))
        good = {name: checked(self.fields[name], array) for name, array in arrays.items()}
        return make_call(good, list(self.fields), seed=seed, draws=draws)

    async def answer(self, call: Call, *, timeout: float | None = None) -> Arrays:
        """The returned quantities, `(B, …)` or `(B, S, …)`.

        Args:
            call: What `read` or `call` made.
            timeout: Seconds that the caller waits, where they are fewer than the service allows.

        Raises:
            RequestError: If the output is not ready, too many rows wait, or time ran out.
        """
        if self._batched is None:
            raise RequestError(UNAVAILABLE, not_ready(self.model))
        returns = self.record.returns
        limit = self._options.deadline if timeout is None else min(timeout, self._options.deadline)
        with self._room.taken(call.rows * (self.record.draws or 1)):
            try:
                async with asyncio.timeout(limit):
                    results = await self._batched(call.arrays, call.rows)
                    return call.folded({one.name: results[one.name] for one in returns})
            except TimeoutError:
                raise RequestError(UNAVAILABLE, too_late(limit)) from None

    def _check_names(self, given: Iterable[str]) -> None:
        names = set(given)
        known = [*self.fields, *([DRAWS] if self.draws else [])]
        strange = sorted(names - self.fields.keys())[:_MOST_TOLD]
        unknown = [unknown_input(name, known) for name in strange]
        missing = [
            missing_input(field)
            for name, field in self.fields.items()
            if name not in names and not field.optional
        ]
        if unknown or missing:
            raise unfit(*unknown, *missing)

    def _check_options(self, arrays: Arrays, seed: Any, draws: Any) -> None:
        for name, value in ((SEED, seed), (DRAWS, draws)):
            if value is not None and not self.draws:
                raise unfit(no_effect(name, self.name))
        if seed is not None and (type(seed) is not int or not -(2**63) <= seed < 2**63):
            raise unfit(wrong_seed(seed))
        if seed is not None and SEED in arrays:
            raise unfit(seeded_twice())
        if draws is not None and (type(draws) is not int or draws < 1):
            raise unfit(wrong_draws(draws, self.most_rows))

    def _check_rows(self, name: str, rows: int) -> None:
        if rows > self.most_rows:
            raise RequestError(TOO_LARGE, too_many_rows(name, rows, self.most_rows))


def take_option(given: dict[str, Any], name: str) -> Any:
    """`seed` or `draws`, taken out of what a request gave; None where it gave none.

    Raises:
        RequestError: If it is null.
    """
    if name not in given:
        return None
    value = given.pop(name)
    if value is None:
        raise unfit(missing_option(name))
    return value
