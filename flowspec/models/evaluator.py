"""Answers questions for NumPy users: one cached graph per question, open in the batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowspec import shapes
from flowspec.backend import Tensor, np, tf
from flowspec.build import Store
from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.models.answer import answer
from flowspec.models.eager import check_eager
from flowspec.models.inputs import count_rows, named_inputs
from flowspec.plan import Question, solve
from flowspec.plan.solver import SEED
from flowspec.records import OutputRecord

ROWS = 65_536
"""The most rows that run through the flow at once; more are taken piece by piece."""


class Evaluator:
    """Arrays in, arrays out, whatever outputs the spec lists."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._graphs: dict[OutputRecord, Any] = {}

    def ask(
        self, question: Question | OutputRecord, inputs: Mapping[str, Any], *,
        draws: int | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """The answer as NumPy arrays by name.

        Args:
            question: A question, or an output of the plan.
            inputs: Context inputs and what else is given, by name, each `(B, …)`. Rows of a flow
                with context are seeded from the store where `seed` is left out.
            draws: Another number of draws per row, where the question has one.

        Raises:
            UsageError: If the question has no answer, an input does not fit, or the call is part
                of a graph.
        """
        check_eager(inputs)
        output = question if isinstance(question, OutputRecord) else self._solve(question)
        draws = output.draws if draws is None else draws
        optional = {SEED} if self._store.plan.conditional else set[str]()
        named = named_inputs(inputs, output.inputs, optional=optional)
        arrays = {name: np.asarray(value) for name, value in named.items()}
        rows = count_rows(arrays)
        if any(record.name == SEED for record in output.inputs) and SEED not in arrays:
            arrays[SEED] = self._store.row_seeds(np.zeros(rows)).numpy()
        step = max(1, ROWS // (draws or 1))
        pieces = [
            self._run(output, {name: a[at : at + step] for name, a in arrays.items()}, draws)
            for at in range(0, max(rows, 1), step)
        ]
        return {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}

    def _run(
        self, output: OutputRecord, arrays: Mapping[str, Any], draws: int | None
    ) -> dict[str, Any]:
        graph = self._graph(output)
        tensors = {r.name: tf.constant(arrays[r.name], r.dtype) for r in output.inputs}
        result = graph(tensors, tf.constant(draws or 1, tf.int32))
        return {name: value.numpy() for name, value in result.items()}

    def _graph(self, output: OutputRecord) -> Any:
        """The output's graph; the number of draws per row is an argument of it."""
        key = output.model_copy(update={"draws": output.draws and 1, "name": ""})
        if key not in self._graphs:
            specs = {
                record.name: tf.TensorSpec(shapes.open_batch(record.shape), record.dtype)
                for record in output.inputs
            }

            def run(inputs: Mapping[str, Tensor], draws: Tensor) -> dict[str, Tensor]:
                return answer(self._store, key, inputs, draws if key.draws else None)

            graph = tf.function(run, autograph=False)
            self._graphs[key] = graph.get_concrete_function(specs, tf.TensorSpec((), tf.int32))
        return self._graphs[key]

    def _solve(self, question: Question) -> OutputRecord:
        problems: list[Diagnostic] = []

        def report(slug: str, message: str, source: Any, **details: Any) -> None:
            problems.append(Diagnostic(slug=slug, message=message, **details))

        output = solve(self._store.plan, question, report)
        if output is None:
            raise UsageError(*problems)
        return output
