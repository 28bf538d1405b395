"""Random numbers per row: a counter-based generator in integer arithmetic.

Number k of the row with seed s is `mix(mix(s) + (k + 1) · γ)`, with splitmix64's finalizer `mix`
and increment γ, all modulo 2**64. It depends on nothing else, so it is the same eagerly, in
graphs, under XLA and in any batch.

References: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014,
https://doi.org/10.1145/2714064.2660195
"""

from __future__ import annotations

from typing import Any

from flowspec.backend import Tensor, np, tf

GAMMA = 0x9E3779B97F4A7C15
_FIRST = 0xBF58476D1CE4E5B9
_SECOND = 0x94D049BB133111EB


def uniforms(seeds: Tensor, count: Tensor | int) -> Tensor:
    """Uniform numbers strictly between 0 and 1, float64.

    Shapes: seeds `(B,)`, any integers; returns `(B, count)`.
    """
    bits = tf.bitwise.right_shift(words(seeds, count), _word(12))
    return (tf.cast(tf.cast(bits, tf.int64), tf.float64) + 0.5) * 2.0**-52


def derived_seeds(seeds: Tensor, count: Tensor | int, first: int = 0) -> Tensor:
    """Seeds derived from seeds, int64. Shapes: seeds `(B,)`; returns `(B, count)`."""
    return tf.bitcast(words(seeds, count, first), tf.int64)


def row_seeds(seed: int, rows: int, first: int = 0) -> Any:
    """The seeds of rows from one integer: those of some rows without those before them.

    Args:
        seed: Any integer, taken modulo 2**64.
        rows: The number of rows, B.
        first: How many rows come before them.

    Returns:
        A NumPy array `(B,)`, int64.
    """
    key = np.asarray([int(seed) % 2**64], np.uint64).view(np.int64)
    return derived_seeds(key, rows, first)[0].numpy()


def words(seeds: Tensor, count: Tensor | int, first: int = 0) -> Tensor:
    """Words `first` to `first + count` of each row, uint64. Shapes: `(B,)`; `(B, count)`."""
    start = _mix(tf.bitcast(tf.cast(seeds, tf.int64), tf.uint64))
    last = tf.cast(count, tf.int64) + first
    steps = tf.bitcast(tf.range(1 + first, last + 1, dtype=tf.int64), tf.uint64)
    return _mix(start[:, tf.newaxis] + steps * _word(GAMMA))


def _mix(word: Tensor) -> Tensor:
    word = tf.bitwise.bitwise_xor(word, tf.bitwise.right_shift(word, _word(30))) * _word(_FIRST)
    word = tf.bitwise.bitwise_xor(word, tf.bitwise.right_shift(word, _word(27))) * _word(_SECOND)
    return tf.bitwise.bitwise_xor(word, tf.bitwise.right_shift(word, _word(31)))


def _word(value: int) -> Tensor:
    return tf.constant(value, tf.uint64)
