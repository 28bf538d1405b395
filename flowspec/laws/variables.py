"""The store and what its variables do: they are the plan's, and each of them matters."""

from __future__ import annotations

from flowspec.backend import np, tf
from flowspec.flow import Flow
from flowspec.laws.agreement import budget, excess
from flowspec.laws.law import Measured
from flowspec.laws.subject import Subject


def as_planned(subject: Subject) -> Measured:
    """Variables of the store that are not the plan's, or the other way round."""
    plan, store = subject.flow.plan, subject.flow.store
    planned = {v.path: (v.shape, v.dtype, v.trainable) for v in plan.variables}
    found = {
        path: (tuple(v.shape), v.dtype, v.trainable) for path, v in subject.flow.variables.items()
    }
    wrong = [path for path in planned.keys() | found.keys() if planned.get(path) != found.get(path)]
    shared = {id(variable) for variable in store.weights}
    strange = {
        variable.path
        for model in subject.flow.models.values()
        for variable in model.weights
        if id(variable) not in shared
    }
    return Measured(len(wrong) + len(strange), 0, f"of {len(planned)} variables")


def all_learn(subject: Subject) -> Measured:
    """Trainable variables that the likelihood does not depend on."""
    store = subject.moved
    variables = {
        record.path: store.by_path()[record.path].value
        for record in store.plan.variables
        if record.trainable
    }
    with tf.GradientTape() as tape:
        tensors = subject.inputs(subject.event, subject.rows, store)
        mean = tf.reduce_mean(subject.run(("log_prob",), tensors, store)["log_prob"])
    gradients = tape.gradient(mean, variables, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    idle = [
        path for path, gradient in gradients.items()
        if not np.any(tf.convert_to_tensor(gradient).numpy() != 0)
    ]  # fmt: skip
    return Measured(len(idle), 0, _named(idle) or f"of {len(variables)} variables")


def context_matters(subject: Subject) -> Measured | None:
    """Context inputs that are read and change nothing, or change something unread."""
    plan = subject.flow.plan
    if not plan.contexts:
        return None
    read = {name for part in (plan.base, *plan.layers) for name in part.reads}
    before = subject.ask(("log_prob",), given=subject.event, store=subject.moved)["log_prob"]
    wrong = []
    for record in plan.contexts:
        rows = {**subject.rows, record.name: np.roll(subject.rows[record.name], 1, axis=0)}
        given = {"given": subject.event, "rows": rows, "store": subject.moved}
        changes = (subject.ask(("log_prob",), **given)["log_prob"] != before).any()
        if changes != (record.name in read) and record.count != 1:
            wrong.append(record.name)
    return Measured(len(wrong), 0, _named(wrong) or f"of {len(plan.contexts)} context inputs")


def starts_as_identity(subject: Subject) -> Measured | None:
    """How far a freshly compiled flow is from the identity, up to the support's map."""
    plan = subject.flow.plan
    if not plan.identity_at_start:
        return None
    fresh = Flow(plan).store
    tensors = subject.inputs("latent", subject.rows, fresh)
    value = tensors["latent"]
    for layer in plan.layers:
        if layer.family == "layers":
            part = fresh.chain[layer.path]
            features = [fresh.contexts[name](tensors[name]) for name in layer.reads]
            value, _ = part(value, features)
    error = excess(value.numpy(), tensors["latent"].numpy())
    return Measured(error, budget(subject, "identity"))


def _named(paths: list[str]) -> str:
    return ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
