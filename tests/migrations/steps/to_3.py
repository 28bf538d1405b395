"""Version 3 of a language that only tests speak: things stand elsewhere."""

from collections.abc import Iterator

from flowspec.source.edit import Edit, Insert, Move, Remove, Wrap
from flowspec.spec.migrations import Place, Step


def places(top: Place) -> Iterator[Edit]:
    """A support is a map, the seed stands at the top, and nobody signs a spec."""
    for support in top.select("event.support"):
        if isinstance(support.value, str):
            yield Wrap(support.path, "kind")
    yield Move(("training", "seed"), ("seed",))
    yield Remove(("author",))


def defaults(top: Place) -> Iterator[Edit]:
    """An event was standardised unless it said otherwise; now it says so."""
    for event in top.select("event"):
        if event.beneath is None and event.is_map:
            yield Insert(event.at("standardize"), True)


STEP = Step(to=3, passes=(places, defaults))
