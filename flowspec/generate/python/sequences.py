"""Masks and orders as constants: by a rule where there is one, else written out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flowspec.generate.python.module import Module


def mask_constant(mask: Sequence[bool], module: Module) -> str:
    """The name of the constant that is a mask."""
    size, mask = len(mask), tuple(mask)
    half = size // 2
    rules = {
        "EVEN": (tuple(i % 2 == 0 for i in range(size)), "tuple(i % 2 == 0 for i in range(SIZE))"),
        "ODD": (tuple(i % 2 == 1 for i in range(size)), "tuple(i % 2 == 1 for i in range(SIZE))"),
        "FIRST_HALF": (
            tuple(i < half for i in range(size)), "tuple(i < SIZE // 2 for i in range(SIZE))",
        ),
    }  # fmt: skip
    return _named(mask, rules, "MASK", module)


def order_constant(order: Sequence[int], module: Module) -> str:
    """The name of the constant that is an order of features."""
    size = len(order)
    rules = {
        "REVERSED": (tuple(range(size))[::-1], "tuple(reversed(range(SIZE)))"),
        "ROLLED": ((size - 1, *range(size - 1)), "(SIZE - 1, *range(SIZE - 1))"),
    }
    return _named(tuple(order), rules, "ORDER", module)


def _named(
    values: tuple[Any, ...], rules: dict[str, tuple[tuple[Any, ...], str]], word: str,
    module: Module,
) -> str:  # fmt: skip
    for name, (found, text) in rules.items():
        if values == found:
            return module.constant(values, name, text=text)
    return module.constant(values, word)
