"""Automatic Jacobians of rows that do not depend on each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from tests.laws.cases import Case
from tests.laws.flows import compiled, rows_of, tensors


def jacobian(function: Callable[[Any], tuple[Any, Any]], value: Any) -> tuple[Any, Any, Any]:
    """The two results of a function, and the Jacobian of the first, `(B, D, D)`.

    One backward pass for each feature: a row of the result depends on its own row alone.
    """
    point = tf.constant(value, tf.float64)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(point)
        result, ldj = function(point)
        columns = tf.unstack(result, axis=-1)
    zero = tf.UnconnectedGradients.ZERO
    rows = [tape.gradient(column, point, unconnected_gradients=zero) for column in columns]
    return result.numpy(), ldj.numpy(), np.stack(rows, axis=-2)


def of_flow(case: Case, question: str) -> tuple[Any, Any]:
    """The ldj of `forward` or `inverse` on the usual rows in float64, and the Jacobian."""
    given = "latent" if question == "forward" else case.event
    result = case.event if question == "forward" else "latent"

    def run(point: Any) -> tuple[Any, Any]:
        answer = tensors(compiled(case), question, {**rows_of(case), given: point})
        return answer[result], answer["ldj"]

    _, ldj, matrix = jacobian(run, rows_of(case)[given])
    return ldj, matrix


def log_volume(matrix: Any) -> Any:
    """`log |det|` of each matrix."""
    return np.linalg.slogdet(matrix)[1]
