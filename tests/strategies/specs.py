"""Specs that are valid by construction, small enough to be built.

Options come from the JSON Schema of each kind, so a new kind or option is drawn as soon as it
exists; what lies between two keys of a kind is said in `OWN`.
"""

from hypothesis import strategies as st

from flowspec.catalog import FAMILIES
from flowspec.spec import json_schema
from flowspec.spec.output import QUANTITIES
from tests.strategies.schema import names, nodes, values

UNITS = st.lists(st.integers(1, 6), max_size=2)
LABELS = st.lists(st.sampled_from(["push", "pull", "no", "1", "é"]), min_size=2, unique=True)


def definitions():
    return json_schema()["$defs"]


def schema_of(family, kind):
    return FAMILIES[family].kinds[kind].model_json_schema()


def kind_nodes(family, kind, **own):
    """Nodes of one kind of the catalogue."""
    schema = schema_of(family, kind)
    return nodes(schema, schema.get("$defs", {}), **own)


def a_kind(family, choose):
    """Nodes of any kind of a family; `choose` gives the strategies of a kind's own keys."""
    return st.sampled_from(sorted(FAMILIES[family].kinds)).flatmap(
        lambda kind: kind_nodes(family, kind, **choose(kind))
    )


def transforms():
    own = {"rational_quadratic_spline": {"bins": st.integers(2, 9), "min_bin": st.just(0.05)}}
    return a_kind("transforms", lambda kind: own.get(kind, {}))


def conditioners(contexts, *, least=0):
    """Networks that read some of the context inputs, or all."""
    some = st.lists(st.sampled_from(contexts), min_size=least, unique=True) if contexts else None
    return a_kind("conditioners", lambda kind: {"hidden": UNITS, "context": some})


def bases(contexts):
    learned = {"conditioner": None}
    given = {"conditioner": conditioners(contexts, least=1), "learned": st.just(False)}
    plain = a_kind("bases", lambda kind: learned)
    return plain | a_kind("bases", lambda kind: given) if contexts else plain


def bounds(size, low, high):
    one = st.floats(low, high)
    return one | st.lists(one, min_size=size, max_size=size)


def supports(size):
    own = {"interval": {"low": bounds(size, -9, -1), "high": bounds(size, 0, 9)}}
    return a_kind("supports", lambda kind: own.get(kind, {}))


def fields(size):
    return st.lists(st.text("abcdé -", min_size=1), min_size=size, max_size=size, unique=True)


def encoders(context):
    accepted = [
        name for name, kind in FAMILIES["encoders"].kinds.items() if context in kind.accepts
    ]
    return st.sampled_from(sorted(accepted)).flatmap(
        lambda kind: kind_nodes("encoders", kind, hidden=UNITS)
    )


@st.composite
def contexts_of(draw, kind):
    """A context input; its keys depend on each other."""
    if kind == "vector":
        size = draw(st.integers(1, 4))
        own = {"size": st.just(size), "fields": fields(size)}
    else:
        own = {"labels": LABELS, "count": None} if draw(st.booleans()) else {"labels": None}
    node = draw(kind_nodes("contexts", kind, encoder=encoders(kind), **own))
    if kind == "category" and "labels" not in node:
        node.setdefault("count", 3)
    return node


def contexts():
    return st.sampled_from(sorted(FAMILIES["contexts"].kinds)).flatmap(contexts_of)


def masks(size):
    words = schema_of("layers", "coupling")["properties"]["mask"]["oneOf"][0]["enum"]
    listed = st.permutations([1, 0, *[index % 2 for index in range(size - 2)]])
    return st.sampled_from(words) | listed


def layers(size, given):
    """Layers of any kind that suit an event of `size` features."""
    own = {
        "coupling": {"mask": masks(size), "conditioner": conditioners(given)},
        "elementwise": {"conditioner": conditioners(given, least=1) if given else None},
        "permutation": {"order": st.sampled_from(["reverse", "roll", "random"])
                        | st.permutations(range(size))},
    }  # fmt: skip
    kinds = sorted(FAMILIES["layers"].kinds.keys() - ({"coupling"} if size < 2 else set()))
    one = st.sampled_from(kinds).flatmap(
        lambda kind: kind_nodes(
            "layers", kind, transform=transforms(), name=None, **own.get(kind, {})
        )
    )
    repeat = st.fixed_dictionaries(
        {"repeat": st.integers(1, 3), "layers": st.lists(one, min_size=1, max_size=2)}
    )
    return st.lists(one | repeat, max_size=3)


@st.composite
def outputs(draw, event, conditional):
    """A question that has an answer."""
    quantities = (event, *QUANTITIES)
    given = draw(st.sampled_from([(), (event,), ("latent",)]))
    rest = [name for name in quantities if name not in given]
    node = {"returns": draw(st.lists(st.sampled_from(rest), min_size=1, unique=True))}
    if given:
        node["inputs"] = list(given)
    centre = conditional and not given and draw(st.booleans())
    if centre:
        node["deterministic"] = True
    if not given and not centre and draw(st.booleans()):
        node["draws"] = draw(st.integers(1, 4))
    uses_base = not given or {"log_prob", "base_log_prob"} & set(node["returns"])
    if uses_base and not centre and draw(st.booleans()):
        node["temperature"] = draw(st.floats(0.1, 3))
    return node


def training():
    known = definitions()
    norms = {"clipnorm": None}
    optimizer = st.sampled_from(["Adam", "Adamw", "Rmsprop", "Sgd"]).flatmap(
        lambda name: nodes(known[name], known, **norms)
    )
    return nodes(known["Training"], known, optimizer=optimizer)


@st.composite
def specs(draw):
    """Whole specs, as plain data."""
    size = draw(st.integers(1, 5))
    called = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    event, given = called[0], called[1:]
    known = definitions()
    chain = draw(layers(size, given))
    # By this one every feature is moved.
    chain.insert(draw(st.integers(0, len(chain))),
                 {"kind": "elementwise", "transform": draw(transforms())})  # fmt: skip
    own = {"name": st.just(event), "shape": st.just([size]), "support": supports(size),
           "fields": fields(size)}  # fmt: skip
    spec = {
        "flowspec": 1,
        "name": draw(names),
        "event": draw(nodes({**known["Event"], "required": ["name", "shape"]}, known, **own)),
        "context": {name: draw(contexts()) for name in given},
        "layers": chain,
    }
    optional = {
        "version": st.sampled_from(["1.0.0", "0.2.10-rc.1+b"]),
        "description": st.text(
            st.characters(exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp"]), max_size=20
        ),
        "dtype": st.sampled_from(["float32", "float64"]),
        "seed": st.integers(0, 2**63 - 1),
        "base": bases(given),
        "outputs": st.dictionaries(names, outputs(event, bool(given)), min_size=1, max_size=3),
        "training": training(),
    }
    return {**spec, **draw(st.fixed_dictionaries({}, optional=optional))}


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | values(
        {"enum": ["kind", "affine", "coupling", "latent", "log_prob", "event", 0, -1, 2**70]}, {}
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["kind", "repeat", "layers", "name", "x"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)


@st.composite
def mutated(draw, source=None):
    """Specs with some places changed, removed, doubled or exchanged."""
    spec = draw(specs() if source is None else source)
    for _ in range(draw(st.integers(1, 3))):
        spec = _changed(draw, spec)
    return spec


def _changed(draw, node):
    """The node with one change, here or further in."""
    children = list(node) if isinstance(node, dict) else list(range(len(node)))
    if not children:
        return draw(json_values)
    at = draw(st.sampled_from(children))
    below = node[at]
    if isinstance(below, dict | list) and draw(st.integers(0, 3)):
        return _with(node, at, _changed(draw, below))
    match draw(st.sampled_from(["replace", "remove", "add", "rename"])):
        case "replace":
            return _with(node, at, draw(json_values))
        case "remove":
            return _without(node, at)
        case "add":
            new = draw(json_values)
            return (
                {**node, draw(st.text(max_size=5)): new} if isinstance(node, dict) else [*node, new]
            )
        case _:
            kept = _without(node, at)
            return {**kept, f"{at}x": below} if isinstance(node, dict) else [below, *kept]


def _with(node, at, value):
    if isinstance(node, dict):
        return {**node, at: value}
    return [*node[:at], value, *node[at + 1 :]]


def _without(node, at):
    if isinstance(node, dict):
        return {key: value for key, value in node.items() if key != at}
    return [*node[:at], *node[at + 1 :]]
