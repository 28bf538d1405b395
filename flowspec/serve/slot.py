"""One of the bundles that a service was told to serve, and what it serves for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from flowspec.serve.served import Mark, Served
from flowspec.serve.shelf import Shelf
from flowspec.serve.sources import AnySource, Label, Source


@dataclass(frozen=True)
class Slot:
    """What was told, and what is served for it.

    Attributes:
        told: What was told; in a registry it may stand for another bundle later.
        served: What is served for it now.
        tried: What was last loaded for it, or could not be: no second time.
        trouble: Why its registry did not answer when it was last asked.
    """

    told: AnySource
    served: Served
    tried: tuple[Source, Mark]
    trouble: str | None = None

    @classmethod
    def of(cls, told: AnySource, served: Served) -> Slot:
        """A slot, as it is at first."""
        return cls(told, served, (served.source, served.mark))

    def serving(self, served: Served) -> Slot:
        """The same slot with another bundle."""
        return replace(self, served=served)

    def label(self) -> Iterator[Label]:
        """The alias by which a registry was asked."""
        if self.told.label is not None:
            yield Label(self.served.flow, self.told.label, self.served.revision)


def served_as(slots: Iterable[Slot], source: Source) -> Served | None:
    """What is served of a bundle in a registry already, under another of its names."""
    if source.sha256 is None:
        return None
    return next((slot.served for slot in slots if slot.served.source == source), None)


def shelf_of(slots: Sequence[Slot], labels: Iterable[Label]) -> Shelf:
    """The shelf of some slots; labels that were given win over aliases.

    Raises:
        UsageError: If two bundles are the same revision of a flow, or a label has no revision.
    """
    served = dict.fromkeys(slot.served for slot in slots)
    aliases = [label for slot in slots for label in slot.label()]
    return Shelf.of(served, [*aliases, *labels])
