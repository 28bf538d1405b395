"""Small flows, their plans, weights and rows; log_prob is asked of a store, without any model."""

import functools
import json
import zlib

import numpy as np

from flowspec.catalog import FAMILIES
from flowspec.plan import Question, plan, solve
from flowspec.spec import load_spec
from flowspec.spec.output import Output

ROWS = 5
MLP = {"kind": "mlp", "hidden": [4], "activation": "tanh"}
COUPLING = {"kind": "coupling", "transform": {"kind": "affine"}, "conditioner": MLP}
SPLINE = {
    "kind": "coupling",
    "transform": {"kind": "rational_quadratic_spline", "bins": 3},
    "conditioner": MLP,
}
SCALE = {"kind": "elementwise", "transform": {"kind": "affine"}}
GIVEN = {**SCALE, "conditioner": MLP}
STATE = {"kind": "vector", "size": 2}
TASK = {"kind": "category", "count": 3}
LABELS = {"kind": "category", "labels": ["red", "green", "blue"]}


def spec(*layers, size=3, **parts):
    """A spec around layers, in float64."""
    event = {"name": "y", "shape": [size], **parts.pop("event", {})}
    return {
        "flowspec": 1, "name": "moved", "dtype": "float64", "event": event,
        "layers": list(layers), **parts,
    }  # fmt: skip


def planned(node, *overrides):
    """The plan of a spec, made once."""
    return _planned(json.dumps(node), overrides)


@functools.cache
def _planned(text, overrides):
    return plan(load_spec(json.loads(text), overrides))


def random(*key):
    """Numbers that depend on the key alone."""
    return np.random.default_rng(zlib.crc32("/".join(map(str, key)).encode()))


def weights_of(plan):
    """Values that a training could lead to: none is where it started."""
    found = {}
    for variable in plan.variables:
        noise = 0.5 * random(variable.path).normal(size=variable.shape)
        value = np.exp(noise) if variable.initializer == "ones" else noise
        found[variable.path] = value.astype(variable.dtype)
    return found


def log_prob(plan, weights, rows):
    """The log-density of rows of event and context."""
    import tensorflow as tf

    from flowspec.models import answer

    store = store_of(plan)
    for path, variable in store.by_path().items():
        variable.assign(weights[path])
    asked = Question.of("log_prob", Output(inputs=(plan.event.name,), returns=("log_prob",)))
    record = solve(plan, asked, _refuse)
    inputs = {one.name: tf.constant(rows[one.name], one.dtype) for one in record.inputs}
    return answer(store, record, inputs)["log_prob"].numpy()


def store_of(plan):
    """A store for a plan."""
    return _store(plan.model_dump_json())


@functools.lru_cache(maxsize=64)
def _store(text):
    from flowspec.build import Store
    from flowspec.records import Plan

    plan = Plan.model_validate_json(text)
    return Store(plan, policy=plan.dtype)


def _refuse(slug, message, *_, **__):
    raise AssertionError(f"{slug}: {message}")


def rows_of(plan, count=ROWS):
    """Rows of event and context; categories take values that every smaller one has too."""
    support = FAMILIES["supports"].make(plan.event.support)
    points = random("event", plan.event.size).normal(size=(count, plan.event.size))
    rows = {plan.event.name: np.asarray(support.constrain(points)[0])}
    for context in plan.contexts:
        draw = random("context", context.name)
        if context.count is not None:
            rows[context.name] = draw.integers(0, context.count, size=count).astype("int32")
        else:
            rows[context.name] = draw.normal(size=(count, context.shape[1]))
    return rows


def is_read(plan, context):
    """Whether anything depends on a context input."""
    return any(context.name in part.reads for part in (plan.base, *plan.layers))


def only_known(old, new, rows, renamed=None):
    """Rows of a new flow in which each category of the old one has a value that it knows."""
    names = dict(renamed or {})
    fresh = {context.name: context for context in new.contexts}
    found = dict(rows)
    for context in old.contexts:
        name = names.get(context.name, context.name)
        if context.count is not None and is_read(old, context):
            labels = named(new, f"context.{name}.labels", fresh[name].labels)
            labels = labels if context.labels else None
            known = [labels.index(each) for each in context.labels] if labels else None
            places = np.array(known or range(context.count), "int32")
            found[name] = places[rows[name] % context.count]
    return found


def seen_before(old, new, rows, renamed=None):
    """Rows of a new flow as the old one is asked about them, what it does not know left out."""
    names = dict(renamed or {})
    fresh = {context.name: context for context in new.contexts}
    fields = named(new, "event.fields", new.event.fields)
    found = {
        old.event.name: rows[new.event.name][:, chosen(old.event.fields, fields, old.event.size)]
    }
    for context in old.contexts:
        name = names.get(context.name, context.name)
        if not is_read(old, context):
            found[context.name] = rows_of(old)[context.name]
        elif context.count is None:
            fields = named(new, f"context.{name}.fields", fresh[name].fields)
            columns = chosen(context.fields, fields, context.shape[1])
            found[context.name] = rows[name][:, columns]
        elif context.labels and fresh[name].labels:
            known = named(new, f"context.{name}.labels", fresh[name].labels)
            labels = [known[index] for index in rows[name]]
            found[context.name] = np.array([context.labels.index(label) for label in labels])
        else:
            found[context.name] = rows[name]
    return found


def chosen(old, new, size):
    """The columns of new rows that old rows have, in the old order."""
    return [new.index(name) for name in old] if old and new else list(range(size))


def named(plan, path, names):
    """The names that fields or labels had, by renames of single ones."""
    renames = plan.spec.get("renames") or {}
    back = {new: old.rpartition(".")[2] for old, new in renames.items()}
    gone = {old for old in renames if old not in back}
    return names and [
        back.get(f"{path}.{name}", f"({name})" if f"{path}.{name}" in gone else name)
        for name in names
    ]
