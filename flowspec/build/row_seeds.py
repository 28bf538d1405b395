"""Seeds for rows that were given none, from the store's own generator state."""

from __future__ import annotations

from typing import Any

from flowspec.backend import Tensor, keras, tf
from flowspec.build.registry import registered
from flowspec.build.uniforms import derived_seeds


@registered
class RowSeeds(keras.layers.Layer):
    """A fresh seed for each row of any input. Shapes: `(B, …)`; returns `(B,)`, int64.

    The state is Keras' own kind: `keras.utils.set_random_seed`, called before the flow is
    compiled, makes it repeatable.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(autocast=False, **options)
        self.generator = keras.random.SeedGenerator(name="row_seeds")

    def call(self, rows: Tensor) -> Tensor:
        """Advance the state once, and derive one seed for each row."""
        state = tf.cast(self.generator.next(), tf.int64)
        key = tf.bitwise.left_shift(state[0], tf.constant(32, tf.int64)) + state[1]
        return derived_seeds(key[tf.newaxis], tf.shape(rows)[0])[0]

    def get_config(self) -> dict[str, Any]:
        """With the name, which Keras leaves out where it gave one itself."""
        return {**super().get_config(), "name": self.name}

    def compute_output_spec(self, rows: Any) -> Any:
        """Shapes and dtypes without a trace."""
        return keras.KerasTensor((rows.shape[0],), "int64")
