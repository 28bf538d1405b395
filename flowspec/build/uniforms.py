"""Random numbers per row: a counter-based generator in integer arithmetic.

Number k of the row with seed s is `mix(mix(s) + (k + 1) · γ)`, with splitmix64's finalizer `mix`
and increment γ, all modulo 2**64. It depends on nothing else, so it is the same eagerly, in
graphs, under XLA and in any batch.

References: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014,
https://doi.org/10.1145/2714064.2660195
"""

from __future__ import annotations

from flowspec.backend import Tensor, tf
from flowspec.splitmix import GAMMA, LAST_SHIFT, STEPS


def uniforms(seeds: Tensor, count: Tensor | int) -> Tensor:
    """Uniform numbers strictly between 0 and 1, float64.

    Shapes: seeds `(B,)`, any integers; returns `(B, count)`.
    """
    bits = tf.bitwise.right_shift(words(seeds, count), _word(12))
    return (tf.cast(tf.cast(bits, tf.int64), tf.float64) + 0.5) * 2.0**-52


def derived_seeds(seeds: Tensor, count: Tensor | int) -> Tensor:
    """Seeds derived from seeds, int64. Shapes: seeds `(B,)`; returns `(B, count)`."""
    return tf.bitcast(words(seeds, count), tf.int64)


def words(seeds: Tensor, count: Tensor | int) -> Tensor:
    """The first words of each row, uint64. Shapes: seeds `(B,)`; returns `(B, count)`."""
    start = _mix(tf.bitcast(tf.cast(seeds, tf.int64), tf.uint64))
    last = tf.cast(count, tf.int64) + 1
    steps = tf.bitcast(tf.range(1, last, dtype=tf.int64), tf.uint64)
    return _mix(start[:, tf.newaxis] + steps * _word(GAMMA))


def _mix(word: Tensor) -> Tensor:
    for shift, factor in STEPS:
        word = _folded(word, shift) * _word(factor)
    return _folded(word, LAST_SHIFT)


def _folded(word: Tensor, shift: int) -> Tensor:
    return tf.bitwise.bitwise_xor(word, tf.bitwise.right_shift(word, _word(shift)))


def _word(value: int) -> Tensor:
    return tf.constant(value, tf.uint64)
