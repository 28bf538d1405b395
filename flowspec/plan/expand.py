"""The list of layers with every repeat written out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flowspec.catalog.layer import Layer
from flowspec.plan.problems import Problems
from flowspec.records import SpecPath
from flowspec.spec import Spec
from flowspec.spec.layers import LayerList, Repeat

LIMIT = 1024
"""The greatest number of layers of a flow, repeats written out."""

PLACES = 2**22
"""The greatest number of layers times features: a plan has a mask or an order for each layer."""


@dataclass(frozen=True)
class Place:
    """Where a part stands: the prefix of its variables, and its place in the spec."""

    path: str
    source: SpecPath
    trainable: bool = True

    def below(self, index: int, name: str | None, *, trainable: bool) -> Place:
        """The place of an element of the list that stands here."""
        segment = name or str(index)
        return Place(f"{self.path}.{segment}", (*self.source, index), self.trainable and trainable)


def expand(spec: Spec, problems: Problems) -> Iterator[tuple[Layer, Place]]:
    """Every layer of the flow in forward order, each with its own place."""
    total, most = _count(spec.layers), min(LIMIT, PLACES // spec.event.size)
    if total > most:
        problems.report(
            "too-many-layers", "the flow has too many layers once repeats are written out",
            ("layers",), key=True, got=str(total),
            expected=f"at most {most}" + (" for so many features" if most < LIMIT else ""),
        )  # fmt: skip
        return iter(())
    _check_names(spec.layers, ("layers",), problems)
    return _expanded(spec.layers, Place("layers", ("layers",)))


def _count(layers: LayerList) -> int:
    return sum(
        item.repeat * _count(item.layers) if isinstance(item, Repeat) else 1 for item in layers
    )


def _expanded(layers: LayerList, at: Place) -> Iterator[tuple[Layer, Place]]:
    for index, item in enumerate(layers):
        place = at.below(index, item.name, trainable=item.trainable)
        if not isinstance(item, Repeat):
            yield item, place
            continue
        for iteration in range(item.repeat):
            inner = Place(f"{place.path}.{iteration}", (*place.source, "layers"), place.trainable)
            yield from _expanded(item.layers, inner)


def _check_names(layers: LayerList, source: SpecPath, problems: Problems) -> None:
    seen: set[str] = set()
    for index, item in enumerate(layers):
        if item.name is not None and item.name in seen:
            problems.report(
                "repeated-name", f"two layers of this list are named `{item.name}`",
                (*source, index, "name"), help="choose another name",
            )  # fmt: skip
        seen.add(item.name or "")
        if isinstance(item, Repeat):
            _check_names(item.layers, (*source, index, "layers"), problems)
