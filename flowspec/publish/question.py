"""What the parameters of a prediction ask: an output, a seed, draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flowspec.data.faults import value_text
from flowspec.diagnostics import Diagnostic, UsageError, nearest
from flowspec.plan import output_named
from flowspec.plan.solver import SEED
from flowspec.publish.signature import DRAWS, OUTPUT
from flowspec.records import OutputRecord, Plan

MAX_DRAWS: Final = 1 << 20
"""The most draws of a row."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a prediction asks.

    Attributes:
        output: The output.
        seed: An integer that the seeds of all rows are derived from; None where none was given.
        draws: How often each row draws; None where it was not said.
    """

    output: OutputRecord
    seed: int | None = None
    draws: int | None = None


def question_of(plan: Plan, default: str, params: Mapping[str, Any] | None) -> Question:
    """The question that the parameters of a prediction ask; those that are None count as left out.

    Raises:
        UsageError: If a parameter is unknown, has no effect, or is no such value.
    """
    given = {name: value for name, value in (params or {}).items() if value is not None}
    known = (OUTPUT, SEED, DRAWS)
    problems = [_unknown(name, known) for name in given if name not in known]
    output = output_named(plan, str(given.get(OUTPUT, default)))
    for name in (SEED, DRAWS):
        if name in given and output.origin != "draw":
            problems.append(_no_effect(name, output.name))
    seed, draws = given.get(SEED), given.get(DRAWS)
    if seed is not None and not _is_within(seed, -(2**63), 2**63):
        problems.append(_wrong_seed(seed))
    if draws is not None and not _is_within(draws, 1, MAX_DRAWS + 1):
        problems.append(_wrong_draws(draws))
    if problems:
        raise UsageError(*problems)
    return Question(output, seed, draws)


def _is_within(value: Any, low: int, high: int) -> bool:
    return type(value) is int and low <= value < high


def _unknown(name: Any, known: tuple[str, ...]) -> Diagnostic:
    return Diagnostic(
        slug="unknown-parameter",
        message=f"a prediction has no parameter named {value_text(name)}",
        expected=", ".join(known),
        nearest=nearest(str(name), known),
    )


def _no_effect(name: str, output: str) -> Diagnostic:
    message = f"`{name}` has no effect: `{output}` does not draw"
    return Diagnostic(slug="option-without-effect", message=message)


def _wrong_seed(seed: Any) -> Diagnostic:
    return Diagnostic(
        slug="wrong-seed", message="a seed is an integer of 64 bits", got=value_text(seed)
    )


def _wrong_draws(draws: Any) -> Diagnostic:
    return Diagnostic(
        slug="wrong-count", message="the number of draws is one positive integer",
        expected=f"1 to {MAX_DRAWS}", got=value_text(draws),
    )  # fmt: skip
