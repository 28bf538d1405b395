"""Paths that differ in one number and say the same, written as one.

A flow with `repeat: 8` has every variable of the repeated layers eight times; reviewers read it
once.
"""

from __future__ import annotations

from collections.abc import Mapping


def runs(facts: Mapping[str, str]) -> dict[str, str]:
    """The facts of paths, those that follow each other in one number together.

    Example:
        >>> runs({"layers.0.0.raw": "(2,)", "layers.0.1.raw": "(2,)", "base.raw": "(2, 2)"})
        {'layers.0.[0-1].raw': '(2,)', 'base.raw': '(2, 2)'}
    """
    found = {tuple(path.split(".")): fact for path, fact in facts.items()}
    depth = max((len(path) for path in found), default=0)
    for place in reversed(range(depth)):
        found = _merged(found, place)
    return {".".join(path): fact for path, fact in found.items()}


def _merged(facts: Mapping[tuple[str, ...], str], place: int) -> dict[tuple[str, ...], str]:
    """The same facts, runs at one place of the paths merged; in the order of the first of each."""
    runs: list[tuple[tuple[str, ...], str, int, int]] = []
    last: dict[tuple[tuple[str, ...], str], int] = {}
    for path, fact in facts.items():
        number = int(path[place]) if len(path) > place and path[place].isdecimal() else None
        if number is None:
            runs.append((path, fact, -1, -1))
            continue
        key = ((*path[:place], "", *path[place + 1 :]), fact)
        if key in last and runs[last[key]][3] == number - 1:
            first, _, start, _ = runs[last[key]]
            runs[last[key]] = (first, fact, start, number)
        else:
            last[key] = len(runs)
            runs.append((path, fact, number, number))
    return {
        (*path[:place], f"[{start}-{end}]", *path[place + 1 :]) if end > start else path: fact
        for path, fact, start, end in runs
    }
