"""The chain of layers as it is built: a loop for every repeat of the spec."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flowspec.generate.python.call import Call
from flowspec.generate.python.literals import Verbatim
from flowspec.generate.python.module import Module
from flowspec.generate.python.sequences import Row

_LETTERS = "ijklmnopqrstuvwxyz"
_PERIOD = 4
"""The longest cycle that is written where it is used; others become a table."""

Index = tuple[int, ...]


@dataclass(frozen=True)
class Step:
    """One place of the chain: how its layer is made, for each iteration of the loops around it."""

    calls: Mapping[Index, Call]


@dataclass(frozen=True)
class Loop:
    """A repeat."""

    count: int
    items: tuple[Step | Loop, ...]


def chain_lines(layers: Sequence[Any], calls: Sequence[Call], module: Module) -> list[str]:
    """The lines that make the list `chain`.

    Args:
        layers: The layers of the resolved spec, repeats as they stand there.
        calls: How each layer of the plan is made; the last is the event's own map.
        module: The module.
    """
    rest = iter(calls)
    items = [*_taken(layers, rest), Step({(): next(rest)})]
    return ["chain: list[FlowLayer] = []", *_lines(items, (), module)]


def _taken(layers: Sequence[Any], calls: Iterator[Call]) -> list[Step | Loop]:
    """The steps and loops of a list of the spec, each layer taken from the plan in turn."""
    items: list[Step | Loop] = []
    for node in layers:
        if "repeat" not in node:
            items.append(Step({(): next(calls)}))
            continue
        rounds = [_taken(node["layers"], calls) for _ in range(node["repeat"])]
        if len(rounds) == 1:
            items += rounds[0]
        else:
            items.append(Loop(len(rounds), tuple(map(_merged, zip(*rounds, strict=True)))))
    return items


def _merged(rounds: Sequence[Any]) -> Step | Loop:
    """The same place in every iteration of a repeat."""
    if isinstance(rounds[0], Loop):
        inner = zip(*(loop.items for loop in rounds), strict=True)
        return Loop(rounds[0].count, tuple(map(_merged, inner)))
    return Step(
        {(number, *at): call for number, one in enumerate(rounds) for at, call in one.calls.items()}
    )


def _lines(items: Sequence[Step | Loop], loops: tuple[str, ...], module: Module) -> list[str]:
    lines: list[str] = []
    for item in items:
        if isinstance(item, Step):
            lines.append(f"chain.append({_made(item.calls, loops, module)})")
        else:
            letter = _LETTERS[len(loops)]
            lines.append(f"for {letter} in range({item.count}):")
            inner = _lines(item.items, (*loops, letter), module)
            lines += [f"    {line}" for line in inner]
    return lines


def _made(calls: Mapping[Index, Call], loops: tuple[str, ...], module: Module) -> str:
    """How an object is made in every iteration."""
    first = next(iter(calls.values()))
    arguments: list[str] = []
    for name, value in first.arguments.items():
        found = {at: call.arguments[name] for at, call in calls.items()}
        if isinstance(value, Call):
            text = _made({at: one for at, one in found.items() if isinstance(one, Call)},
                         loops, module)  # fmt: skip
        elif name == "name":
            text = _path({at: str(one) for at, one in found.items()}, loops)
        else:
            text = _varied(found, loops, name.upper(), module)
        arguments.append(f"{name}={text}")
    return f"{first.name}({', '.join(arguments)})"


def _path(paths: Mapping[Index, str], loops: tuple[str, ...]) -> str:
    """A path with the loops' variables in the place of the iterations' numbers."""
    first = next(iter(paths.values()))
    if len(set(paths.values())) == 1:
        return first
    rows = {at: path.strip("'").split(".") for at, path in paths.items()}
    segments: list[str] = []
    for place, segment in enumerate(first.strip("'").split(".")):
        same = all(row[place] == segment for row in rows.values())
        letters = [
            letter
            for axis, letter in enumerate(loops)
            if all(row[place] == str(at[axis]) for at, row in rows.items())
        ]
        segments.append(segment if same else f"{{{letters[0]}}}")
    return f'f"{".".join(segments)}"'


def _varied(values: Mapping[Index, Any], loops: tuple[str, ...], word: str, module: Module) -> str:
    """An expression that is the right one of these in every iteration."""
    first = next(iter(values.values()))
    if all(value == first for value in values.values()):
        return _named(first, module)
    for axis, letter in enumerate(loops):
        row = {at[axis]: value for at, value in values.items()}
        if all(row[at[axis]] == value for at, value in values.items()):
            return _cycle([row[number] for number in sorted(row)], letter, word, module)
    name = module.constant(_table(values), f"{word}S")
    return name + "".join(f"[{letter}]" for letter in loops)


def _cycle(row: Sequence[Any], letter: str, word: str, module: Module) -> str:
    """The items of a row, which may come again and again."""
    for period in range(2, min(_PERIOD, len(row)) + 1):
        if all(value == row[number % period] for number, value in enumerate(row)):
            items = ", ".join(_named(value, module) for value in row[:period])
            return f"({items})[{letter}{f' % {period}' if period < len(row) else ''}]"
    table = _table({(number,): value for number, value in enumerate(row)})
    return f"{module.constant(table, f'{word}S')}[{letter}]"


def _named(value: Any, module: Module) -> str:
    """The value; a sequence as a constant."""
    if not isinstance(value, Row):
        return str(value)
    return module.constant(value.values, value.name, text=value.rule)


def _table(values: Mapping[Index, Any]) -> Any:
    """Nested tuples, one level for each loop."""
    if () in values:
        value = values[()]
        return value.values if isinstance(value, Row) else Verbatim(value)
    rows: dict[int, dict[Index, Any]] = {}
    for (number, *rest), value in values.items():
        rows.setdefault(number, {})[tuple(rest)] = value
    return tuple(_table(row) for row in rows.values())
