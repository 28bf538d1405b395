"""The outputs of a plan as methods of the generated class: their steps, written out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flowspec import shapes
from flowspec.generate.identifiers import identifiers
from flowspec.generate.python.docs import docstring
from flowspec.generate.python.reserved import KERAS, OWN
from flowspec.plan.solver import SEED
from flowspec.records import InputRecord, OutputRecord, Plan

HELPERS = ("fold_draws", "mark_unknown", "rows")
"""Functions that the methods call, in the order in which the module has them."""

LOCAL = frozenset({*HELPERS, "DTYPE", "FlowDistribution", "SIZE", "base_log_prob", "event",
                   "features", "latent", "ldj", "repeated", "self", "tf"})  # fmt: skip
"""Names that the methods use."""

_DENSITIES = {"base_log_prob", "log_prob"}


@dataclass(frozen=True)
class Method:
    """An output as a method.

    Attributes:
        name: Its name, the output's unless a Keras model needs that.
        parameters: The inputs by the names of the parameters.
        text: Its docstring.
        body: Its lines.
    """

    name: str
    parameters: dict[str, InputRecord]
    text: str
    body: list[str]


def methods_of(plan: Plan) -> list[Method]:
    """The methods that answer the outputs of a plan."""
    names = identifiers((output.name for output in plan.outputs), KERAS | OWN)
    return [_method(plan, output, names[output.name]) for output in plan.outputs]


def parameters_of(plan: Plan, inputs: Iterable[InputRecord]) -> dict[str, InputRecord]:
    """The inputs of a method by the names of its parameters."""
    records = {record.name: record for record in inputs}
    # What is given may be called as it is inside the method.
    given = {"latent", *({"event"} & {plan.event.name})}
    names = identifiers(records, LOCAL - (given & records.keys()))
    return {names[name]: record for name, record in records.items()}


def _method(plan: Plan, output: OutputRecord, name: str) -> Method:
    named = parameters_of(plan, output.inputs)
    return Method(
        name=name,
        parameters=named,
        text=docstring(_text(plan, output, named), 8),
        body=list(_Body(plan, output, named).lines()),
    )


class _Body:
    """Writes the steps of an output."""

    def __init__(self, plan: Plan, output: OutputRecord, named: dict[str, InputRecord]) -> None:
        self._plan = plan
        self._output = output
        self._given = {record.name: parameter for parameter, record in named.items()}
        self._wanted = {record.name for record in output.returns}
        self._operations = [step.operation for step in output.steps]
        names = [step.layer.removeprefix("context.") for step in output.steps
                 if step.operation == "encode"]  # fmt: skip
        self._encoded = {name: self._given[name] for name in names}

    def lines(self) -> Iterable[str]:
        """The statements."""
        if self._encoded:
            pairs = ", ".join(f"{name!r}: {given}" for name, given in self._encoded.items())
            yield f"features = self._encode({{{pairs}}})"
        yield from getattr(self, f"_{self._output.origin}")()
        yield f"return {self._returned()}"

    def _draw(self) -> Iterable[str]:
        options = self._tempered()
        options = [f"draws={self._output.draws}", *options] if self._output.draws else options
        yield from self._started("draw", f'rows({self._given[SEED]}, "int64")', options)

    def _centre(self) -> Iterable[str]:
        first = self._given[self._plan.contexts[0].name]
        yield from self._started("centre", f"tf.shape({first})[0]", [])

    def _started(self, method: str, start: str, options: list[str]) -> Iterable[str]:
        arguments = ", ".join([start, *self._read_by_base(), *options])
        density = "base_log_prob" if _DENSITIES & self._wanted else "_"
        yield f"latent, {density} = self.base.{method}({arguments})"
        if "repeat" in self._operations:
            repeated = f"tf.repeat(value, {self._output.draws}, axis=0)"
            yield f"repeated = {{name: {repeated} for name, value in features.items()}}"
        yield from self._forward()

    def _latent(self) -> Iterable[str]:
        yield "latent = rows(latent, DTYPE, SIZE)"
        if "base_log_prob" in self._operations:
            yield self._base_log_prob()
        yield from self._forward()

    def _event(self) -> Iterable[str]:
        yield f"event = rows({self._given[self._plan.event.name]}, DTYPE, SIZE)"
        latent = "latent" if ({"latent"} | _DENSITIES) & self._wanted else "_"
        yield from self._through("_to_latent", "event", latent)
        if "base_log_prob" in self._operations:
            yield self._base_log_prob()

    def _forward(self) -> Iterable[str]:
        if "forward" in self._operations:
            event = "event" if self._plan.event.name in self._wanted else "_"
            yield from self._through("_to_event", "latent", event)

    def _through(self, method: str, start: str, end: str) -> Iterable[str]:
        ldj = "ldj" if {"ldj", "log_prob"} & self._wanted else "_"
        name = "repeated" if "repeat" in self._operations else "features"
        name = name if self._encoded else "{}"
        passed = f", {name}" if self._plan.conditional else ""
        yield f"{end}, {ldj} = self.{method}({start}{passed})"

    def _base_log_prob(self) -> str:
        arguments = ", ".join(["latent", *self._read_by_base(), *self._tempered()])
        return f"base_log_prob = self.base({arguments})"

    def _read_by_base(self) -> list[str]:
        """The argument with the encoded context, where the base reads some."""
        return ["features"] if self._plan.base.reads else []

    def _tempered(self) -> list[str]:
        heat = self._output.temperature
        return [] if heat == 1.0 else [f"temperature={heat!r}"]

    def _returned(self) -> str:
        sign = "+" if self._output.origin == "event" else "-"
        values = {"log_prob": f"base_log_prob {sign} ldj", self._plan.event.name: "event"}
        names = [record.name for record in self._output.returns]
        pairs = [f"{name!r}: {self._finished(values.get(name, name))}" for name in names]
        return f"{{{', '.join(pairs)}}}"

    def _finished(self, value: str) -> str:
        """The value with its draws folded and rows of unknown context marked."""
        if self._output.draws:
            value = f"fold_draws({value}, {self._output.draws})"
        return f"mark_unknown({value}, features)" if self._encoded else value


def _text(plan: Plan, output: OutputRecord, named: dict[str, InputRecord]) -> str:
    event = plan.event.name
    times = f" {output.draws} times a row" if output.draws else ""
    start = {
        "draw": f"Draw from the base{times}",
        "centre": "Start at the base's centre",
        "latent": "Start at given latents",
        "event": f"Start at given `{event}`",
    }[output.origin]
    heat = f", its scale times {output.temperature:g}" if output.temperature != 1 else ""
    names = _listed([f"`{one.name}`" for one in output.returns])
    inputs = [f"    {name}: {_form(record)}" for name, record in named.items()]
    returns = [f"`{one.name}` {_shape(one)}" for one in output.returns]
    arguments = "\n".join(["Args:", *inputs])
    returned = f"Returns:\n    {_listed(returns)}."
    return f"{start}{heat}, and return {names}.\n\n{arguments}\n\n{returned}"


def _form(record: InputRecord) -> str:
    shape = _shape(record)
    if record.name == SEED:
        return f"{shape}, integers; a row's draws depend on its seed alone."
    if record.count is not None:
        return f"{shape}, integers from 0 to {record.count - 1}."
    return f"{shape}."


def _shape(record: InputRecord) -> str:
    return f"`{shapes.text(record.shape)}`"


def _listed(texts: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(texts[:-1]), *texts[-1:]]))
