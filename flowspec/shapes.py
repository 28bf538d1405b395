"""Shapes as the plan writes them: sizes known from the spec, letters for what a call decides.

`B` is the batch, `S` the draws per row; every other axis has a size.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

Axis = int | str
Shape = tuple[Axis, ...]

BATCH = "B"


def rows(*sizes: int, draws: int | None = None) -> Shape:
    """The shape of one value per row, `(B, *sizes)`, or per draw, `(B, S, *sizes)`."""
    return (BATCH, *sizes) if draws is None else (BATCH, draws, *sizes)


def count(shape: Iterable[int]) -> int:
    """The number of elements of a shape whose sizes are all known."""
    return math.prod(shape)


def text(shape: Shape) -> str:
    """The shape as people write it: `(B, 6)`, `(B,)`, `()`."""
    inner = ", ".join(map(str, shape))
    return f"({inner},)" if len(shape) == 1 else f"({inner})"


def open_batch(shape: Shape) -> tuple[int | None, ...]:
    """The shape as TensorFlow writes it: letters become unknown axes."""
    return tuple(axis if isinstance(axis, int) else None for axis in shape)
