"""The chain of a flow as checks see it, and how a fact of a feature is followed along it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flowspec.catalog.layer import Layer
from flowspec.records import ContextRecord, LayerRecord
from flowspec.spec import Spec

T = TypeVar("T")


@dataclass(frozen=True)
class Link:
    """A layer of the expanded flow and its record."""

    layer: Layer
    record: LayerRecord


@dataclass(frozen=True, kw_only=True)
class Chain:
    """A planned flow, before its outputs: `links` are in forward order, `tail` comes last."""

    spec: Spec
    contexts: tuple[ContextRecord, ...]
    base: LayerRecord
    links: tuple[Link, ...]
    tail: LayerRecord

    @property
    def layers(self) -> tuple[LayerRecord, ...]:
        """The records from latent to event, the event's own map included."""
        return (*(link.record for link in self.links), self.tail)

    @property
    def parts(self) -> tuple[LayerRecord, ...]:
        """Every part that may hold variables: context inputs, base, layers."""
        return (*(context.layer for context in self.contexts), self.base, *self.layers)

    def follow(self, start: T, change: Callable[[T, Link], T]) -> list[T]:
        """What a fact has become at the end, for each feature of the event.

        Args:
            start: The fact at the base, the same for every feature.
            change: The fact after a layer that moves the feature; permutations carry it along.
        """
        facts = [start] * self.spec.event.size
        for link in self.links:
            order, moved = link.record.order, link.record.moved
            if order is not None:
                facts = [facts[place] for place in order]
            if moved is not None:
                pairs = zip(facts, moved, strict=True)
                facts = [change(fact, link) if moves else fact for fact, moves in pairs]
        return facts
