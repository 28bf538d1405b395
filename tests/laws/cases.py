"""The flows that the laws run over: every example of the catalogue in a small flow, every spec.

A new kind is covered as soon as its file exists. What makes no sense (a conditioner that has
nothing to read, a context input that nothing reads) is found out by validation, and left out.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flowspec.catalog import FAMILIES
from flowspec.diagnostics import SpecError
from flowspec.plan import check
from flowspec.source import read_text
from flowspec.spec import Spec, load_spec

Node = dict[str, Any]

SPECS = sorted((Path(__file__).parents[2] / "specs").glob("*.yaml"))
AFFINE = {"kind": "affine"}
MLP = {"kind": "mlp", "hidden": [6], "activation": "tanh"}
SCALE = {"kind": "elementwise", "transform": AFFINE}
COUPLING = {"kind": "coupling", "transform": AFFINE, "conditioner": MLP}
STATE = {"state": {"kind": "vector", "size": 2}}
SIZES = (5, 3, 2, 4, 1, 6)
"""Sizes of the event, the first that suits an example is taken."""


@dataclass(frozen=True)
class Case:
    """A spec under a name; the spec is JSON, so that a case can be a key."""

    name: str
    family: str
    kind: str
    text: str

    @property
    def node(self) -> Node:
        return json.loads(self.text)

    @property
    def conditional(self) -> bool:
        return bool(self.node.get("context"))

    @property
    def event(self) -> str:
        return self.node["event"]["name"]

    def __str__(self) -> str:
        return self.name


def examples(family: str, kind: str) -> list[Node]:
    """The nodes that a kind's file gives as examples."""
    text = FAMILIES[family].examples(kind)
    return read_text(text, f"{family}/{kind}", any_top=True).plain()


def complete(node: Node) -> Spec | None:
    """The spec with every default; None if it is not valid.

    A context input that nothing reads makes a spec unfit too: another case is the same without.
    """
    try:
        spec = load_spec(node)
        warnings = check(spec)[1]
    except SpecError:
        return None
    return None if any(w.slug == "unread-context" for w in warnings) else spec


def spec_of(layers: list[Node], size: int, *, context: Node | None = None, **parts: Any) -> Node:
    """A spec around layers; the event is named, its support real unless `support` is given."""
    event = {"name": "point", "shape": [size], **parts.pop("event", {})}
    return {
        "flowspec": 1, "name": "law", "seed": 5, "event": event, "context": context or {},
        "layers": layers, **parts,
    }  # fmt: skip


def _transforms(node: Node, size: int) -> Iterator[tuple[str, Node]]:
    coupling = {**COUPLING, "transform": node}
    elementwise = {"kind": "elementwise", "transform": node}
    if size > 1:
        yield "in a coupling", spec_of([coupling, coupling], size)
        yield "in a coupling given context", spec_of([coupling, coupling], size, context=STATE)
    yield "elementwise", spec_of([elementwise], size)
    given = {**elementwise, "conditioner": MLP}
    yield "elementwise given context", spec_of([given], size, context=STATE)


def _layers(node: Node, size: int) -> Iterator[tuple[str, Node]]:
    for context, given in ((None, ""), (STATE, "given context")):
        plain = spec_of([node], size, context=context)
        yield given, plain if complete(plain) else spec_of([node, SCALE], size, context=context)


def _bases(node: Node, size: int) -> Iterator[tuple[str, Node]]:
    yield "", spec_of([SCALE], size, base=node)
    layers = [{**SCALE, "conditioner": MLP}, *([COUPLING] * (size > 1))]
    yield "given context", spec_of(layers, size, base=node, context=STATE)


def _supports(node: Node, size: int) -> Iterator[tuple[str, Node]]:
    layers = [SCALE] if size < 2 else [COUPLING, SCALE]
    yield "", spec_of(layers, size, event={"support": node})
    layers = [{**SCALE, "conditioner": MLP}, *([COUPLING] * (size > 1))]
    event = {"support": node, "standardize": True}
    yield "standardized given context", spec_of(layers, size, event=event, context=STATE)


def _conditioners(node: Node, size: int) -> Iterator[tuple[str, Node]]:
    coupling = {**COUPLING, "conditioner": node}
    if size > 1:
        yield "", spec_of([coupling, coupling], size)
    layers = [{**SCALE, "conditioner": node}, *([coupling] * (size > 1))]
    yield "given context", spec_of(layers, size, context=STATE)


def _contexts(node: Node, size: int) -> Iterator[tuple[str, Node]]:
    layers = [{**SCALE, "conditioner": MLP}, *([COUPLING] * (size > 1))]
    yield "", spec_of(layers, size, context={"given": node})


def _encoders(node: Node, size: int) -> Iterator[tuple[str, Node]]:
    for accepted in sorted(FAMILIES["encoders"].kinds[node["kind"]].accepts):
        context = {**examples("contexts", accepted)[0], "encoder": node}
        for _, spec in _contexts(context, size):
            yield f"of a {accepted}", spec


WRAPS = {
    "bases": _bases,
    "conditioners": _conditioners,
    "contexts": _contexts,
    "encoders": _encoders,
    "layers": _layers,
    "supports": _supports,
    "transforms": _transforms,
}
"""For each family, the small flows around an example, at a size of the event."""


def wrapped(family: str, kind: str, index: int, sizes: tuple[int, ...]) -> Iterator[Case]:
    """The cases of one example; each way of wrapping takes the first size that suits it."""
    node, found = examples(family, kind)[index], set()
    for size in sizes:
        for title, spec in WRAPS[family](node, size):
            valid = None if title in found else complete(spec)
            if valid is not None:
                found.add(title)
                name = " ".join(filter(None, (family, kind, str(index), title)))
                yield Case(name.replace(" ", "-"), family, kind, json.dumps(valid.as_node()))


def small(path: Path) -> Case:
    """A spec of the project, with shallower repeats and narrower networks."""
    node = load_spec(path).as_node()
    overrides = [f"{at}={json.dumps(value)}" for at, value in _shrunk(node, "")]
    valid = complete(load_spec(path, overrides).as_node())
    assert valid is not None
    return Case(f"specs-{path.stem}", "specs", path.stem, json.dumps(valid.as_node()))


def _shrunk(node: Any, at: str) -> Iterator[tuple[str, Any]]:
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in items:
        path = f"{at}.{key}" if at else str(key)
        if key == "repeat":
            yield path, min(value, 2)
        elif key == "hidden":
            yield path, [min(units, 8) for units in value]
        elif isinstance(value, dict | list):
            yield from _shrunk(value, path)


def every_example() -> Iterator[tuple[str, str, int]]:
    """Family, kind and number of every example of the catalogue."""
    for family in FAMILIES.values():
        for kind in family.kinds:
            for index in range(len(examples(family.name, kind))):
                yield family.name, kind, index


@functools.cache
def all_cases(sizes: tuple[int, ...] = SIZES) -> tuple[Case, ...]:
    """Every example of the catalogue, wrapped, at the first of the sizes that suits it."""
    return tuple(case for example in every_example() for case in wrapped(*example, sizes))


CASES = (*all_cases(), *map(small, SPECS))
EACH_KIND = tuple({(case.family, case.kind): case for case in CASES}.values())
"""One case of each kind, given context where there is one, and every spec."""
every_case = pytest.mark.parametrize("case", CASES, ids=str)
each_kind = pytest.mark.parametrize("case", EACH_KIND, ids=str)
every_dtype = pytest.mark.parametrize("dtype", ["float64", "float32"])
