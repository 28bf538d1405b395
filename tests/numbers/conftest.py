"""What the references have in common: agreement, a plain network, a plain generator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

MASK = 2**64 - 1


def _agree(found: Any, expected: Any, tolerance: float = 1e-10, scale: Any = 1.0) -> None:
    found, expected = np.asarray(found), np.asarray(expected, np.float64)
    assert found.shape == expected.shape
    assert np.all(np.isfinite(expected))
    # Divided by the scale, which may be an array where a tolerance may not.
    unit = np.maximum(np.abs(expected), scale)
    np.testing.assert_allclose(found / unit, expected / unit, rtol=0, atol=tolerance)


def _words(seed: int, count: int) -> list[int]:
    state = _finalize(seed & MASK)
    return [_finalize((state + (k + 1) * 0x9E3779B97F4A7C15) & MASK) for k in range(count)]


def _finalize(word: int) -> int:
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & MASK
    return word ^ (word >> 31)


def _normals(seed: int, draws: int, features: int) -> np.ndarray:
    """Draws `(S, D)` by Box and Muller: radii from the first half of a draw's uniforms."""
    pairs = (features + 1) // 2
    numbers = [((word >> 12) + 0.5) / 2**52 for word in _words(seed, 2 * pairs * draws)]
    first, second = np.reshape(numbers, (draws, 2, pairs)).swapaxes(0, 1)
    radius, angle = np.sqrt(-2 * np.log(first)), 2 * np.pi * second
    both = np.stack([radius * np.cos(angle), radius * np.sin(angle)], -1)
    return both.reshape(draws, 2 * pairs)[:, :features]


def _run_mlp(variables: Any, prefix: str, value: Any, activation: Callable[..., Any]) -> Any:
    depth = sum(path.startswith(prefix) and path.endswith(".kernel") for path in variables)
    for index in range(depth):
        kernel = np.asarray(variables[f"{prefix}.dense_{index}.kernel"])
        value = value @ kernel + np.asarray(variables[f"{prefix}.dense_{index}.bias"])
        value = activation(value) if index < depth - 1 else value
    return value


def _randomize(flow: Any, scale: float = 0.4, seed: int = 5) -> None:
    random = np.random.default_rng(seed)
    for path, variable in flow.variables.items():
        statistic = path.rpartition(".")[2]
        if variable.trainable:
            variable.assign(random.normal(0, scale, variable.shape))
        elif statistic == "mean":
            variable.assign(random.normal(0, 1, variable.shape))
        elif statistic == "scale":
            variable.assign(random.uniform(0.5, 2, variable.shape))


@pytest.fixture(scope="session")
def agree() -> Callable[..., None]:
    """`agree(found, expected, tolerance=1e-10, scale=1.0)`: equal shapes, close numbers.

    An error is relative to the expected number or to the scale, whichever is greater.
    """
    return _agree


@pytest.fixture(scope="session")
def splitmix_words() -> Callable[[int, int], list[int]]:
    """`words(seed, count)`: SplitMix64 in Python's own integers, seeded by a mixed seed."""
    return _words


@pytest.fixture(scope="session")
def normals() -> Callable[[int, int, int], np.ndarray]:
    """`normals(seed, draws, features)`: the standard normal draws of one row, `(S, D)`."""
    return _normals


@pytest.fixture(scope="session")
def run_mlp() -> Callable[..., Any]:
    """`run_mlp(variables, prefix, value, activation)`: a stack of dense layers in NumPy."""
    return _run_mlp


@pytest.fixture(scope="session")
def randomize() -> Callable[..., None]:
    """`randomize(flow)`: other variables than those of a fresh flow, statistics included."""
    return _randomize
