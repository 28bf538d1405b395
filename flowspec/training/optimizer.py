"""The Keras optimizer that a spec describes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowspec.backend import keras

_CLASSES = {"adam": "Adam", "adamw": "AdamW", "rmsprop": "RMSprop", "sgd": "SGD"}


def make_optimizer(node: Mapping[str, Any]) -> Any:
    """The optimizer of a resolved `training.optimizer`."""
    options = dict(node)
    return getattr(keras.optimizers, _CLASSES[options.pop("kind")])(**options)
