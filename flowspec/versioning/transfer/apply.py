"""Moves arrays as a map says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from flowspec.backend import np
from flowspec.records import Plan, VariableRecord
from flowspec.versioning.transfer.moves import NEW, Move, TransferMap

Arrays: TypeAlias = "Mapping[str, np.ndarray[Any, Any]]"

Initial: TypeAlias = Callable[[VariableRecord], Any]
"""The value that compiling gives a variable."""


def moved(
    found: TransferMap, plan: Plan, weights: Arrays, initial: Initial
) -> dict[str, np.ndarray[Any, Any]]:
    """The values of the new plan's variables, by path.

    Args:
        found: The map to the new plan.
        plan: The new plan.
        weights: The values of the old plan's variables, by path.
        initial: The value that compiling gives a variable; called for those that need one.
    """
    records = {variable.path: variable for variable in plan.variables}
    return {move.path: _filled(move, records[move.path], weights, initial) for move in found.moves}


def _filled(
    move: Move, variable: VariableRecord, weights: Arrays, initial: Initial
) -> np.ndarray[Any, Any]:
    if move.old is None:
        return np.asarray(initial(variable), variable.dtype)
    old = np.asarray(weights[move.old], variable.dtype)
    if move.how != "resize":
        return old
    return _resized(move, old, np.asarray(initial(variable), variable.dtype))


def _resized(
    move: Move, old: np.ndarray[Any, Any], fresh: np.ndarray[Any, Any]
) -> np.ndarray[Any, Any]:
    """The old values where there are any; new inputs of what is kept at zero; the rest fresh."""
    sources = [np.asarray(axis.sources) for axis in move.axes]
    kept = [np.flatnonzero(source != NEW) for source in sources]
    value = fresh.copy()
    for place, axis in enumerate(move.axes):
        if axis.role == "input":
            inputs = [*kept[:place], np.flatnonzero(sources[place] == NEW), *kept[place + 1 :]]
            value[np.ix_(*inputs)] = 0
    taken = [source[entries] for source, entries in zip(sources, kept, strict=True)]
    value[np.ix_(*kept)] = old[np.ix_(*taken)]
    return value
