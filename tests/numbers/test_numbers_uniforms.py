"""The generator is SplitMix64: the same words as in Python's own integers, uniform and apart."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
import tensorflow as tf

import flowspec
from flowspec import seeds as numpy_seeds
from flowspec.build.uniforms import derived_seeds, uniforms, words
from flowspec.seeds import row_seeds

SEEDS = [0, 1, 2, 3, -1, -2, -123456789, 2**31, 2**63 - 1, -(2**63), 2**63 - 2, 1 - 2**63, 1234567]
COUNT = 50
MANY = 100_000

# The first words of SplitMix64 from the state 0, as published with its C implementation.
PUBLISHED = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F, 0xF88BB8A8724C81EC]


MODES = {
    "eager": lambda run: run,
    "graph": tf.function,
    "xla": lambda run: tf.function(run, jit_compile=True),
}
each_mode = pytest.mark.parametrize("mode", MODES.values(), ids=MODES)


def test_the_reference_yields_the_published_words(splitmix_words):
    assert splitmix_words(0, 4) == PUBLISHED


@each_mode
def test_words_are_those_of_pythons_integers(splitmix_words, mode):
    found = mode(lambda seeds: words(seeds, COUNT))(tf.constant(SEEDS, tf.int64))
    assert found.numpy().tolist() == [splitmix_words(seed, COUNT) for seed in SEEDS]


@each_mode
def test_uniforms_are_the_first_52_bits_and_a_half(splitmix_words, mode):
    found = mode(lambda seeds: uniforms(seeds, COUNT))(tf.constant(SEEDS, tf.int64))
    expected = [[((w >> 12) + 0.5) / 2**52 for w in splitmix_words(s, COUNT)] for s in SEEDS]
    assert found.numpy().tolist() == expected


def test_derived_seeds_are_the_words_as_signed_numbers(splitmix_words):
    expected = np.array([splitmix_words(seed, COUNT) for seed in SEEDS], np.uint64)
    found = derived_seeds(tf.constant(SEEDS, tf.int64), COUNT)
    np.testing.assert_array_equal(found, expected.view(np.int64))
    np.testing.assert_array_equal(numpy_seeds.derived_seeds(SEEDS, COUNT), found)


@pytest.mark.parametrize("seed", [0, 7, -1, 2**63, 2**70 + 5])
def test_seeds_of_later_rows_are_those_of_all_rows(splitmix_words, seed):
    expected = np.array(splitmix_words(seed % 2**64, COUNT), np.uint64).view(np.int64)
    np.testing.assert_array_equal(row_seeds(seed, COUNT), expected)
    np.testing.assert_array_equal(row_seeds(seed, 9, first=13), expected[13:22])


def test_a_row_does_not_depend_on_the_rows_beside_it():
    together = uniforms(tf.constant(SEEDS, tf.int64), COUNT)
    for row, seed in zip(together.numpy(), SEEDS, strict=True):
        np.testing.assert_array_equal(row, uniforms(tf.constant([seed], tf.int64), COUNT)[0])


def test_more_numbers_begin_with_the_fewer():
    seeds = tf.constant(SEEDS, tf.int64)
    np.testing.assert_array_equal(uniforms(seeds, COUNT)[:, :7], uniforms(seeds, 7))


@pytest.fixture(scope="module")
def by_seed():
    """The first numbers of many neighbouring seeds."""
    return uniforms(tf.range(MANY, dtype=tf.int64), 3).numpy()


@pytest.fixture(scope="module")
def by_counter():
    """Many numbers of a few seeds, one seed a column."""
    return uniforms(tf.constant([0, 1, -1], tf.int64), MANY).numpy().T


@pytest.mark.parametrize("table", ["by_seed", "by_counter"])
def test_numbers_are_strictly_inside_and_uniform(table, request):
    for column in request.getfixturevalue(table).T:
        assert column.min() > 0
        assert column.max() < 1
        assert scipy.stats.kstest(column, "uniform").pvalue > 1e-3


@pytest.mark.parametrize("lag", [1, 2, 3, 64])
@pytest.mark.parametrize("table", ["by_seed", "by_counter"])
def test_neighbours_are_uncorrelated(table, request, lag):
    # Four standard deviations of the correlation of independent numbers.
    limit = 4 / np.sqrt(MANY)
    for column in request.getfixturevalue(table).T:
        assert abs(np.corrcoef(column[:-lag], column[lag:])[0, 1]) < limit


def test_the_numbers_of_one_seed_are_uncorrelated(by_seed):
    apart = np.corrcoef(by_seed.T) - np.eye(3)
    assert np.all(np.abs(apart) < 4 / np.sqrt(MANY))


def test_the_streams_of_neighbouring_seeds_are_uncorrelated(by_counter):
    apart = np.corrcoef(by_counter.T) - np.eye(3)
    assert np.all(np.abs(apart) < 4 / np.sqrt(MANY))


def test_every_bit_of_the_words_is_as_often_set_as_not():
    bits = np.unpackbits(words(tf.range(MANY, dtype=tf.int64), 1).numpy().view(np.uint8), axis=1)
    share = bits.mean(0)
    assert share.shape == (64,)
    assert np.all(np.abs(share - 0.5) < 4.5 * 0.5 / np.sqrt(MANY))


@pytest.mark.parametrize("seed", [0, 7, -7, 2**63 - 1, -(2**63), 2**64 - 7])
def test_one_seed_for_a_sample_derives_the_seeds_of_its_rows(splitmix_words, seed):
    flow = flowspec.compile(
        {
            "flowspec": 1,
            "name": "plain",
            "event": {"shape": [2]},
            "layers": [{"kind": "elementwise", "transform": {"kind": "additive"}}],
        }
    )
    rows = np.array(splitmix_words(seed, 6), np.uint64).view(np.int64)
    np.testing.assert_array_equal(flow.sample(6, seed=seed), flow.ask("sample", seed=rows)["event"])
