"""The flow that is measured: its twin in float64, rows to ask about, and its answers."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flowspec.backend import np, tf
from flowspec.build import Store
from flowspec.flow import Flow
from flowspec.hashing import hash_bits
from flowspec.models import answer
from flowspec.plan import Question, plan, solve
from flowspec.spec import load_spec

Arrays = Mapping[str, Any]

MAX_ROWS = 64
MAX_NEIGHBOURS = 20_000
"""The most rows that one answer runs on: each row, and two neighbours of each of its features."""

SPREAD = 0.3
"""The standard deviation of what `moved` adds to a variable, times the root of its inputs."""


class Subject:
    """A flow under the eye of the laws.

    Attributes:
        flow: The flow, in its own dtype.
        rows: Every input by name, `(B, …)`: context, seeds, latents, and the events they become.
        saved_model: The folder of its SavedModel; None where it has none yet.
    """

    def __init__(self, flow: Flow, saved_model: Path | None = None) -> None:
        self.flow = flow
        self.saved_model = saved_model
        size = flow.plan.event.size
        self.count = max(4, min(MAX_ROWS, MAX_NEIGHBOURS // (1 + 2 * size)))
        self.rows: dict[str, Any] = {**self._context(), "seed": np.arange(self.count)}
        drawn = self.ask((flow.plan.event.name, "latent"))
        self.rows.update({name: np.asarray(value, np.float64) for name, value in drawn.items()})

    @property
    def event(self) -> str:
        """The event's name."""
        return self.flow.plan.event.name

    @property
    def dtype(self) -> str:
        """The flow's dtype."""
        return self.flow.plan.dtype

    @property
    def context(self) -> Arrays:
        """The context inputs among the rows."""
        return {record.name: self.rows[record.name] for record in self.flow.plan.contexts}

    @functools.cached_property
    def twin(self) -> Store:
        """The same variables in float64; the flow's own store where it is float64."""
        return self.flow.store if self.dtype == "float64" else self._copy()

    @functools.cached_property
    def moved(self) -> Store:
        """The flow in float64, its variables moved at random: nothing is zero by chance."""
        store = self._copy()
        for path, value in moved_weights(self.flow).items():
            store.by_path()[path].assign(value)
        return store

    def ask(
        self,
        returns: tuple[str, ...],
        *,
        given: str | None = None,
        rows: Arrays | None = None,
        store: Store | None = None,
    ) -> dict[str, Any]:
        """What a store returns for rows, by name.

        Args:
            returns: The quantities.
            given: The event's name or `latent`; None to draw.
            rows: The inputs; the usual rows where left out.
            store: Of this flow, of its twin or moved; the flow's where left out.
        """
        store = store or self.flow.store
        tensors = self.inputs(given, self.rows if rows is None else rows, store)
        return {name: value.numpy() for name, value in self.run(returns, tensors, store).items()}

    def inputs(self, given: str | None, rows: Arrays, store: Store) -> dict[str, Any]:
        """The tensors that an answer takes."""
        dtypes = {record.name: record.input.dtype for record in store.plan.contexts}
        wanted = {**dtypes, **({"seed": "int64"} if given is None else {given: store.plan.dtype})}
        return {name: tf.cast(rows[name], dtype) for name, dtype in wanted.items()}

    def run(self, returns: tuple[str, ...], tensors: Arrays, store: Store) -> dict[str, Any]:
        """What a store returns for tensors, as tensors."""
        given = tuple({self.event, "latent"} & tensors.keys())
        question = Question(name="law", inputs=given, returns=returns)
        record = solve(store.plan, question, _refuse)
        return answer(store, record, tensors) if record else {}

    def _copy(self) -> Store:
        """The same variables in float64."""
        store = Store(plan(load_spec(self.flow.plan.spec, ["dtype=float64"])))
        values = self.flow.variables
        for path, variable in store.by_path().items():
            variable.assign(np.asarray(values[path], np.float64))
        return store

    def _context(self) -> dict[str, Any]:
        """Context like that which statistics were fitted to; a category takes all its values."""
        found: dict[str, Any] = {}
        for record in self.flow.plan.contexts:
            shape = (self.count, *record.input.shape[1:])
            if record.count is not None:
                found[record.name] = np.arange(self.count) % record.count
                continue
            values = _random(record.name).normal(size=shape)
            own = self.flow.store.contexts[record.name].own
            if own:
                values = np.asarray(own["mean"]) + np.asarray(own["scale"]) * values
            found[record.name] = values.astype(self.dtype)
        return found


def moved_weights(flow: Flow) -> dict[str, Any]:
    """The variables of a flow, each moved by fixed random numbers; scales stay positive."""
    values = {}
    for record in flow.plan.variables:
        inputs = record.shape[0] if len(record.shape) > 1 else 4
        noise = _random(record.path).normal(size=record.shape) * SPREAD / max(inputs, 1) ** 0.5
        start = np.asarray(flow.variables[record.path])
        positive = record.initializer == "ones"
        values[record.path] = start * np.exp(noise) if positive else start + noise
    return values


def _random(name: str) -> Any:
    return np.random.default_rng(hash_bits("laws", name, bits=32))


def _refuse(slug: str, message: str, *_: Any, **__: Any) -> None:
    """The laws ask nothing that a flow cannot answer."""
    raise RuntimeError(f"{slug}: {message}")
