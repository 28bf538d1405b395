"""How two lists are laid beside each other."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Sequence

Pair = tuple[int, int]

MOST_CELLS = 2**22
"""Beyond so many pairs of elements, only equal beginnings and ends are found."""


def common(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Pair]:
    """The places of a longest common subsequence; equal beginnings and ends are always in it.

    Example:
        >>> common("abcd", "abxcd")
        [(0, 0), (1, 1), (2, 3), (3, 4)]
    """
    shorter = min(len(old), len(new))
    start = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    rest = shorter - start
    end = next((i for i in range(rest) if old[-1 - i] != new[-1 - i]), rest)
    shared = set(old) & set(new)
    a = [i for i in range(start, len(old) - end) if old[i] in shared]
    b = [j for j in range(start, len(new) - end) if new[j] in shared]
    middle = _longest(old, new, a, b) if len(a) * len(b) <= MOST_CELLS else []
    tail = [(len(old) - i, len(new) - i) for i in range(end, 0, -1)]
    return [*((i, i) for i in range(start)), *middle, *tail]


def _longest(
    old: Sequence[Hashable], new: Sequence[Hashable], a: list[int], b: list[int]
) -> list[Pair]:
    """The longest common subsequence of the elements at the places `a` and `b`."""
    rows = [[0] * (len(b) + 1)]
    values = [new[j] for j in b]
    for i in reversed(a):
        below, row, value = rows[-1], [0] * (len(b) + 1), old[i]
        for at in range(len(b) - 1, -1, -1):
            if values[at] == value:
                row[at] = below[at + 1] + 1
            else:
                row[at] = below[at] if below[at] >= row[at + 1] else row[at + 1]
        rows.append(row)
    rows.reverse()
    found: list[Pair] = []
    x = y = 0
    while x < len(a) and y < len(b):
        if old[a[x]] == values[y]:
            found.append((a[x], b[y]))
            x, y = x + 1, y + 1
        elif rows[x + 1][y] >= rows[x][y + 1]:
            x += 1
        else:
            y += 1
    return found


def increasing(pairs: Sequence[Pair]) -> list[Pair]:
    """The longest list of pairs that are in order on both sides.

    Example:
        >>> increasing([(0, 1), (1, 2), (2, 0)])
        [(0, 1), (1, 2)]
    """
    ordered = sorted(pairs)
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for place, (_, right) in enumerate(ordered):
        at = bisect_left(ends, right)
        before.append(last[at - 1] if at else -1)
        if at == len(ends):
            ends.append(right)
            last.append(place)
        else:
            ends[at], last[at] = right, place
    chain: list[Pair] = []
    place = last[-1] if last else -1
    while place >= 0:
        chain.append(ordered[place])
        place = before[place]
    return chain[::-1]
