"""The rows that a flow is trained on, in batches, and those that are held out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flowspec.backend import np, tf
from flowspec.build import Store
from flowspec.data.rows import read_rows
from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.hashing import hash_bits
from flowspec.spec.training import Training
from flowspec.training.datasets import check_dataset


@dataclass(frozen=True)
class Rows:
    """Training rows, validation rows or None, as `tf.data` datasets of batches.

    Attributes:
        checked: Whether the values of the training rows were looked at.
    """

    training: Any
    validation: Any
    checked: bool = True


def make_rows(
    store: Store, data: Any, options: Training, validation_data: Any = None, *, steps: int = 0
) -> tuple[Rows, Any]:
    """The rows to train on, and what statistics are fitted to: the training rows alone.

    Args:
        store: The built flow.
        data: What `flow.fit` takes.
        options: How it is trained.
        validation_data: Rows for `val_loss`, or None.
        steps: The steps taken so far; after others rows come in another order.

    Raises:
        DataError: If the data does not fit the flow.
        UsageError: If rows are to be held out of a dataset, a dataset has no end, or early
            stopping has no rows to watch.
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
        check_dataset(data)
        if validation is None and options.validation_split:
            raise UsageError(
                Diagnostic(
                    slug="cannot-hold-out",
                    message="rows of a tf.data.Dataset cannot be held out by `validation_split`",
                    help="pass another dataset as `validation_data`",
                )
            )
        return Rows(data, validation, checked=False), data
    rows = read_rows(store.plan, data)
    if validation is None and options.validation_split:
        rows, held = _hold_out(rows, options.validation_split, store.plan.spec["seed"])
        validation = _batched(held, options, shuffle=False)
    seed = hash_bits(store.plan.spec["seed"], "shuffle", steps, bits=31)
    return Rows(_batched(rows, options, shuffle=options.shuffle, seed=seed), validation), rows


def _dataset(store: Store, data: Any, options: Training) -> Any:
    if isinstance(data, tf.data.Dataset):
        check_dataset(data)
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
