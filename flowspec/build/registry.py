"""How Keras finds flowspec's classes again when it loads a model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flowspec.backend import keras

T = TypeVar("T", bound=type)

PACKAGE = "flowspec"


def registered(cls: T) -> T:
    """Register a class with Keras under the package name `flowspec`."""
    register: Callable[[Any], Any] = keras.saving.register_keras_serializable(package=PACKAGE)
    return register(cls)
