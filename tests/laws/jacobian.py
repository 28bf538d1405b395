"""Automatic Jacobians of rows that do not depend on each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from tests.laws.cases import Case
from tests.laws.flows import Arrays, compiled, rows_of


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


def of_output(case: Case, output: str) -> tuple[Arrays, Any]:
    """What `forward` or `inverse` returns on the usual rows in float64, and its Jacobian."""
    model, rows = compiled(case).models[output], rows_of(case)
    given = "latent" if output == "forward" else case.event
    result = case.event if output == "forward" else "latent"
    others = {
        record.name: rows[record.name]
        for record in model.output_record.inputs
        if record.name != given
    }

    def run(point: Any) -> tuple[Any, Any]:
        answer = model({**others, given: point})
        return answer[result], answer["ldj"]

    value, ldj, matrix = jacobian(run, rows[given])
    return {result: value, "ldj": ldj}, matrix


def log_volume(matrix: Any) -> Any:
    """`log |det|` of each matrix."""
    return np.linalg.slogdet(matrix)[1]
