"""Training by maximum likelihood over Keras' own `fit`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from flowspec.backend import keras, np, tf
from flowspec.build import Store
from flowspec.data.rows import read_rows
from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.hashing import hash_bits
from flowspec.models import FlowModel, compose
from flowspec.plan import Question, solve
from flowspec.spec.training import EarlyStopping, Training
from flowspec.training.optimizer import make_optimizer, restore_state, state_arrays
from flowspec.training.progress import Progress


@dataclass(frozen=True)
class Rows:
    """Training rows, validation rows or None, as `tf.data` datasets of batches."""

    training: Any
    validation: Any


class Trainer:
    """Trains a store; keeps its optimizer from one call to the next, as Keras does."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._model: FlowModel | None = None
        self._trained: list[int] = []

    def fit(self, rows: Rows, options: Training, callbacks: Sequence[Any], *, verbose: bool) -> Any:
        """Run the epochs; the Keras history.

        Raises:
            UsageError: If the loss stops being finite; the variables are then as before.
        """
        model = self._compiled(options)
        before = [np.asarray(variable) for variable in self._store.weights]
        diverged = _StopWhenNotFinite()
        used = [diverged, *self._early_stopping(options), *callbacks]
        if verbose:
            used.append(Progress(options.epochs))
        history = model.fit(
            rows.training, validation_data=rows.validation, epochs=options.epochs,
            callbacks=used, shuffle=False, verbose=0,
        )  # fmt: skip
        if diverged.epoch is not None:
            for variable, value in zip(self._store.weights, before, strict=True):
                variable.assign(value)
            self._trained = []
            raise UsageError(_diverged(diverged.epoch))
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


def make_rows(
    store: Store, data: Any, options: Training, validation_data: Any = None
) -> tuple[Rows, Any]:
    """The rows to train on, and what statistics are fitted to: the training rows alone.

    Raises:
        DataError: If the data does not fit the flow.
        UsageError: If rows are to be held out of a dataset, or early stopping has none to watch.
    """
    if options.early_stopping and validation_data is None and not options.validation_split:
        raise UsageError(
            Diagnostic(
                slug="no-validation-rows",
                message="early stopping needs validation rows",
                help="give `validation_split` or `validation_data`",
            )
        )
    validation = None if validation_data is None else _dataset(store, validation_data, options)
    if isinstance(data, tf.data.Dataset):
        if validation is None and options.validation_split:
            raise UsageError(
                Diagnostic(
                    slug="cannot-hold-out",
                    message="rows of a tf.data.Dataset cannot be held out by `validation_split`",
                    help="pass another dataset as `validation_data`",
                )
            )
        return Rows(data, validation), data
    rows = read_rows(store.plan, data)
    if validation is None and options.validation_split:
        rows, held = _hold_out(rows, options.validation_split, store.plan.spec["seed"])
        validation = _batched(held, options, shuffle=False)
    seed = hash_bits(store.plan.spec["seed"], "shuffle", bits=31)
    return Rows(_batched(rows, options, shuffle=options.shuffle, seed=seed), validation), rows


def _dataset(store: Store, data: Any, options: Training) -> Any:
    if isinstance(data, tf.data.Dataset):
        return data
    return _batched(read_rows(store.plan, data), options, shuffle=False)


def _hold_out(
    rows: Mapping[str, Any], share: float, seed: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Rows to keep and rows held out, chosen by the flow's seed."""
    count = len(next(iter(rows.values())))
    held = round(count * share)
    if not 0 < held < count:
        raise UsageError(
            Diagnostic(
                slug="cannot-hold-out",
                message=f"holding out {share:g} of {count} rows leaves no rows on one side",
            )
        )
    order = np.random.default_rng([seed, hash_bits("hold out", bits=32)]).permutation(count)
    return (
        {name: array[order[held:]] for name, array in rows.items()},
        {name: array[order[:held]] for name, array in rows.items()},
    )


def _batched(rows: Mapping[str, Any], options: Training, *, shuffle: bool, seed: int = 0) -> Any:
    """A dataset of batches; rows are gathered batch by batch, which is quicker than one by one."""
    tensors = {name: tf.constant(array) for name, array in rows.items()}
    count = len(next(iter(rows.values())))
    places = tf.data.Dataset.range(count)
    if shuffle:
        places = places.shuffle(count, seed=seed, reshuffle_each_iteration=True)

    def gather(batch: Any) -> dict[str, Any]:
        return {name: tf.gather(tensor, batch) for name, tensor in tensors.items()}

    return places.batch(options.batch_size).map(gather).prefetch(tf.data.AUTOTUNE)


class _StopWhenNotFinite(keras.callbacks.Callback):
    """Stops at the first epoch whose loss is not finite."""

    def __init__(self) -> None:
        super().__init__()
        self.epoch: int | None = None

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        if not np.isfinite((logs or {}).get("loss", 0.0)):
            self.epoch = epoch
            self.model.stop_training = True


def _diverged(epoch: int) -> Diagnostic:
    return Diagnostic(
        slug="training-diverged",
        message=f"the loss stopped being finite in epoch {epoch + 1}; the variables are as before",
        help="lower the learning rate, or set `training.optimizer.global_clipnorm`",
    )


def _nothing_to_train() -> Diagnostic:
    return Diagnostic(
        slug="nothing-to-train",
        message="every variable of the flow is frozen, so there is nothing to train",
        help="set `trainable` of a layer to True",
    )


def changed(options: Training, **changes: Any) -> Training:
    """The spec's training options with those replaced that are given."""
    given = {key: value for key, value in changes.items() if value is not None}
    if isinstance(given.get("early_stopping"), int):
        given["early_stopping"] = EarlyStopping(patience=given["early_stopping"])
    try:
        return Training.model_validate({**dict(options), **given})
    except ValidationError as error:
        raise UsageError(*map(_wrong_option, error.errors())) from None


def _wrong_option(details: Any) -> Diagnostic:
    name = ".".join(map(str, details["loc"]))
    return Diagnostic(
        slug="wrong-option", message=f"the option `{name}` does not fit", expected=details["msg"],
        got=str(details["input"]),
    )  # fmt: skip
