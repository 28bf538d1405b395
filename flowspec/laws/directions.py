"""Forward and inverse: they undo each other, and the ldj is that of the Jacobian."""

from __future__ import annotations

from typing import Any

from flowspec.backend import np, tf
from flowspec.laws.agreement import budget, excess, over_one_ulp, unclipped
from flowspec.laws.law import Measured
from flowspec.laws.subject import Subject

ROWS = 8
MAX_FEATURES = 256


def there_and_back(subject: Subject) -> Measured:
    """The latents that the events of given latents come from, and their ldj."""
    there = subject.ask((subject.event, "ldj"), given="latent")
    rows = {**subject.rows, subject.event: np.asarray(there[subject.event], np.float64)}
    back = subject.ask(("latent", "ldj"), given=subject.event, rows=rows)
    slack = over_one_ulp(subject, ("latent", "ldj"), subject.event, rows)
    keep = unclipped(subject, there[subject.event])
    errors = {
        "latent": excess(back["latent"][keep], subject.rows["latent"][keep], slack["latent"][keep]),
        "ldj": excess(-back["ldj"][keep], there["ldj"][keep], slack["ldj"][keep]),
    }
    worst = max(errors, key=lambda name: errors[name])
    return Measured(errors[worst], budget(subject, "round trip"), f"the {worst}")


def jacobian(subject: Subject) -> Measured | None:
    """The ldj of both directions against the automatic Jacobian, in float64."""
    if subject.flow.plan.event.size > MAX_FEATURES:
        return None
    errors = {
        "forward": _off_jacobian(subject, "latent", subject.event),
        "inverse": _off_jacobian(subject, subject.event, "latent"),
    }
    worst = max(errors, key=lambda name: errors[name])
    return Measured(errors[worst], budget(subject, "jacobian", "float64"), f"going {worst}")


def _off_jacobian(subject: Subject, given: str, result: str) -> float:
    store, inside = subject.twin, unclipped(subject, subject.rows[subject.event])
    rows = {name: array[inside][:ROWS] for name, array in subject.rows.items()}
    tensors = subject.inputs(given, rows, store)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(tensors[given])
        answered = subject.run((result, "ldj"), tensors, store)
        columns = tf.unstack(answered[result], axis=-1)
    zero = tf.UnconnectedGradients.ZERO
    point = tensors[given]
    lines = [tape.gradient(column, point, unconnected_gradients=zero) for column in columns]
    matrix: Any = np.stack(lines, axis=-2)
    return excess(answered["ldj"].numpy(), np.linalg.slogdet(matrix)[1])
