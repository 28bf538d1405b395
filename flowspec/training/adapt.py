"""Fits the statistics of every `standardize: true`: a mean and a standard deviation a feature."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flowspec.backend import keras, np, tf
from flowspec.build import Store
from flowspec.build.part import Part
from flowspec.data.rows import read_rows
from flowspec.diagnostics import DataError, Diagnostic
from flowspec.training.datasets import check_dataset, no_rows


def adapt(store: Store, data: Any) -> None:
    """Set the mean and scale of every standardized part of the flow.

    Args:
        store: The built flow.
        data: What `flow.adapt` takes.

    Raises:
        DataError: If the data does not fit the flow, or a standardized event does not vary.
        UsageError: If a dataset has no end.
    """
    parts = _standardized(store)
    moments = {name: Moments() for name in parts}
    for rows in _batches(store, data, tuple(parts)):
        for name, part in parts.items():
            moments[name].add(_unconstrained(part, rows[name]))
    values = {name: moments[name].mean_and_deviation() for name in parts}
    constant = {name: ~(scale > np.abs(mean) * 1e-12) for name, (mean, scale) in values.items()}
    event = store.plan.event.name
    if event in parts and constant[event].any():
        raise DataError(_constant(event, int(np.argmax(constant[event]))))
    for name, part in parts.items():
        mean, scale = values[name]
        part.own["mean"].assign(mean)
        part.own["scale"].assign(np.where(constant[name], 1.0, scale))


@dataclass
class Moments:
    """Running mean and sum of squared deviations, in float64 (Chan, Golub, LeVeque, 1979)."""

    count: int = 0
    mean: Any = 0.0
    squares: Any = 0.0

    def add(self, rows: Any) -> None:
        """Take in rows `(B, D)`."""
        count = len(rows)
        if count == 0:
            return
        mean = rows.mean(0)
        total = self.count + count
        shift = mean - self.mean
        self.squares = (
            self.squares + ((rows - mean) ** 2).sum(0) + shift**2 * self.count * count / total
        )
        self.mean = self.mean + shift * count / total
        self.count = total

    def mean_and_deviation(self) -> tuple[Any, Any]:
        """The mean and the standard deviation of all rows so far, `(D,)` each."""
        return np.asarray(self.mean), np.sqrt(np.asarray(self.squares) / max(self.count, 1))


def _standardized(store: Store) -> dict[str, Part]:
    """The parts with statistics, by the name of the input they are fitted to."""
    parts: dict[str, Part] = {
        name: part for name, part in store.contexts.items() if part.record.own
    }
    last = list(store.chain.values())[-1]
    if last.record.family == "supports" and last.record.own:
        parts[store.plan.event.name] = last
    return parts


def _batches(store: Store, data: Any, names: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
    if not isinstance(data, tf.data.Dataset):
        yield read_rows(store.plan, data, names)
        return
    check_dataset(data)
    if not names:
        return
    count = 0
    for batch in data:
        given, _, _ = keras.utils.unpack_x_y_sample_weight(batch)
        if not isinstance(given, Mapping):
            given = {store.plan.event.name: given}
        rows = {name: np.asarray(given[name]) for name in names if name in given}
        yield read_rows(store.plan, rows, names)
        count += 1
    if not count:
        raise DataError(no_rows())


def _unconstrained(part: Part, rows: Any) -> Any:
    """The values whose statistics count: for an event, those before the support's map."""
    rows = np.asarray(rows, np.float64)
    if part.record.family != "supports":
        return rows
    return part.kind.unconstrain(tf.constant(rows))[0].numpy()


def _constant(name: str, feature: int) -> Diagnostic:
    return Diagnostic(
        slug="constant-feature",
        message=f"feature {feature} of `{name}` has the same value in every row, so it has no "
        "density that could be standardized",
    )
