"""Arrays are answered with arrays; symbolic tensors have another way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowspec.backend import keras, tf
from flowspec.diagnostics import Diagnostic, UsageError


def check_eager(inputs: Mapping[str, Any]) -> None:
    """Refuse to be part of a graph.

    Raises:
        UsageError: If an input is symbolic, or the call is inside a `tf.function`.
    """
    symbolic = any(keras.backend.is_keras_tensor(value) for value in inputs.values())
    if tf.executing_eagerly() and not symbolic:
        return
    got = "a `keras.Input`, or what was made of one" if symbolic else "a call inside a graph"
    error = UsageError(
        Diagnostic(
            slug="wrong-dtype",
            message="`flow.sample`, `flow.log_prob` and their like take arrays and return arrays",
            expected="NumPy arrays, or tensors that have values",
            got=got,
            help="`flow.models[…]` and `flow.distribution` work in a graph",
        )
    )
    # Or AutoGraph would make an error of its own of it.
    error.ag_pass_through = True  # pyright: ignore[reportAttributeAccessIssue]
    raise error
