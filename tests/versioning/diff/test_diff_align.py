"""Lists laid beside each other, against references that try everything."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from flowspec.versioning.diff import align
from flowspec.versioning.diff.align import common, increasing

words = st.text("abc", max_size=7)


def subsequences(word):
    return {
        "".join(chosen)
        for size in range(len(word) + 1)
        for chosen in itertools.combinations(word, size)
    }


@given(words, words)
def test_a_common_subsequence_is_one_and_none_is_longer(old, new):
    pairs = common(old, new)
    assert all(old[i] == new[j] for i, j in pairs)
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in itertools.pairwise(pairs))
    assert len(pairs) == max(map(len, subsequences(old) & subsequences(new)))


@given(words, words, words)
def test_what_is_put_in_leaves_the_rest_paired_with_itself(start, middle, end):
    pairs = common(start + end, start + middle + end)
    assert len(pairs) == len(start + end)
    assert pairs[: len(start)] == [(i, i) for i in range(len(start))]


def test_beyond_the_limit_equal_beginnings_and_ends_are_found(monkeypatch):
    monkeypatch.setattr(align, "MOST_CELLS", 0)
    assert common("abcxyz", "abycxz") == [(0, 0), (1, 1), (5, 5)]
    assert common("", "") == []


@given(st.permutations(range(6)), st.integers(0, 6))
def test_the_longest_increasing_pairs_are_found(order, size):
    pairs = list(enumerate(order))[:size]
    found = increasing(pairs)
    assert set(found) <= set(pairs)
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in itertools.pairwise(found))
    every = (c for n in range(size + 1) for c in itertools.combinations([j for _, j in pairs], n))
    assert len(found) == max(len(c) for c in every if list(c) == sorted(c))
