"""The arrays that a signature is given for the rows of a prediction, seeds and draws included."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from flowspec.backend import np
from flowspec.data.rows import open_rows
from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.plan.solver import SEED
from flowspec.publish.columns import model_inputs
from flowspec.publish.frame import frame_of
from flowspec.publish.question import Question
from flowspec.records import Plan
from flowspec.seeds import derived_seeds, row_seeds


@dataclass(frozen=True, slots=True)
class Rows:
    """What a signature is asked.

    Attributes:
        arrays: An array for each of its inputs, `(N, …)`.
        count: The rows of the data, B; each is among the N as often as it draws.
    """

    arrays: dict[str, Any]
    count: int


def rows_of(plan: Plan, data: Any, question: Question) -> Rows:
    """The rows that data hold, checked against the plan.

    Rows without a seed are given one, of which nobody knows the next. One seed for all gives each
    row one of its own, as `flow.sample` does; where nothing else has rows, it is the seed of the
    one row there is.

    Raises:
        DataError: If the data do not fit.
        UsageError: If rows are given a seed in two ways.
    """
    names = [record.name for record in question.output.inputs]
    frame = frame_of(data, model_inputs(plan))
    if SEED in frame.columns and question.seed is not None:
        raise UsageError(_seeded_twice())
    given = [name for name in names if name != SEED or SEED in frame.columns]
    arrays: dict[str, Any] = {}
    if given:
        with open_rows(plan, frame, given) as reading:
            for batch in reading:  # what is in memory comes whole
                arrays |= batch.inputs
    count = len(next(iter(arrays.values()))) if arrays else 1
    if SEED in names and SEED not in arrays:
        arrays[SEED] = _seeds(question.seed, count, alone=not arrays)
    return Rows({name: _repeated(name, arrays[name], question.draws) for name in names}, count)


def _seeds(seed: int | None, count: int, *, alone: bool) -> Any:
    if seed is None:
        return row_seeds(secrets.randbits(64), count)
    return np.array([seed], np.int64) if alone else row_seeds(seed, count)


def _repeated(name: str, array: Any, draws: int | None) -> Any:
    """The rows as often as they draw, each with a seed of its own."""
    if draws is None:
        return array
    if name == SEED:
        return derived_seeds(array, draws).reshape(-1)
    return np.repeat(array, draws, axis=0)


def _seeded_twice() -> Diagnostic:
    return Diagnostic(
        slug="answered-twice",
        message="`seed` is given as a column and as a parameter: give one",
    )
