"""What `fit`, `evaluate` and `predict` hand to Keras: inputs by name, in the dtypes of the model.

Keras casts arrays of floats, but not datasets, to its own float type. Where that is not the type
of the model, arrays go to Keras as a dataset of the same batches.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Generator, Mapping, Sequence
from dataclasses import dataclass
from types import GeneratorType
from typing import Any

from flowspec.backend import keras, np, tf
from flowspec.diagnostics import Diagnostic, UsageError
from flowspec.models.batches import batches
from flowspec.models.inputs import count_rows, named_inputs
from flowspec.records import InputRecord

BATCH_SIZE = 32
"""Rows per batch where nothing is said, as in Keras."""

Arguments = dict[str, Any]


@dataclass(frozen=True)
class Feed:
    """Checks and types what the methods of one model are given."""

    records: Sequence[InputRecord]
    optional: Collection[str]

    def inputs(self, x: Any) -> Any:
        """Arrays by name; a dataset as it is, once its elements, or the first of them, fit.

        Raises:
            UsageError: If an input is missing, unknown, or has a wrong shape or dtype.
        """
        if isinstance(x, tf.data.Dataset):
            self._check(x.element_spec)
            return x
        if isinstance(x, keras.utils.PyDataset):
            self._check(x[0])
            return x
        if isinstance(x, GeneratorType):
            return self._checked(x)
        if x is None or isinstance(x, Mapping | list | tuple) or hasattr(x, "__array__"):
            return named_inputs({} if x is None else x, self.records, optional=self.optional)
        return x

    def _check(self, batch: Any) -> None:
        elements, _, _ = keras.utils.unpack_x_y_sample_weight(batch)
        named_inputs(elements, self.records, optional=self.optional)

    def _checked(self, batches: Generator[Any]) -> Generator[Any]:
        """The same batches, the first of which is looked at now."""
        first = list(itertools.islice(batches, 1))
        for batch in first:
            self._check(batch)
        return (batch for batch in itertools.chain(first, batches))

    def target(self, given: Arguments) -> Any:
        """The target, what a dataset says of it, or None; ellipsis where only Keras can tell.

        Raises:
            UsageError: If classes are to be weighed and there is no target.
        """
        x, y = given["x"], given.get("y")
        if isinstance(x, tf.data.Dataset):
            _, y, _ = keras.utils.unpack_x_y_sample_weight(x.element_spec)
        elif not isinstance(x, Mapping | list | tuple) and not hasattr(x, "__array__"):
            return ...
        if y is None and given.get("class_weight") is not None:
            raise UsageError(_no_classes())
        return y

    def rows(self, given: Arguments) -> Arguments:
        """The arguments of `predict` or `evaluate`."""
        return self._data(given, steps="steps")

    def fit(self, given: Arguments) -> Arguments:
        """The arguments of `fit`."""
        # Keras would warn that it does not shuffle datasets, though nobody asked it to.
        ordered = isinstance(given["x"], tf.data.Dataset | GeneratorType)
        given = {"shuffle": not ordered, **given}
        data = given.get("validation_data")
        if data is not None:
            given = {**given, "validation_data": self._validation(data, given)}
        elif given.get("validation_split") and self._casts:
            given = self._hold_out(given)
        return self._data(given, steps="steps_per_epoch")

    @property
    def _casts(self) -> bool:
        """Whether Keras would cast arrays to another float type."""
        floats = {record.dtype for record in self.records if record.dtype.startswith("float")}
        return bool(floats - {keras.config.floatx()})

    def _data(self, given: Arguments, *, steps: str) -> Arguments:
        given = {**given, "x": self.inputs(given["x"])}
        if not isinstance(given["x"], dict):
            return given
        data = _given(given)
        rows = _count(data)
        if "sample_weight" in data and "y" not in data:
            # Keras drops the weights of arrays that come without a target.
            data["y"] = np.zeros((rows, 0), keras.config.floatx())
        if not self._casts:
            return given | data
        size = given.get("batch_size") or _batch_size(rows, given.get(steps))
        dataset = batches(data, rows, size, given.get("shuffle", False))
        unused = {"y": None, "sample_weight": None, "batch_size": None, "shuffle": False}
        return given | {"x": dataset} | {k: v for k, v in unused.items() if k in given}

    def _validation(self, data: Any, given: Arguments) -> Any:
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(data)
        held = self._data(
            {
                "x": x, "y": y, "sample_weight": sample_weight,
                "batch_size": given.get("validation_batch_size") or given.get("batch_size"),
                "steps": given.get("validation_steps"),
            },
            steps="steps",
        )  # fmt: skip
        return held["x"], held["y"], held["sample_weight"]

    def _hold_out(self, given: Arguments) -> Arguments:
        """The last rows as validation data, as Keras takes them."""
        x = self.inputs(given["x"])
        if not isinstance(x, dict):
            return given
        data = _given({**given, "x": x})
        rows = _count(data)
        kept = math.floor(rows * (1.0 - given["validation_split"]))
        if not 0 < kept < rows:
            raise UsageError(_nothing_held_out(rows, given["validation_split"]))
        held = keras.tree.map_structure(lambda array: array[kept:], data)
        rest = keras.tree.map_structure(lambda array: array[:kept], data)
        validation = self._validation((held["x"], held.get("y"), held.get("sample_weight")), given)
        return given | rest | {"validation_data": validation, "validation_split": 0.0}


_DATA = ("x", "y", "sample_weight")


def is_missing(y: Any) -> bool:
    """Whether there is no target: None, or the array without columns that stands for it."""
    if y is None or keras.tree.is_nested(y):
        return y is None
    return tf.TensorShape(y.shape).rank == 2 and y.shape[1] == 0


def _given(arguments: Arguments) -> Arguments:
    """What there is of inputs, target and weights; a list of numbers becomes an array."""
    given = {name: arguments[name] for name in _DATA if arguments.get(name) is not None}
    flat = {name for name, value in given.items() if isinstance(value, list | tuple)
            and all(isinstance(one, int | float) for one in value)}  # fmt: skip
    return {name: np.asarray(value) if name in flat else value for name, value in given.items()}


def _count(data: Arguments) -> int:
    """The number of rows, which all arrays must have."""
    named = dict(data["x"])
    for name in _DATA[1:]:
        if name in data:
            leaves = keras.tree.flatten(data[name])
            named |= {f"{name}[{place}]" if place else name: leaf
                      for place, leaf in enumerate(leaves) if leaf is not None}  # fmt: skip
    return count_rows(named)


def _batch_size(rows: int, steps: int | None) -> int:
    return math.ceil(rows / steps) if steps else BATCH_SIZE


def _no_classes() -> Diagnostic:
    return Diagnostic(
        slug="no-target",
        message="`class_weight` weighs the classes of a target, and there is no target",
        help="weigh rows with `sample_weight`",
    )


def _nothing_held_out(rows: int, share: float) -> Diagnostic:
    return Diagnostic(
        slug="cannot-hold-out",
        message=f"holding out {share:g} of {rows} rows leaves no rows on one side",
    )
