"""Training by maximum likelihood over Keras' own `fit`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flowspec.backend import keras, np
from flowspec.build import Store
from flowspec.diagnostics import DataError, Diagnostic, UsageError
from flowspec.models import FlowModel, compose
from flowspec.plan import Question, solve
from flowspec.spec.training import Training
from flowspec.training.datasets import no_rows
from flowspec.training.optimizer import make_optimizer, restore_state, state_arrays
from flowspec.training.progress import Progress
from flowspec.training.rows import Rows


class Trainer:
    """Trains a store; keeps its optimizer from one call to the next, as Keras does."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._model: FlowModel | None = None
        self._trained: list[int] = []

    def prepare(self, options: Training) -> int:
        """Have an optimizer; the steps that it has taken.

        Raises:
            UsageError: If there is nothing to train.
        """
        return int(self._compiled(options).optimizer.iterations)

    def fit(self, rows: Rows, options: Training, callbacks: Sequence[Any], *, verbose: bool) -> Any:
        """Run the epochs; the Keras history.

        Raises:
            DataError: If a dataset has no rows.
            UsageError: If the loss stops being finite; the next call has a new optimizer.
        """
        model = self._compiled(options)
        diverged = _StopWhenNotFinite()
        used = [diverged, *self._early_stopping(options), *callbacks]
        progress = Progress(options.epochs) if verbose else None
        try:
            history = model.fit(
                rows.training, validation_data=rows.validation, epochs=options.epochs,
                callbacks=[*used, progress] if progress else used, shuffle=False, verbose=0,
            )  # fmt: skip
        finally:
            if progress:
                progress.stop()
        if "loss" not in history.history:
            raise DataError(no_rows())
        if diverged.epoch is None and not self._is_finite(model, rows):
            diverged.epoch = history.epoch[-1]
        if diverged.epoch is not None:
            self._trained = []
            raise UsageError(_diverged(diverged.epoch, checked=rows.checked))
        return history

    def state(self, options: Training) -> dict[str, Any]:
        """What training needs to go on, as arrays by name: see `state_arrays`."""
        return state_arrays(self._store, self._built(options))

    def restore(self, options: Training, arrays: Mapping[str, Any]) -> None:
        """Set what `state` returned, in this trainer or in another one of the same plan.

        Raises:
            BundleError: If the arrays are not exactly those that this trainer has.
        """
        restore_state(self._store, self._built(options), arrays)

    def _is_finite(self, model: FlowModel, rows: Rows) -> bool:
        """Whether the variables are, and the loss on some rows; of the last step no epoch tells."""
        if not all(np.isfinite(np.asarray(variable)).all() for variable in self._store.weights):
            return False
        return all(
            np.isfinite(model(keras.utils.unpack_x_y_sample_weight(batch)[0])["log_prob"]).all()
            for batch in rows.training.take(1)
        )

    def _built(self, options: Training) -> Any:
        """The optimizer, with its variables."""
        model = self._compiled(options)
        if not model.optimizer.built:
            model.optimizer.build(model.trainable_variables)
        return model.optimizer

    def _compiled(self, options: Training) -> FlowModel:
        if self._model is None:
            plan = self._store.plan
            question = Question(name="training", inputs=(plan.event.name,), returns=("log_prob",))
            output = solve(plan, question, lambda *_, **__: None)
            if output is None:
                raise RuntimeError("log_prob of given events has no answer")
            self._model = compose(self._store, output)
        trained = [id(variable) for variable in self._model.trainable_variables]
        if not trained:
            raise UsageError(_nothing_to_train())
        if trained != self._trained:
            # An optimizer goes on for the variables it was begun with, frozen or not.
            self._model.compile(optimizer=make_optimizer(options.optimizer.as_node()))
            self._trained = trained
        return self._model

    def _early_stopping(self, options: Training) -> list[Any]:
        stopping = options.early_stopping
        if stopping is None:
            return []
        return [
            keras.callbacks.EarlyStopping(
                monitor="val_loss", mode="min", patience=stopping.patience,
                min_delta=stopping.min_delta, restore_best_weights=True,
            )
        ]  # fmt: skip


class _StopWhenNotFinite(keras.callbacks.Callback):
    """Stops at the first epoch whose loss is not finite."""

    def __init__(self) -> None:
        super().__init__()
        self.epoch: int | None = None

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        if not np.isfinite((logs or {}).get("loss", 0.0)):
            self.epoch = epoch
            self.model.stop_training = True


def _diverged(epoch: int, *, checked: bool) -> Diagnostic:
    mend = "lower the learning rate, or set `training.optimizer.global_clipnorm`"
    if not checked:
        mend += (
            "; look for missing values, unknown categories and events outside the support, "
            "which are not searched for in a tf.data.Dataset"
        )
    return Diagnostic(
        slug="training-diverged",
        message=f"the loss stopped being finite in epoch {epoch + 1}; the variables are as before",
        help=mend,
    )


def _nothing_to_train() -> Diagnostic:
    return Diagnostic(
        slug="nothing-to-train",
        message="every variable of the flow is frozen, so there is nothing to train",
        help="set `trainable` of a layer to True",
    )
