"""Pairs of specs: one, and the same with some things changed."""

import copy

from hypothesis import strategies as st

from flowspec.diagnostics import SpecError
from flowspec.plan import plan
from flowspec.spec import load_spec
from flowspec.versioning.diff.side import Side
from tests.strategies.specs import specs


def side(spec):
    """A version of a flow; None where the spec is not valid."""
    try:
        return Side("data", plan(load_spec(spec)))
    except SpecError:
        return None


def turned(node):
    """The same spec with the keys of its maps in another order, where the order means nothing."""
    if isinstance(node, list):
        return list(map(turned, node))
    if not isinstance(node, dict):
        return node
    inner = {key: value if key == "context" else turned(value) for key, value in node.items()}
    return dict(reversed(inner.items()))


def places(node, path=()):
    """The path of every value in a spec."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield (*path, key)
            yield from places(value, (*path, key))
    if isinstance(node, list):
        for index, value in enumerate(node):
            yield (*path, index)
            yield from places(value, (*path, index))


def at(node, path):
    for step in path:
        node = node[step]
    return node


def move(draw, spec):
    """Name a layer, declared or not, or put one in, or take one out, or move one."""
    layers = spec["layers"]
    place = draw(st.integers(0, len(layers) - 1))
    how = draw(st.sampled_from(["name", "rename", "put", "double", "take", "move"]))
    if how in ("name", "rename"):
        name = f"n{len(layers)}"
        if how == "rename":
            old = layers[place].get("name", place)
            spec.setdefault("renames", {})[f"layers.{old}"] = f"layers.{name}"
        layers[place]["name"] = name
    elif how == "put":
        layers.insert(place, {"kind": "permutation"})
    elif how == "double":
        layers.insert(place, copy.deepcopy(layers[place]))
    elif how == "take" and len(layers) > 1:
        del layers[place]
    elif how == "move":
        layers.insert(draw(st.integers(0, len(layers) - 1)), layers.pop(place))


@st.composite
def changed(draw, spec, other):
    """The spec with some places as in another one, removed, doubled or exchanged."""
    spec = copy.deepcopy(spec)
    for _ in range(draw(st.integers(0, 2))):
        move(draw, spec)
    for _ in range(draw(st.integers(0, 3))):
        *path, last = draw(st.sampled_from(list(places(spec))))
        parent = at(spec, path)
        how = draw(st.sampled_from(["other", "remove", "double", "exchange", "random"]))
        if how == "other":
            similar = [p for p in places(other) if p and p[-1] == last]
            if similar:
                parent[last] = copy.deepcopy(at(other, draw(st.sampled_from(similar))))
        elif how == "remove":
            del parent[last]
        elif isinstance(parent, list) and how == "double":
            parent.insert(last, copy.deepcopy(parent[last]))
        elif isinstance(parent, list) and how == "exchange":
            place = draw(st.integers(0, len(parent) - 1))
            parent[last], parent[place] = parent[place], parent[last]
        elif isinstance(parent, dict) and how == "double":
            parent[draw(st.sampled_from(["a", "fresh", "layers"]))] = copy.deepcopy(parent[last])
        elif isinstance(parent, dict) and how == "exchange":
            spec_at = list(parent.items())[::-1]
            parent.clear()
            parent.update(spec_at)
        elif isinstance(parent[last], bool):
            parent[last] = not parent[last]
        elif isinstance(parent[last], int | float):
            parent[last] = parent[last] + draw(st.integers(1, 2))
    return spec


@st.composite
def pairs(draw):
    """Two valid specs, one a change of the other."""
    old, other = draw(specs()), draw(specs())
    return side(old), side(draw(changed(old, other)))
