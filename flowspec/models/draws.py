"""How many draws a caller asks for, and the seeds of the rows that are drawn."""

from __future__ import annotations

from collections.abc import Container
from typing import Any, Final

from flowspec.backend import np
from flowspec.build import Store
from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.seeds import row_seeds

MAX_DRAWS: Final = 2**31 - 1
"""The most draws of one call."""


def draws_of(
    count: tuple[Any, ...], context: dict[str, Any], names: Container[str]
) -> int | None:  # fmt: skip
    """The number of draws, given by position, or as `n=` where no context input is `n`.

    Args:
        count: What is given by position.
        context: What is given by name; the number of draws is taken out of it.
        names: Those of the context inputs.

    Raises:
        UsageError: If it is no positive integer.
    """
    if not count and "n" in context and "n" not in names:
        count = (context.pop("n"),)
    if not count:
        return None
    number = count[0]
    is_integer = isinstance(number, int | np.integer)
    if len(count) > 1 or not is_integer or not 1 <= number <= MAX_DRAWS:
        raise UsageError(
            Diagnostic(
                slug="wrong-count",
                message="the number of draws is one positive integer",
                expected=f"1 to {MAX_DRAWS}",
                got=", ".join(map(str, count)),
            )
        )
    return int(number)


def seeds_of(store: Store, seed: Any, rows: int) -> Any:
    """A seed for each row: those given, or derived from the one given or from none.

    Args:
        store: Its generator gives seeds where none is given.
        seed: An integer, one for each row, or None.
        rows: How many.

    Returns:
        `(rows,)`, int64.

    Raises:
        UsageError: If they are no integers, or not as many.
    """
    if seed is None:
        return store.row_seeds(np.zeros(rows)).numpy()
    given = np.asarray(seed)
    if given.dtype.kind not in "iu" and not isinstance(seed, int):
        raise _wrong(f"{given.dtype}")
    if given.ndim == 0:
        return row_seeds(int(seed), rows)
    if given.shape != (rows,):
        raise _wrong(f"shape {given.shape}")
    return given.astype(np.int64)


def _wrong(got: str) -> UsageError:
    return UsageError(
        Diagnostic(
            slug="wrong-seed",
            message="a seed is an integer, or one integer for each row",
            got=got,
        )
    )
