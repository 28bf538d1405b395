"""Arrays as a dataset of batches, as Keras makes them but for its cast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowspec.backend import Tensor, keras, tf


def batches(data: Mapping[str, Any], rows: int, size: int, shuffle: bool | str) -> Any:
    """Batches of `(x, y, sample_weight)`, as far as they are given, gathered by their places.

    Args:
        data: Structures of arrays: `x`, and where there are such, `y` and `sample_weight`.
        rows: The number of rows of each.
        size: Rows per batch.
        shuffle: Whether rows, or with `"batch"` those of each batch, come in a new order.
    """
    x, y, sample_weight = data["x"], data.get("y"), data.get("sample_weight")
    weights = sample_weight
    if weights is not None and keras.tree.is_nested(y) and not keras.tree.is_nested(weights):
        sample_weight = keras.tree.map_structure(lambda _: weights, y)
    packed = keras.utils.pack_x_y_sample_weight(x, y, sample_weight)
    tensors = keras.tree.map_structure(
        lambda array: None if array is None else tf.convert_to_tensor(array),
        keras.tree.lists_to_tuples(packed),
    )

    def gather(places: Tensor) -> Any:
        return keras.tree.map_structure(
            lambda tensor: None if tensor is None else tf.gather(tensor, places), tensors
        )

    places = tf.data.Dataset.range(rows)
    if shuffle and shuffle != "batch":
        places = places.shuffle(rows)
    places = places.batch(size)
    if shuffle == "batch":
        # Seeds of their own, or after `set_random_seed` every epoch would have one order.
        seeds = tf.data.Dataset.random(rerandomize_each_iteration=True).batch(2)
        places = tf.data.Dataset.zip((places, seeds)).map(_mixed)
    return places.map(gather).prefetch(tf.data.AUTOTUNE)


def _mixed(places: Tensor, seed: Tensor) -> Tensor:
    """The places of one batch in a new order."""
    return tf.gather(places, tf.argsort(tf.random.stateless_uniform(tf.shape(places), seed)))
