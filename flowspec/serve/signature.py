"""A signature of a SavedModel as a function of NumPy arrays, run at a few batch sizes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flowspec.backend import np, tf
from flowspec.records import InputRecord
from flowspec.serve.call import Arrays


class Signature:
    """One output as TensorFlow runs it.

    Fewer rows than a batch size are filled up with copies of the first, which changes no row.
    """

    def __init__(
        self, function: Any, inputs: tuple[InputRecord, ...], sizes: tuple[int, ...], *, xla: bool
    ) -> None:
        self._dtypes = {record.name: record.dtype for record in inputs}
        self._sizes = sizes
        self._function = _compiled(function) if xla else function

    def __call__(self, arrays: Mapping[str, Any]) -> Arrays:
        """The returned quantities, `(N, …)`; N at most the largest batch size."""
        rows = len(next(iter(arrays.values())))
        size = self._sizes[bisect_left(self._sizes, rows)]
        tensors = {
            name: tf.constant(_filled(arrays[name], size), dtype)
            for name, dtype in self._dtypes.items()
        }
        return {name: value.numpy()[:rows] for name, value in self._function(**tensors).items()}

    def warm(self, arrays: Mapping[str, Any]) -> None:
        """Run once at every batch size, so that no caller waits for what happens only once."""
        for size in self._sizes:
            self({name: np.repeat(array[:1], size, axis=0) for name, array in arrays.items()})


def load_signatures(folder: Path) -> Mapping[str, Any]:
    """The signatures of a SavedModel by name."""
    loaded = tf.saved_model.load(str(folder))
    # A signature holds its variables weakly.
    return {name: _Kept(function, loaded) for name, function in loaded.signatures.items()}


class _Kept:
    """A function, and what must live as long as it."""

    def __init__(self, function: Any, owner: Any) -> None:
        self._function = function
        self._owner = owner

    def __call__(self, **tensors: Any) -> Any:
        return self._function(**tensors)


def _compiled(function: Any) -> Any:
    def run(**tensors: Any) -> Any:
        return function(**tensors)

    return tf.function(run, jit_compile=True, autograph=False)


def _filled(array: Any, size: int) -> Any:
    missing = size - len(array)
    return array if not missing else np.concatenate([array, np.repeat(array[:1], missing, axis=0)])
