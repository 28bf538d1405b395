"""What one request asks of an output: arrays that fit its signature, and draws per row."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flowspec.backend import np
from flowspec.diagnostics import Diagnostic
from flowspec.plan.solver import SEED
from flowspec.seeds import derived_seeds, row_seeds
from flowspec.serve.request_error import unfit

Arrays = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    """What an output is asked.

    Attributes:
        arrays: An array for each input of its signature, `(N, …)`.
        rows: The rows, N: those of the request, each as often as it draws.
        draws: How often each row of the request draws; None where it did not say.
    """

    arrays: Arrays
    rows: int
    draws: int | None = None

    def folded(self, results: Mapping[str, Any]) -> Arrays:
        """The results with the draws of a row on an axis of their own: `(B, S, …)`."""
        if self.draws is None:
            return dict(results)
        return {
            name: value.reshape(-1, self.draws, *value.shape[1:]) for name, value in results.items()
        }


def make_call(
    arrays: Arrays, names: list[str], *, seed: int | None = None, draws: int | None = None
) -> Call:
    """The call that some checked arrays make.

    Rows without a seed are given one, of which nobody knows the next. A lone seed gives each row
    one of its own, as `flow.sample` does; where nothing else has rows, it is the seed of the one
    row there is.

    Args:
        arrays: An array for each input that was given, `(B, …)`.
        names: The inputs of the signature.
        seed: One integer for all rows.
        draws: How often each row draws.

    Raises:
        RequestError: If the arrays have different numbers of rows.
    """
    rows = _rows(arrays)
    arrays = dict(arrays)
    if SEED in names and SEED not in arrays:
        arrays[SEED] = _seeds(seed, rows, alone=len(names) == 1)
    if draws is None:
        return Call({name: arrays[name] for name in names}, rows)
    repeated = {name: np.repeat(arrays[name], draws, axis=0) for name in names}
    repeated[SEED] = derived_seeds(arrays[SEED], draws).reshape(-1)
    return Call(repeated, rows * draws, draws)


def _rows(arrays: Arrays) -> int:
    counts = {name: len(array) for name, array in arrays.items()}
    if len(set(counts.values())) > 1:
        usual = max(counts.values(), key=list(counts.values()).count)
        raise unfit(
            Diagnostic(
                slug="rows-differ",
                message="the inputs have different numbers of rows",
                path=next(name for name, count in counts.items() if count != usual),
                got=", ".join(f"{name} {count}" for name, count in counts.items()),
            )
        )
    return next(iter(counts.values()), 1)


def _seeds(seed: int | None, rows: int, *, alone: bool) -> Any:
    if seed is None:
        return row_seeds(secrets.randbits(64), rows)
    return np.array([seed], np.int64) if alone else row_seeds(seed, rows)
