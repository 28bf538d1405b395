"""What stands between the layers of a model: Keras layers without variables.

Their names have dots, so that no input of a flow can be called the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flowspec.backend import Tensor, keras, tf
from flowspec.build.registry import registered


@registered
class LogProb(keras.layers.Layer):
    """The log-density of the event from the base's and the ldj of the direction that was run."""

    def __init__(self, *, inverse: bool, dtype: str, **options: Any) -> None:
        super().__init__(autocast=False, **{"name": "flow.log_prob", "dtype": dtype, **options})
        self.inverse = inverse

    def call(self, base_log_prob: Tensor, ldj: Tensor) -> Tensor:
        """Plus the inverse's ldj, minus the forward one. Shapes: `(N,)` all."""
        return base_log_prob + ldj if self.inverse else base_log_prob - ldj

    def compute_output_spec(self, base_log_prob: Any, ldj: Any) -> Any:
        """Shape and dtype without a trace."""
        return keras.KerasTensor(ldj.shape, ldj.dtype)

    def get_config(self) -> dict[str, Any]:
        """The direction."""
        return {**super().get_config(), "inverse": self.inverse}


@registered
class RepeatRows(keras.layers.Layer):
    """Every row S times in a row. Shapes: `(B, C)`; returns `(B·S, C)`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(autocast=False, **options)

    def call(self, value: Tensor, draws: Any) -> Tensor:
        """Repeat."""
        return tf.repeat(value, draws, axis=0)

    def compute_output_spec(self, value: Any, draws: int) -> Any:
        """Shape and dtype without a trace."""
        return keras.KerasTensor((None, *value.shape[1:]), value.dtype)


@registered
class FoldDraws(keras.layers.Layer):
    """Draws on an axis of their own. Shapes: `(B·S, …)`; returns `(B, S, …)`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(autocast=False, **options)

    def call(self, value: Tensor, draws: Any) -> Tensor:
        """Reshape."""
        return tf.reshape(value, (-1, draws, *value.shape[1:]))

    def compute_output_spec(self, value: Any, draws: int) -> Any:
        """Shape and dtype without a trace."""
        return keras.KerasTensor((None, draws, *value.shape[1:]), value.dtype)


@registered
class MarkUnknown(keras.layers.Layer):
    """NaN in every row whose encoded context has a NaN, which an activation may have swallowed.

    Shapes: value `(B, …)`, features a list of `(B, C)`; returns `(B, …)`.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(autocast=False, **options)

    def call(self, value: Tensor, features: Sequence[Tensor]) -> Tensor:
        """Mark the rows."""
        return value + unknown_rows(features, value.shape.rank, value.dtype)

    def compute_output_spec(self, value: Any, features: Sequence[Any]) -> Any:
        """Shape and dtype without a trace."""
        return keras.KerasTensor(value.shape, value.dtype)


def unknown_rows(features: Sequence[Tensor], rank: int, dtype: Any) -> Tensor:
    """NaN for rows with a NaN among their features, else zero. Shapes: `(B, 1, …)` of the rank."""
    unknown = tf.reduce_any(tf.math.is_nan(tf.concat(list(features), -1)), -1)
    marks = tf.where(unknown, tf.constant(float("nan"), dtype), tf.constant(0.0, dtype))
    return tf.reshape(marks, (-1, *(1 for _ in range(rank - 1))))
