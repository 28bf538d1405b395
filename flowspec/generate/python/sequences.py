"""Masks and orders of layers, and the rules by which people would write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """A mask or an order.

    Attributes:
        values: One for each feature.
        name: What a constant of these values is called.
        rule: The text of the constant, where it is not just the values.
    """

    values: tuple[Any, ...]
    name: str
    rule: str | None = None


def mask_row(mask: Sequence[bool]) -> Row:
    """The mask of a layer."""
    size = len(mask)
    rules = {
        "EVEN": ([i % 2 == 0 for i in range(size)], "tuple(i % 2 == 0 for i in range(SIZE))"),
        "ODD": ([i % 2 == 1 for i in range(size)], "tuple(i % 2 == 1 for i in range(SIZE))"),
        "FIRST_HALF": (
            [i < size // 2 for i in range(size)], "tuple(i < SIZE // 2 for i in range(SIZE))",
        ),
    }  # fmt: skip
    return _row(mask, rules, "MASK")


def order_row(order: Sequence[int]) -> Row:
    """The order of a permutation."""
    size = len(order)
    rules = {
        "REVERSED": ([*range(size)][::-1], "tuple(reversed(range(SIZE)))"),
        "ROLLED": ([size - 1, *range(size - 1)], "(SIZE - 1, *range(SIZE - 1))"),
    }
    return _row(order, rules, "ORDER")


def _row(values: Sequence[Any], rules: dict[str, tuple[list[Any], str]], word: str) -> Row:
    for name, (found, text) in rules.items():
        if list(values) == found:
            return Row(tuple(values), name, text)
    return Row(tuple(values), word)
