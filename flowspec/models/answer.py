"""Runs the steps of an output over the store's layers, on tensors or on symbolic Keras tensors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flowspec.backend import Tensor
from flowspec.build import Store
from flowspec.build.glue import FoldDraws, LogProb, MarkUnknown, RepeatRows
from flowspec.build.part import Part
from flowspec.build.store import ModelParts
from flowspec.plan.solver import SEED
from flowspec.records import OutputRecord, Step


def answer(
    store: Store | ModelParts, output: OutputRecord, inputs: Mapping[str, Tensor], draws: Any = None
) -> dict[str, Tensor]:
    """What the output returns, by name.

    Args:
        store: The built flow, or the parts of one model.
        output: The question and its steps.
        inputs: The output's inputs by name, each `(B, …)`.
        draws: Draws per row; overrides the output's own, and may be an integer tensor.
    """
    draws = output.draws if draws is None else draws
    run = _Run(store, output, inputs, draws)
    for step in output.steps:
        run.take(step)
    return run.returns()


@dataclass
class _Run:
    """The values that pass from step to step."""

    store: Store | ModelParts
    output: OutputRecord
    inputs: Mapping[str, Tensor]
    draws: Any
    features: dict[str, Tensor] = field(default_factory=dict)
    encoded: list[Tensor] = field(default_factory=list)
    value: Tensor = None
    latent: Tensor = None
    ldj: Tensor = None
    base_log_prob: Tensor = None

    def __post_init__(self) -> None:
        given = {"event": self.store.plan.event.name, "latent": "latent"}.get(self.output.origin)
        if given is not None:
            self.value = self.inputs[given]
        if self.output.origin == "latent":
            self.latent = self.value

    def take(self, step: Step) -> None:
        """Run one step."""
        getattr(self, f"_{step.operation}")(step)

    def returns(self) -> dict[str, Tensor]:
        """The returned quantities, draws on an axis of their own."""
        names = [record.name for record in self.output.returns]
        folded = {name: self._fold(name, self._quantity(name)) for name in names}
        if not self.encoded:
            return folded
        return {
            name: MarkUnknown(name=f"known.{name}", dtype=value.dtype)(value, self.encoded)
            for name, value in folded.items()
        }

    def _encode(self, step: Step) -> None:
        name = step.layer.removeprefix("context.")
        self.features[name] = self.store.contexts[name](self.inputs[name])
        self.encoded.append(self.features[name])

    def _draw(self, step: Step) -> None:
        self._start(self.inputs[SEED], "draw")

    def _centre(self, step: Step) -> None:
        self._start(self.inputs[self.store.plan.contexts[0].name], "centre")

    def _start(self, rows: Tensor, mode: str) -> None:
        base = self.store.base
        self.latent, self.base_log_prob = base(
            rows, self._read(base), mode=mode, draws=self.draws,
            temperature=self.output.temperature,
        )  # fmt: skip
        self.value = self.latent

    def _base_log_prob(self, step: Step) -> None:
        base = self.store.base
        if self.latent is None:
            self.latent = self.value
        self.base_log_prob = base(
            self.latent, self._read(base), mode="log_prob", temperature=self.output.temperature
        )

    def _repeat(self, step: Step) -> None:
        for name, value in self.features.items():
            self.features[name] = RepeatRows(name=f"repeat.{name}")(value, draws=self.draws)

    def _forward(self, step: Step) -> None:
        self._through(step, inverse=False)

    def _inverse(self, step: Step) -> None:
        self._through(step, inverse=True)

    def _through(self, step: Step, *, inverse: bool) -> None:
        layer = self.store.chain[step.layer]
        self.value, self.ldj = layer(self.value, self._read(layer), inverse=inverse, ldj=self.ldj)

    def _read(self, part: Part) -> list[Tensor]:
        return [self.features[name] for name in part.record.reads]

    def _quantity(self, name: str) -> Tensor:
        if name == "log_prob":
            combine = LogProb(inverse=self.output.origin == "event", dtype=self.store.plan.dtype)
            return combine(self.base_log_prob, self.ldj)
        if name == "latent":
            return self.value if self.output.origin == "event" else self.latent
        return {"ldj": self.ldj, "base_log_prob": self.base_log_prob}.get(name, self.value)

    def _fold(self, name: str, value: Tensor) -> Tensor:
        """`(B·S, …)` to `(B, S, …)`."""
        if self.draws is None:
            return value
        return FoldDraws(name=f"fold.{name}", dtype=self.store.plan.dtype)(value, draws=self.draws)
