"""What changed between two plans, category by category."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import chain

from flowspec.records import Category
from flowspec.versioning.diff.compare.callers import event_changes, flow_changes
from flowspec.versioning.diff.compare.contexts import context_changes
from flowspec.versioning.diff.compare.layers import context_order_changes, layer_changes
from flowspec.versioning.diff.compare.outputs import answer_changes, output_changes
from flowspec.versioning.diff.compare.parts import part_changes
from flowspec.versioning.diff.compare.training import docs_changes, training_changes
from flowspec.versioning.diff.compare.variables import variable_changes
from flowspec.versioning.diff.finding import Change
from flowspec.versioning.diff.pairing import Pairing

Comparison = Callable[[Pairing], Iterator[Change]]

COMPARISONS: Mapping[Category, tuple[Comparison, ...]] = {
    "callers": (flow_changes, event_changes, context_changes, output_changes),
    "weights": (variable_changes,),
    "numbers": (layer_changes, part_changes, context_order_changes, answer_changes),
    "training": (training_changes,),
}
"""What looks for changes of each category."""


def changes(pairing: Pairing, differing: frozenset[Category]) -> Iterator[Change]:
    """Every change between two plans.

    Args:
        pairing: The plans.
        differing: The categories whose fingerprints differ; in the others nothing changed.
    """
    looks = chain.from_iterable(
        comparisons for category, comparisons in COMPARISONS.items() if category in differing
    )
    for compare in (*looks, docs_changes):
        yield from compare(pairing)
