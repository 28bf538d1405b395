"""The flow that users hold: a facade over the plan, the store and the models."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from flowspec import bundle
from flowspec.backend import keras, np, tf
from flowspec.build import Store
from flowspec.bundle.compare import check_forms, forms_of, wanted_by
from flowspec.diagnostics import FlowspecError
from flowspec.export.example import example_row
from flowspec.export.saved_model import save_model, saved_model_files
from flowspec.models import FlowModel, compose
from flowspec.models.draws import draws_of, seeds_of
from flowspec.models.eager import check_eager
from flowspec.models.evaluator import Evaluator
from flowspec.models.inputs import named_inputs
from flowspec.models.weights import arrays_of
from flowspec.plan import Question, output_named
from flowspec.plan.fingerprint import fingerprints
from flowspec.plan.solver import SEED
from flowspec.records import Fingerprints, Plan
from flowspec.spec.training import Training
from flowspec.training import Trainer, adapt, changed, listed, make_rows, training_record


class Snapshot(NamedTuple):
    """What a flow is beside its plan.

    Attributes:
        weights: The value of every variable, by path.
        state: Whether statistics were fitted (`adapted`), the paths of the variables that were
            frozen in Python (`frozen`), the dtype policy of the networks (`policy`; the flow's
            dtype where it is absent), and the last training (`training`) where there was one.
        optimizer: The state of the optimizer by name; None where it was not kept.
        lineage: Where the weights come from, where they were transferred.
    """

    weights: Mapping[str, Any]
    state: Mapping[str, Any]
    optimizer: Mapping[str, Any] | None = None
    lineage: bundle.Lineage | None = None


class Flow:
    """A compiled flow: one store of variables, and Keras models that share it.

    Made by `flowspec.compile` and `flowspec.load`.

    Attributes:
        plan: What was decided before building: layers, variables, outputs.
        store: The Keras layer that owns every variable.
        models: One Keras model per output of the spec, by name.
        adapted: Whether the statistics of `standardize: true` have been fitted.

    Example:
        >>> import flowspec
        >>> flow = flowspec.compile(
        ...     {
        ...         "flowspec": 1,
        ...         "name": "toy",
        ...         "event": {"shape": [2]},
        ...         "layers": [{"kind": "elementwise", "transform": {"kind": "affine"}}],
        ...     }
        ... )
        >>> flow.sample(3, seed=7).shape
        (3, 2)
    """

    def __init__(self, plan: Plan, snapshot: Snapshot | None = None) -> None:
        self.plan = plan
        policy = None if snapshot is None else str(snapshot.state.get("policy", plan.dtype))
        self.store = Store(plan, policy=policy)
        self.models: Mapping[str, FlowModel] = MappingProxyType(
            {output.name: compose(self.store, output) for output in plan.outputs}
        )
        self.adapted = False
        self._evaluator = Evaluator(self.store)
        self._trainer = Trainer(self.store)
        self._record: Mapping[str, Any] | None = None
        self._lineage = None if snapshot is None else snapshot.lineage
        if snapshot is not None:
            self._restore(snapshot)

    @functools.cached_property
    def variables(self) -> Mapping[str, Any]:
        """The store's Keras variables by their path in the plan."""
        return self.store.by_path()

    @property
    def fingerprints(self) -> Fingerprints:
        """What tells this architecture from every other: a SHA-256 of each category of facts."""
        return fingerprints(self.plan)

    def sample(self, /, *count: int, seed: Any = None, **context: Any) -> Any:
        """Draw events.

        Args:
            *count: Draws n: per row of the context, or in all where the flow has no context.
                Without it one draw a row, and no axis for draws.
            seed: An integer from which the rows' seeds are derived, or one seed per row, `(B,)`;
                without it the draws differ from call to call.
            **context: The context inputs by name, each `(B, …)`.

        Returns:
            With context `(B, D)`, or `(B, n, D)` where n is given; without context `(n, D)`.

        Raises:
            UsageError: If an input is missing, unknown or does not fit.
        """
        check_eager({**context, "seed": seed})
        names = {record.name for record in self.plan.contexts}
        draws = draws_of(count, context, names)
        inputs = dict(context)
        if not self.plan.conditional:
            inputs[SEED] = seeds_of(self.store, seed, draws or 1)
            draws = None
        elif seed is not None:
            inputs[SEED] = seeds_of(self.store, seed, self._rows(context))
        question = Question(name="sample", returns=(self.plan.event.name,), draws=draws)
        return self._evaluator.ask(question, inputs, draws=draws)[self.plan.event.name]

    def log_prob(self, event: Any, /, **context: Any) -> Any:
        """The log-density of events, in nats; -inf outside the support.

        Args:
            event: `(B, D)`.
            **context: The context inputs by name, each `(B, …)`.

        Returns:
            `(B,)`.

        Raises:
            UsageError: If an input is missing, unknown or does not fit.
        """
        return self._map(self.plan.event.name, event, "log_prob", context)

    def forward(self, latent: Any, /, **context: Any) -> Any:
        """The events that given latents become. Shapes: latent `(B, D)`; returns `(B, D)`.

        Raises:
            UsageError: If an input is missing, unknown or does not fit.
        """
        return self._map("latent", latent, self.plan.event.name, context)

    def inverse(self, event: Any, /, **context: Any) -> Any:
        """The latents that given events come from. Shapes: event `(B, D)`; returns `(B, D)`.

        Raises:
            UsageError: If an input is missing, unknown or does not fit.
        """
        return self._map(self.plan.event.name, event, "latent", context)

    def ask(self, output: str, /, **inputs: Any) -> dict[str, Any]:
        """What an output of the spec returns, as NumPy arrays by name.

        Args:
            output: The name of the output.
            **inputs: Its inputs by name, each `(B, …)`; `seed` may be left out where the flow has
                context.

        Raises:
            UsageError: If there is no such output, or an input does not fit.
        """
        return self._evaluator.ask(output_named(self.plan, output), inputs)

    def distribution(self, /, **context: Any) -> Any:
        """The distribution given the context, as a `tfd.Distribution` over the same variables.

        Args:
            **context: The context inputs by name; leading axes become its batch shape.
        """
        # TFP takes a second to import; only those who ask for a view wait for it.
        from flowspec.export.distribution import distribution

        return distribution(self.store, context)

    def bijector(self, /, **context: Any) -> Any:
        """The map from latent to event given the context, as a `tfb.Bijector`."""
        from flowspec.export.bijector import bijector

        return bijector(self.store, context)

    def adapt(self, data: Any) -> Flow:
        """Fit the statistics of every `standardize: true` to data, and return the flow.

        Args:
            data: A dict of arrays by name, a data frame, a `tf.data.Dataset` of such dicts in
                batches, or the path of a CSV, JSON Lines, NPZ or Parquet file.

        Raises:
            DataError: If the data does not fit the flow.
            UsageError: If a dataset has no end.
        """
        adapt(self.store, data)
        self.adapted = True
        return self

    def fit(
        self,
        data: Any,
        *,
        epochs: int | None = None,
        batch_size: int | None = None,
        shuffle: bool | None = None,
        validation_data: Any = None,
        validation_split: float | None = None,
        early_stopping: int | None = None,
        callbacks: Any = None,
        verbose: bool = True,
    ) -> Any:
        """Train on data by maximum likelihood. What is not given is as the spec says.

        Args:
            data: As for `adapt`, which is called first, on the training rows, where it has not
                been called before.
            epochs: Passes over the training rows.
            batch_size: Rows per step.
            shuffle: Whether rows come in a new order each epoch.
            validation_data: Rows to compute `val_loss` on, in any of the forms of `data`.
            validation_split: The share of rows held out instead, chosen by the spec's seed.
            early_stopping: Epochs without a better `val_loss` before training stops and the best
                variables come back.
            callbacks: Keras callbacks: several, or one.
            verbose: Whether to show a progress bar.

        Returns:
            The Keras history; `history.history["loss"]` has the mean negative log-likelihood in
            nats for each epoch.

        Raises:
            DataError: If the data does not fit the flow.
            UsageError: If an option does not fit, or the loss stops being finite. The flow is
                then as before; after the exception of a callback it is as trained so far.
        """
        options = changed(
            self._training,
            epochs=epochs, batch_size=batch_size, shuffle=shuffle,
            validation_split=validation_split, early_stopping=early_stopping,
        )  # fmt: skip
        called = listed(callbacks)
        steps = self._trainer.prepare(options)
        rows, training_rows = make_rows(self.store, data, options, validation_data, steps=steps)
        weights, adapted, record = self._weights, self.adapted, self._record
        self._record = None
        try:
            if not adapted:
                self.adapt(training_rows)
            history = self._trainer.fit(rows, options, called, verbose=verbose)
        except FlowspecError:
            self.assign(weights)
            self.adapted, self._record = adapted, record
            raise
        self._record = training_record(training_rows, history.history)
        return history

    def save(
        self,
        folder: str | os.PathLike[str],
        *,
        saved_model: bool = True,
        optimizer: bool = False,
    ) -> None:
        """Write the flow as a bundle: spec, plan, weights, SavedModel, manifest.

        Args:
            folder: Made if missing. A bundle there is replaced, all or nothing.
            saved_model: Whether to keep a SavedModel with every output too, which is what
                servers load. It takes longer to write than all the rest.
            optimizer: Whether to keep the state of the optimizer, so that `fit` goes on in the
                loaded flow as it would in this one.

        Raises:
            BundleError: If it cannot be written; what was there before stays.
            UsageError: If there is no room to make the SavedModel, or the optimizer has nothing
                to train.
        """
        bundle.check_target(folder)
        bundle.write(
            folder, self.plan,
            self._weights,
            optimizer=self._trainer.state(self._training) if optimizer else None,
            saved_model=saved_model_files(self.store, folder) if saved_model else None,
            state={**self._state, **({"example": example_row(self.store)} if saved_model else {})},
            tools={"tensorflow": tf.__version__, "keras": keras.__version__},
            lineage=self._lineage,
        )  # fmt: skip

    def export(self, folder: str | os.PathLike[str]) -> None:
        """Write a SavedModel with every output of the spec as a named signature.

        It is loaded by `tf.saved_model.load` without flowspec; outputs that draw take `seed`,
        `(B,)`, int64.

        Raises:
            UsageError: If the folder holds something else, or cannot be written.
        """
        save_model(self.store, folder)

    def assign(self, weights: Mapping[str, Any]) -> None:
        """Set every variable of the store.

        Args:
            weights: An array for each path of the plan, and no others.

        Raises:
            BundleError: If a path is missing or unknown, a shape differs, or something is no
                array of numbers; nothing is set.
        """
        arrays = arrays_of(self.plan, weights)
        check_forms(wanted_by(self.plan), forms_of(arrays), "the weights")
        for path, variable in self.variables.items():
            variable.assign(arrays[path])
        self._record = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickled and copied as plan, variables and what was frozen; the optimizer is left out."""
        return Flow, (self.plan, Snapshot(self._weights, self._state, lineage=self._lineage))

    def __repr__(self) -> str:
        """Name, version, and what the flow maps from and to."""
        given = ", ".join(context.name for context in self.plan.contexts)
        return (
            f"<Flow {self.plan.name} {self.plan.version}: {self.plan.event.name} "
            f"({self.plan.event.size},){f' given {given}' if given else ''}, "
            f"{len(self.variables)} variables>"
        )

    def _restore(self, snapshot: Snapshot) -> None:
        """Become what the snapshot shows."""
        self.assign(snapshot.weights)
        self.adapted = bool(snapshot.state["adapted"])
        self._record = snapshot.state.get("training")
        self.store.freeze(snapshot.state.get("frozen", ()))
        if snapshot.optimizer is not None:
            self._trainer.restore(self._training, snapshot.optimizer)

    @property
    def _weights(self) -> dict[str, Any]:
        return {path: np.asarray(variable) for path, variable in self.variables.items()}

    @property
    def _state(self) -> dict[str, Any]:
        return {
            "adapted": self.adapted,
            "frozen": list(self.store.frozen),
            "policy": self.store.policy,
            **({} if self._record is None else {"training": dict(self._record)}),
        }

    @property
    def _training(self) -> Training:
        return Training.model_validate(self.plan.spec["training"])

    def _map(self, given: str, value: Any, wanted: str, context: Mapping[str, Any]) -> Any:
        question = Question(name=wanted, inputs=(given,), returns=(wanted,))
        return self._evaluator.ask(question, {**context, given: value})[wanted]

    def _rows(self, context: Mapping[str, Any]) -> int:
        """The number of rows of the context inputs, which are checked first."""
        records = [record.input for record in self.plan.contexts]
        return len(next(iter(named_inputs(context, records).values())))
