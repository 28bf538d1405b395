"""What one variable of the new plan starts with, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flowspec import shapes
from flowspec.catalog.axes import Role
from flowspec.records import LayerRecord, VariableRecord
from flowspec.versioning.pairs import Pairs
from flowspec.versioning.transfer.changes import Continued
from flowspec.versioning.transfer.matching import is_same, match
from flowspec.versioning.transfer.meaning import Held, Meaning
from flowspec.versioning.transfer.moves import AxisMove, Move

ONE: dict[Role, str] = {"input": "input", "unit": "entry", "result": "result"}
SEVERAL: dict[Role, str] = {"input": "inputs", "unit": "entries", "result": "results"}
STARTS: dict[Role, str] = {
    "input": "at zero",
    "unit": "afresh, what reads {} at zero",
    "result": "afresh",
}
"""How new entries start; the gap is for `it` or `them`."""


class Filling:
    """Decides about the variables of a new plan.

    Args:
        before: The old plan.
        now: The new plan.
        variables: Which old variable each new one continues.
        parts: Which old part each new one continues.
    """

    def __init__(
        self, before: Meaning, now: Meaning, variables: Pairs, parts: Mapping[str, Continued]
    ) -> None:
        self._before = before
        self._now = now
        self._variables = variables
        self._parts = parts
        self._old = {variable.path: variable for variable in before.plan.variables}

    def move(self, variable: VariableRecord) -> Move:
        """What the variable starts with."""
        source = self._variables.old.get(variable.path)
        if source is None:
            return self._missing(variable)
        old = self._old[source]
        renamed = variable.path in self._variables.renamed
        became = _another_kind(self._before.held[source], self._now.held[variable.path])
        if became is not None:
            if renamed and old.shape == variable.shape:
                return _whole(variable, old, f"renamed, though {became}", keeps=False)
            return self._fresh(variable, became)
        if not self._in_its_layer(variable.path, source):
            if old.shape == variable.shape:
                return _whole(variable, old, "renamed, and its layer is not", keeps=False)
            return _initialised(variable, "renamed, and its layer is not")
        return self._same_kind(variable, old, renamed=renamed)

    def _same_kind(self, variable: VariableRecord, old: VariableRecord, *, renamed: bool) -> Move:
        one, other = self._before.axes.get(old.path), self._now.axes.get(variable.path)
        if one is None or other is None:
            if old.shape != variable.shape:
                was = f"its shape was {shapes.text(old.shape)}"
                return _initialised(variable, f"{was}, and nothing is known of its axes")
            return _whole(variable, old, "the same shape")
        axes = match(one, other)
        if axes is None:
            if renamed and old.shape == variable.shape:
                return _whole(variable, old, "renamed, though its entries are others", keeps=False)
            return _initialised(variable, "its entries are others than those of the old one")
        if is_same(axes):
            return _whole(variable, old, "the same")
        return _resized(variable, old, axes)

    def _in_its_layer(self, path: str, source: str) -> bool:
        """Whether the part of a variable continues the part of its old one."""
        pair = self._parts.get(self._now.held[path].part.path)
        return pair is not None and pair.old.path == self._before.held[source].part.path

    def _missing(self, variable: VariableRecord) -> Move:
        taken = self._variables.taken.get(variable.path)
        if taken is not None:
            return self._fresh(variable, f"the old one is renamed to `{taken}`")
        return self._fresh(variable, "not in the old plan")

    def _fresh(self, variable: VariableRecord, reason: str) -> Move:
        """The values of a fresh flow, which change nothing where the part does not at its start."""
        part = self._now.held[variable.path].part
        harmless = _harmless(part, self._parts.get(part.path), variable, self._before)
        if harmless is None:
            return _initialised(variable, reason)
        return _initialised(variable, f"{reason}; {harmless}", keeps=True)


def _harmless(
    part: LayerRecord, pair: Continued | None, variable: VariableRecord, before: Meaning
) -> str | None:
    """Why it changes no density that the variable starts as compiling makes it, if it does not."""
    if part.family in ("contexts", "supports") and variable in part.own:
        return "mean 0 and scale 1 change nothing"
    if part.family == "contexts" and pair is None:
        return "nothing depends on its context input yet"
    if part.family == "layers" and pair is None and part.identity_at_start:
        return "its layer is the identity at the start"
    if part.family == "bases" and pair and not pair.old.variables and part.identity_at_start:
        return "the base is at the start what it was"
    return None


def _another_kind(old: Held, new: Held) -> str | None:
    """What the variable belonged to, in words, where that was of another kind."""
    before = old.part.kind if old.network is None else old.network.kind
    now = new.part.kind if new.network is None else new.network.kind
    if (old.part.family, old.part.kind) != (new.part.family, new.part.kind):
        return f"`{new.part.path}` was of kind `{old.part.kind}`"
    if before != now:
        return f"its network was of kind `{before}`"
    return None


def _whole(
    variable: VariableRecord, old: VariableRecord, reason: str, *, keeps: bool = True
) -> Move:
    return Move(
        path=variable.path,
        shape=variable.shape,
        how="keep" if old.path == variable.path else "rename",
        old=old.path,
        carried=variable.size,
        keeps_log_prob=keeps,
        reason=_cast(variable, old, reason),
    )


def _initialised(variable: VariableRecord, reason: str, *, keeps: bool = False) -> Move:
    return Move(
        path=variable.path,
        shape=variable.shape,
        how="initialise",
        carried=0,
        keeps_log_prob=keeps,
        reason=reason,
    )


def _resized(variable: VariableRecord, old: VariableRecord, axes: tuple[AxisMove, ...]) -> Move:
    return Move(
        path=variable.path,
        shape=variable.shape,
        how="resize",
        old=old.path,
        axes=axes,
        carried=shapes.count(tuple(axis.kept for axis in axes)),
        keeps_log_prob=not any(
            axis.dropped or (axis.new and axis.role == "result") for axis in axes
        ),
        reason=_cast(variable, old, "; ".join(text for axis in axes for text in _told(axis))),
    )


def _told(axis: AxisMove) -> Iterator[str]:
    """What becomes of an axis, in words."""
    if axis.new:
        verb, them = ("starts", "it") if axis.new == 1 else ("start", "them")
        start = STARTS[axis.role].format(them)
        yield f"{_counted(axis.new, axis.role, 'new ')} {verb} {start}"
    if axis.dropped:
        yield f"{_counted(axis.dropped, axis.role, '')} dropped"
    if axis.moved:
        yield f"{SEVERAL[axis.role]} in another order"


def _counted(count: int, role: Role, word: str) -> str:
    return f"{count} {word}{ONE[role] if count == 1 else SEVERAL[role]}"


def _cast(variable: VariableRecord, old: VariableRecord, reason: str) -> str:
    if variable.dtype == old.dtype:
        return reason
    return f"{reason}; as {variable.dtype}, it was {old.dtype}"
