"""The outputs of a plan as callers see them: what templates of code are filled with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flowspec import shapes
from flowspec.catalog.supports import SUPPORTS
from flowspec.data.support import inside
from flowspec.generate.identifiers import classes
from flowspec.plan.solver import SEED
from flowspec.records import ContextRecord, InputRecord, OutputRecord, Plan

Bounds = list[float | None] | None


@dataclass(frozen=True)
class Quantity:
    """An input or a return of an output.

    Attributes:
        name: Its name.
        shape: As people write it: `(B, 6)`.
        sizes: Its axes after the batch.
        dtype: Of its numbers.
        meaning: What it is, in a few words.
        count: How many values a category has.
        labels: A text for each of them, where the spec has some.
        fields: The names of its features, where the spec has some.
        low: The lower bound of each feature of an event, None where there is none.
        high: The upper one.
    """

    name: str
    shape: str
    sizes: tuple[int, ...]
    dtype: str
    meaning: str
    count: int | None = None
    labels: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    low: Bounds = None
    high: Bounds = None

    @property
    def bounded(self) -> bool:
        """Whether some feature has a bound."""
        return any(bound is not None for bound in (*(self.low or ()), *(self.high or ())))

    @property
    def example(self) -> Any:
        """A value that one row can have, as JSON holds it."""
        if self.count is not None:
            return self.labels[-1] if self.labels else self.count - 1
        size = self.sizes[0] if self.sizes else 1
        pairs = zip(self.low or [None] * size, self.high or [None] * size, strict=True)
        return [inside(low, high) for low, high in pairs]


@dataclass(frozen=True)
class Endpoint:
    """An output of a flow.

    Attributes:
        name: Its name.
        type: Its name as that of a class.
        meaning: What it answers, in a sentence without its end.
        inputs: What it is given, but for seeds.
        returns: What it returns.
        seeded: Whether it draws.
        draws: Draws per row, where the output has several by itself.
        record: As the plan has it.
    """

    name: str
    type: str
    meaning: str
    inputs: tuple[Quantity, ...]
    returns: tuple[Quantity, ...]
    seeded: bool
    draws: int | None
    record: OutputRecord


def endpoints(plan: Plan) -> tuple[Endpoint, ...]:
    """The outputs of a plan, in its order."""
    types = classes(output.name for output in plan.outputs)
    return tuple(_endpoint(plan, output, types) for output in plan.outputs)


def example(endpoint: Endpoint, rows: int = 2) -> dict[str, Any]:
    """Inputs of some equal rows that the output answers, as JSON holds them."""
    return {one.name: [one.example] * rows for one in endpoint.inputs}


def _endpoint(plan: Plan, output: OutputRecord, types: Mapping[str, str]) -> Endpoint:
    inputs = [record for record in output.inputs if record.name != SEED]
    return Endpoint(
        name=output.name,
        type=types[output.name],
        meaning=_meaning(plan, output),
        inputs=tuple(_quantity(plan, record) for record in inputs),
        returns=tuple(_quantity(plan, record) for record in output.returns),
        seeded=len(inputs) < len(output.inputs),
        draws=output.draws,
        record=output,
    )


def _meaning(plan: Plan, output: OutputRecord) -> str:
    returned = _joined([record.name for record in output.returns])
    context = _joined([context.name for context in plan.contexts])
    given = f" given {context}" if context else ""
    heat = f", at temperature {output.temperature:g}" if output.temperature != 1 else ""
    event = plan.event.name
    return {
        "draw": f"{returned}, drawn{given}{heat}",
        "centre": f"{returned} at the image of the base's centre{given}",
        "latent": f"{returned} of latents{given}",
        "event": f"{returned} of {event}{given}",
    }[output.origin]


def _quantity(plan: Plan, record: InputRecord) -> Quantity:
    sizes = tuple(axis for axis in record.shape if isinstance(axis, int))
    plain = Quantity(
        record.name, shapes.text(record.shape), sizes, record.dtype,
        _QUANTITIES.get(record.name, ""),
    )  # fmt: skip
    if record.name == plan.event.name:
        return _event(plan, plain)
    context = next((one for one in plan.contexts if one.name == record.name), None)
    return plain if context is None else _context(context, plain)


def _event(plan: Plan, plain: Quantity) -> Quantity:
    support = SUPPORTS.make(plan.event.support)
    low, high = support.limits(plan.event.size) or (None, None)
    return replace(
        plain, meaning=f"the event, on {support.text()}", fields=plan.event.fields or (),
        low=low, high=high,
    )  # fmt: skip


def _context(context: ContextRecord, plain: Quantity) -> Quantity:
    if context.count is None:
        meaning = f"a vector of {plain.sizes[0]}"
        return replace(plain, meaning=meaning, fields=context.fields or ())
    meaning = f"a category, by its index from 0 to {context.count - 1}"
    if context.labels:
        meaning += " or its label"
    return replace(plain, meaning=meaning, count=context.count, labels=context.labels or ())


_QUANTITIES = {
    "latent": "the point in the base's space",
    "log_prob": "the log-density of the event, in nats",
    "base_log_prob": "the log-density of the latent under the base, in nats",
    "ldj": "the log-determinant of the Jacobian of the direction that is run",
}


def _joined(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
