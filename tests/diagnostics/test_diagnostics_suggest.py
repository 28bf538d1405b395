"""Spelling suggestions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowspec.diagnostics import nearest

CHOICES = ["affine", "additive", "rational_quadratic_spline", "one_hot", "identity", "maf"]


@pytest.mark.parametrize(
    ("word", "choice"),
    [
        ("afine", "affine"),
        ("Affine", "affine"),
        ("one-hot", "one_hot"),
        ("one hot", "one_hot"),
        ("OneHot", "one_hot"),
        ("rational_quadratic_splines", "rational_quadratic_spline"),
        ("RationalQuadraticSpline", "rational_quadratic_spline"),
        ("AFFINE", "affine"),
        ("m - a - f", "maf"),
        ("idnetity", "identity"),
    ],
)
def test_a_slip_finds_its_word(word: str, choice: str) -> None:
    assert nearest(word, CHOICES) == choice


@pytest.mark.parametrize("word", ["", "zebra", "x", "42"])
def test_nothing_is_suggested_when_nothing_is_near(word: str) -> None:
    assert nearest(word, CHOICES) is None


def test_without_choices_there_is_no_suggestion() -> None:
    assert nearest("affine", []) is None


def test_a_huge_word_is_not_compared() -> None:
    assert nearest("affine" * 10**5, CHOICES) is None


@given(st.sampled_from(CHOICES))
def test_every_choice_is_nearest_to_itself(choice: str) -> None:
    assert nearest(choice, CHOICES) == choice


@given(st.text(), st.lists(st.text(max_size=20), max_size=20))
def test_a_suggestion_is_a_choice(word: str, choices: list[str]) -> None:
    assert nearest(word, choices) in {None, *choices}
