"""What stands against a transfer that is not whole, told variable by variable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice

from flowspec import shapes
from flowspec.diagnostics import Diagnostic, Span, TransferError
from flowspec.records import Plan, SpecPath
from flowspec.versioning.transfer.grouped import common, grouped
from flowspec.versioning.transfer.moves import TransferMap
from flowspec.versioning.transfer.render import renames_text

MOST = 20
"""How many problems are told."""

Locate = Callable[[SpecPath], Span | None]
"""Where a node of the new spec stands in its file."""


def check_whole(found: TransferMap, plan: Plan, locate: Locate) -> None:
    """Refuse to move weights where something is left behind, or densities change.

    Args:
        found: The map.
        plan: The new plan.
        locate: Where a node of its spec stands.

    Raises:
        TransferError: It names the variables, and says why.
    """
    if found.whole:
        return
    places = {
        path: part.source
        for part in plan.parts
        for path in (part.path, *(variable.path for variable in part.variables))
    }

    def at(path: str) -> Span | None:
        return locate(places[path]) if path in places else None

    problems = (*_changes(found, at), *_moves(found, at), *_drops(found))
    told = list(islice(problems, MOST))
    more = len(problems) - len(told)
    raise TransferError(_headline(found, more), *told)


Spans = Callable[[str], Span | None]


def _changes(found: TransferMap, at: Spans) -> Iterator[Diagnostic]:
    for group in grouped(found.changes, lambda change: change.reason):
        paths = [change.path for change in group]
        yield Diagnostic(
            slug="transfer-changes-numbers",
            message=f"`{common(paths)}`: {group[0].reason}",
            span=at(paths[0]),
            path=paths[0],
        )


def _moves(found: TransferMap, at: Spans) -> Iterator[Diagnostic]:
    harmful = (move for move in found.moves if not move.keeps_log_prob)
    for group in grouped(harmful, lambda move: (move.how, move.shape, move.reason)):
        paths, first = [move.path for move in group], group[0]
        yield Diagnostic(
            slug="transfer-not-whole",
            message=f"`{common(paths)}`{_times(paths)} {VERBS[first.how]}: {first.reason}",
            span=at(paths[0]),
            path=paths[0],
        )


def _drops(found: TransferMap) -> Iterator[Diagnostic]:
    for group in grouped(found.drops, lambda drop: (drop.shape, drop.reason)):
        paths, first = [drop.path for drop in group], group[0]
        yield Diagnostic(
            slug="transfer-leaves-behind",
            message=f"`{common(paths)}`{_times(paths)}, {shapes.text(first.shape)}, is left "
            f"behind: {first.reason}",
            path=paths[0],
        )


VERBS = {
    "keep": "is kept", "rename": "is renamed", "resize": "is resized", "initialise": "starts anew",
}  # fmt: skip


def _times(paths: Sequence[str]) -> str:
    return f" ({len(paths)} variables)" if len(paths) > 1 else ""


def _headline(found: TransferMap, more: int) -> Diagnostic:
    """That nothing was moved, and what can be done."""
    rest = f"; {more} of the reasons are not listed" if more else ""
    ways = [f"add {renames_text(found.renames)} to the spec"] if found.renames else []
    ways.append("say that a partial transfer is meant: `--partial`, or `partial=True`")
    return Diagnostic(
        slug="partial-transfer",
        message=f"the transfer would change log_prob, and nothing was moved{rest}",
        help=", or ".join(ways),
    )
