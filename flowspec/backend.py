"""The only door to TensorFlow, TFP, Keras, NumPy and pyarrow, opened on first use.

Importing this module costs nothing; the first attribute taken from `tf`, `tfp`, `keras`, `np`,
`pa`, `pc` or `pq` imports the package behind it. Everything that validates, plans or compares specs
therefore runs without TensorFlow, and where TensorFlow is not installed.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from flowspec.diagnostics import Diagnostic, MissingDependencyError
from flowspec.packages import package

Tensor = Any
"""A TensorFlow tensor, a Keras tensor, or what converts to one; TensorFlow has no usable types."""


class _Lazy:
    """A module that is imported when its first attribute is read."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, attribute: str) -> Any:
        return getattr(_load(self._name), attribute)


def _load(name: str) -> Any:
    is_parquet = name.startswith("pyarrow")
    if name != "numpy" and not is_parquet:
        _prepare()
    extra = "parquet" if is_parquet else "tf"
    module = package(name, needed_by="this step", extra=extra)
    if name == "keras" and module.backend.backend() != "tensorflow":
        raise MissingDependencyError(
            Diagnostic(
                slug="wrong-keras-backend",
                message="Keras was started with another backend than TensorFlow",
                expected="tensorflow",
                got=str(module.backend.backend()),
                help="set KERAS_BACKEND=tensorflow before the first import of keras",
            )
        )
    return module


def _prepare() -> None:
    """Quiet TensorFlow's start-up messages and choose Keras' backend, unless the user has."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")


if TYPE_CHECKING:
    import keras
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq
    import tensorflow as tf
    import tensorflow_probability as tfp
else:
    np = _Lazy("numpy")
    pa = _Lazy("pyarrow")
    pc = _Lazy("pyarrow.compute")
    pq = _Lazy("pyarrow.parquet")
    tf = _Lazy("tensorflow")
    keras = _Lazy("keras")
    tfp = _Lazy("tensorflow_probability")
