"""What can be wrong with a request beside its values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flowspec.data.faults import value_text
from flowspec.diagnostics import Diagnostic, nearest
from flowspec.serve.field import Field


def unknown_input(name: str, known: Iterable[str]) -> Diagnostic:
    """A request names an input that the output does not have."""
    words = tuple(known)
    return Diagnostic(
        slug="unknown-input", message=f"there is no input named `{short(name)}`",
        path=short(name), expected=", ".join(words) or "no input", nearest=nearest(name, words),
    )  # fmt: skip


def missing_input(field: Field) -> Diagnostic:
    """A request leaves out an input."""
    return Diagnostic(
        slug="missing-input", message=f"the input `{field.name}` is missing",
        path=field.name, expected=field.text,
    )  # fmt: skip


def no_effect(name: str, output: str) -> Diagnostic:
    """An option of draws, for an output that does not draw."""
    return Diagnostic(
        slug="option-without-effect", path=name,
        message=f"`{name}` has no effect: `{output}` does not draw",
    )  # fmt: skip


def missing_option(name: str) -> Diagnostic:
    """An option that is there, but null."""
    return Diagnostic(
        slug="missing-value", message=f"`{name}` is null", path=name,
        expected="an integer, or no such key",
    )  # fmt: skip


def seeded_twice() -> Diagnostic:
    """A seed for all rows, and one for each."""
    return Diagnostic(
        slug="answered-twice", path="seed",
        message="`seed` is given as an input and as a parameter: give one",
    )  # fmt: skip


def wrong_draws(draws: Any, most: int) -> Diagnostic:
    """A number of draws that is none."""
    return Diagnostic(
        slug="wrong-count", message="the number of draws is one positive integer",
        path="draws", expected=f"1 to {most}", got=short(draws),
    )  # fmt: skip


def too_many_rows(name: str, rows: int, most: int) -> Diagnostic:
    """A request has more rows than are answered at once."""
    return Diagnostic(
        slug="too-many-rows", message=f"`{name}` makes more rows than are answered at once",
        path=name, expected=f"at most {most}", got=str(rows),
        help="ask in several requests",
    )  # fmt: skip


def wrong_seed(seed: Any) -> Diagnostic:
    """A seed for all rows that is none."""
    return Diagnostic(
        slug="wrong-seed", message="a seed is an integer of 64 bits, or one for each row",
        path="seed", got=short(seed),
    )  # fmt: skip


def not_ready(model: str) -> Diagnostic:
    """An output that was not run yet."""
    return Diagnostic(
        slug="not-ready", message=f"`{model}` is being loaded", help="come again in a moment"
    )


def too_late(seconds: float) -> Diagnostic:
    """Time ran out."""
    return Diagnostic(
        slug="deadline-exceeded",
        message=f"the request was not answered within {seconds:g} seconds",
        help="come again later, or ask for fewer rows at once",
    )


def internal_error(id: str) -> Diagnostic:
    """Something is wrong with flowspec itself; what it is stands in the log alone."""
    return Diagnostic(
        slug="internal-error",
        message=f"the request could not be answered; the log tells more of {id}",
    )


def short(value: Any) -> str:
    """What a request held, as a message shows it."""
    return value_text(value, quotes=False)


def too_many_values(name: str, most: int) -> Diagnostic:
    """A request holds more values than any that is answered."""
    return Diagnostic(
        slug="too-many-rows", message=f"`{name}` holds more values than are answered at once",
        path=name, expected=f"at most {most} values in all", help="ask in several requests",
    )  # fmt: skip


def too_large_body(most: int) -> Diagnostic:
    """A body has more bytes than are read."""
    return Diagnostic(
        slug="body-too-large", message="the body is larger than is read",
        path="body", expected=f"at most {most} bytes", help="ask in several requests",
    )  # fmt: skip


def too_slow_body(seconds: float) -> Diagnostic:
    """A body does not come to its end."""
    return Diagnostic(
        slug="deadline-exceeded", message=f"the body did not arrive within {seconds:g} seconds",
        path="body",
    )  # fmt: skip
