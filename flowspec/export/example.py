"""One row of inputs that a flow answers sensibly, for forms and documentation of what is served."""

from __future__ import annotations

import json
from typing import Any, Final

from flowspec.backend import np, tf
from flowspec.build import Store
from flowspec.models import answer
from flowspec.plan import Question, solve
from flowspec.plan.solver import SEED
from flowspec.records import ContextRecord

MOST_BYTES: Final = 65_536
"""An example that takes more room as JSON is left out."""


def example_row(store: Store) -> dict[str, Any]:
    """A value for each context input, the event and the latent, as JSON data.

    A vector has its fitted mean, a category its first value; event and latent are one draw. No
    row of any data is among them.

    Returns:
        The values by name; nothing where they would take too much room.
    """
    plan = store.plan
    given = {context.name: _typical(store, context) for context in plan.contexts}
    question = Question(name="example", returns=(plan.event.name, "latent"))
    output = solve(plan, question, _never)
    if output is None:
        return {}
    rows = {name: tf.constant(value[np.newaxis]) for name, value in given.items()}
    drawn = answer(store, output, {**rows, SEED: tf.constant([0], tf.int64)})
    row = {**given, **{name: np.asarray(value)[0] for name, value in drawn.items()}}
    example = {name: value.tolist() for name, value in row.items()}
    is_finite = all(np.isfinite(value).all() for value in row.values())
    return example if is_finite and len(json.dumps(example)) <= MOST_BYTES else {}


def _typical(store: Store, context: ContextRecord) -> Any:
    sizes = tuple(axis for axis in context.shape if isinstance(axis, int))
    mean = store.by_path().get(f"{context.layer.path}.mean")
    value = np.zeros(sizes) if mean is None else np.asarray(mean)
    return value.astype(context.dtype)


def _never(slug: str, message: str, source: Any, **details: Any) -> None:
    """Drawing an event can always be answered."""
