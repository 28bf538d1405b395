"""Functions like the methods of kinds: what they are given besides numbers decides what they do."""

from __future__ import annotations

from dataclasses import dataclass

FACTOR = 3.0


@dataclass(frozen=True)
class Settings:
    """Stands for a kind, which only code that is being written knows."""

    powers: tuple[int, ...] = (1, 2)
    doubled: bool = True


def scaled(x, factor):
    """`factor · x`."""
    # A comment that says why.
    return FACTOR * factor * x


def both(x, y):
    """Two values."""
    return x + y, x - y


def loop(settings, x, y):
    total = y
    for power in settings.powers:
        total = total + x**power
    return total


def branch(settings, x, y):
    if settings.doubled and len(settings.powers) == 2:
        return scaled(x, 2.0)
    return y


def swap(settings, x, y):
    x, y = y, x
    return x - 2.0 * y


def swap_computed(settings, x, y):
    x, y = y + 1.0, x - 1.0
    return x / y


def alias(settings, x, y):
    old = x
    x = scaled(x, 2.0)
    return old - x


def inner(settings, value):
    value = value * value
    value = value + 1.0
    return value / 2.0


def nested(settings, x, y):
    value = inner(settings, x + y)
    other = inner(settings, y)
    return value - other


def last(settings, x, y):
    value = x + y
    return inner(settings, value * value)


def twice(settings, x, y):
    return square(settings, x + y)


def square(settings, value):
    return value * value


def pair(settings, x, y):
    total, difference = both(x, y)
    total += 1.0
    return total * difference


def items(settings, x, y):
    found = [x + power for power in settings.powers]
    power = y
    return found[0] * found[1] * found[0] + power


def shadowed(settings, x, y):
    scaled = x + 1.0
    return scaled - helper(settings, y)


def helper(settings, y):
    return scaled(y, 2.0)


def keywords(settings, x, y):
    options = {"factor": y}
    return scaled(x, **options) if settings.doubled else x


def builtin(settings, x, y):
    return max(x, y) + abs(-x)


def while_loop(settings, x, y):
    while x > y:
        x = x - 1.0
    return x


def undecided(settings, x, y):
    return x if x > y else y


def closure(settings, x, y):
    return (lambda value: value + x)(y)


def endless(settings, x, y):
    return [value + y for value in x]
