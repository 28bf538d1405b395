"""Random pairs of specs: the second is the first after some edits, kept and broken ones alike."""

import copy

from hypothesis import strategies as st

from flowspec.diagnostics import SpecError
from flowspec.plan import plan
from flowspec.plan.checks.renames import starts
from flowspec.spec import load_spec
from tests.versioning.transfer.flows import COUPLING, GIVEN, MLP, SCALE, SPLINE, spec

EMBEDDING = {"kind": "embedding", "size": 2}
VECTORS = [
    {"kind": "vector", "size": 1},
    {"kind": "vector", "size": 3, "standardize": True},
    {"kind": "vector", "size": 2, "fields": ["u", "v"]},
    {"kind": "vector", "size": 3, "fields": ["v", "w", "u"], "standardize": True},
    {"kind": "vector", "size": 2, "encoder": {"kind": "mlp", "hidden": [3], "size": 2}},
]
CATEGORIES = [
    {"kind": "category", "count": 2},
    {"kind": "category", "labels": ["a", "b", "c"]},
    {"kind": "category", "labels": ["c", "b", "a", "d"], "encoder": EMBEDDING},
    {"kind": "category", "count": 4, "encoder": EMBEDDING},
]
ORDERS = ["reverse", "roll", [0, 1, 2]]
LAYERS = [
    COUPLING,
    SPLINE,
    SCALE,
    GIVEN,
    {"repeat": 2, "layers": [COUPLING]},
    {**COUPLING, "mask": "halves", "name": "halved"},
    *({"kind": "permutation", "order": order} for order in ORDERS),
]

layers = st.sampled_from(LAYERS).map(copy.deepcopy)
contexts = st.dictionaries(
    st.sampled_from(["one", "two"]), st.sampled_from(VECTORS + CATEGORIES), max_size=2
)
fields = st.permutations(["a", "b", "c"])


@st.composite
def nodes(draw):
    """A spec of three features."""
    event = draw(st.sampled_from([{}, {"standardize": True}, {"fields": ["a", "b", "c"]}]))
    base = {"kind": "normal", "learned": draw(st.booleans())}
    chain = draw(st.lists(layers, min_size=1, max_size=3))
    return spec(*chain, SCALE, context=draw(contexts), event=event, base=base)


def _layer(draw, node):
    chain = node["layers"]
    return draw(st.integers(0, len(chain) - 1)), chain


def append(draw, node):
    node["layers"].append(draw(layers))


def insert(draw, node):
    place, chain = _layer(draw, node)
    chain.insert(place, draw(layers))


def shift(draw, node):
    """A layer before all others, which are renamed."""
    count = len(node["layers"])
    node["layers"].insert(0, dict(SCALE))
    named = {i for i, one in enumerate(node["layers"]) if "name" in one}
    moved = {f"layers.{i}": f"layers.{i + 1}" for i in range(count) if i + 1 not in named}
    node["renames"] = moved


def remove(draw, node):
    place, chain = _layer(draw, node)
    del chain[place]


def swap(draw, node):
    place, chain = _layer(draw, node)
    chain.append(chain.pop(place))


def widen(draw, node):
    place, chain = _layer(draw, node)
    chain[place]["conditioner"] = {**MLP, "hidden": [draw(st.integers(3, 6))]}


def mask(draw, node):
    place, chain = _layer(draw, node)
    chain[place]["mask"] = draw(st.sampled_from(["even", "odd", "halves"]))


def bound(draw, node):
    place, chain = _layer(draw, node)
    chain[place]["transform"] = {"kind": "affine", "log_scale_bound": draw(st.floats(1, 3))}


def repeat(draw, node):
    place, chain = _layer(draw, node)
    chain[place]["repeat"] = draw(st.integers(1, 3))


def context(draw, node):
    name = draw(st.sampled_from(["one", "two", "three"]))
    node["context"][name] = draw(st.sampled_from(VECTORS + CATEGORIES))


def forget(draw, node):
    node["context"].pop(draw(st.sampled_from(["one", "two"])), None)


def turn(draw, node):
    node["context"] = dict(reversed(node["context"].items()))


def rename(draw, node):
    given = list(node["context"])
    if given:
        node["context"]["other"] = node["context"].pop(given[0])
        node["renames"] = {f"context.{given[0]}": "context.other"}


def event(draw, node):
    node["event"] = {**node["event"], **draw(st.sampled_from([
        {"standardize": True}, {"fields": ["a", "b", "c"]}, {"fields": ["c", "a", "b"]},
        {"shape": [4], "fields": ["b", "a", "c", "d"]},
        {"support": {"kind": "positive"}},
    ]))}  # fmt: skip


def base(draw, node):
    node["base"] = draw(st.sampled_from([
        {"kind": "normal"}, {"kind": "normal", "learned": True},
        {"kind": "normal", "conditioner": MLP},
    ]))  # fmt: skip


def relabel(draw, node):
    """A rename from anywhere to anywhere."""
    paths = sorted({start for path in _paths(node) for start in starts(path)})
    news = st.sampled_from([path for path in paths if path not in ("layers", "context")])
    node["renames"] = {
        **node.get("renames", {}), draw(st.sampled_from(OLD_PATHS) | news): draw(news)
    }  # fmt: skip


OLD_PATHS = ["layers.0", "layers.1", "layers.0.raw", "layers.1.raw", "layers.2.raw", "base.raw",
             "layers.0.conditioner", "layers.1.conditioner.dense_0", "context.one"]  # fmt: skip


def _paths(node):
    found = plan(load_spec(node))
    return [part.path for part in found.parts] + [one.path for one in found.variables]


EDITS = [append, insert, shift, remove, swap, widen, mask, bound, repeat, context, forget, turn,
         rename, event, base, relabel, relabel]  # fmt: skip


@st.composite
def pairs(draw):
    """Two specs."""
    node = draw(nodes().filter(valid))
    edited = copy.deepcopy(node)
    for edit in draw(st.lists(st.sampled_from(EDITS), min_size=1, max_size=4)):
        attempt = copy.deepcopy(edited)
        edit(draw, attempt)
        if valid(attempt):
            edited = attempt
    return node, edited


def valid(node):
    """Whether there is a plan of it."""
    try:
        plan(load_spec(node))
    except SpecError:
        return False
    return True


def context_renames(plan):
    """The context inputs of a plan that had other names, by those."""
    renames = plan.spec.get("renames") or {}
    return {
        old.removeprefix("context."): new.removeprefix("context.")
        for old, new in renames.items()
        if old.startswith("context.") and old.count(".") == new.count(".") == 1
    }
