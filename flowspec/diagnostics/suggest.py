"""Spelling suggestions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from itertools import islice

_CUTOFF = 0.6
_LONGEST_WORD = 100
_MOST_CHOICES = 1000
_SEPARATORS = re.compile(r"[-_\s.]+")


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that `word` was probably meant to be.

    Case and separators do not count, so `one-hot`, `oneHot` and `ONE HOT` all mean `one_hot`.

    Args:
        word: What was written.
        choices: What could have been written; of two that read the same the first wins.

    Returns:
        The nearest choice, or None when nothing is near.

    Example:
        >>> nearest("rational_quadratic_splin", ["affine", "rational_quadratic_spline"])
        'rational_quadratic_spline'
        >>> nearest("one-hot", ["embedding", "one_hot"])
        'one_hot'
        >>> nearest("zebra", ["affine", "one_hot"]) is None
        True
    """
    if len(word) > _LONGEST_WORD:
        return None
    by_letters: dict[str, str] = {}
    for choice in islice(choices, _MOST_CHOICES):
        by_letters.setdefault(_letters(choice), choice)
    close = difflib.get_close_matches(_letters(word), by_letters, n=1, cutoff=_CUTOFF)
    return by_letters[close[0]] if close else None


def _letters(word: str) -> str:
    return _SEPARATORS.sub("", word).casefold()
