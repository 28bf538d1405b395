"""The same data as YAML in any layout: styles, quotes, indentation, comments, line ends."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from random import Random
from typing import Any

PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?: [A-Za-z0-9_]+)*")
WORDS = {"true", "false", "null", "True", "False", "Null", "TRUE", "FALSE", "NULL"}


class Writer:
    """Writes data as one of its many texts; every choice is made by a random generator."""

    def __init__(self, random: Random, *, comments: float = 0.3) -> None:
        self.random = random
        self.newline = random.choice(["\n", "\n", "\r\n"])
        self._comments = comments
        self.written = 0

    def text(self, data: dict[str, Any]) -> str:
        """A document."""
        lines = [*self._around(0), *self._map(data, 0), *self._around(0)]
        text = self.newline.join(lines)
        return text + self.newline * self.random.choice([0, 1, 1, 1, 2])

    def maybe(self, chance: float = 0.5) -> bool:
        return self.random.random() < chance

    def comment(self) -> str:
        """A comment that stands nowhere else."""
        self.written += 1
        return f"# {self.written}" + self.random.choice(["", ": 'x", " {[", "# - a: b", " é"])

    def _tail(self) -> str:
        return f"{' ' * self.random.randint(1, 3)}{self.comment()}" if self._says() else ""

    def _says(self) -> bool:
        return self.maybe(self._comments)

    def _around(self, column: int) -> Iterator[str]:
        """Comments on lines of their own, and empty lines."""
        while self.maybe(self._comments / 2):
            margin = " " * (column if self.maybe(0.8) else self.random.randint(0, column))
            yield margin + self.comment() if self.maybe(0.8) else ""

    def _map(self, data: dict[str, Any], column: int) -> Iterator[str]:
        """The lines of a map in block style."""
        for key, value in data.items():
            yield from self._around(column)
            lines = self._value(value, column, in_map=True)
            head, *rest = lines
            yield f"{' ' * column}{self._key(key)}:{head}"
            yield from rest

    def _list(self, data: list[Any], column: int) -> Iterator[str]:
        """The lines of a list in block style."""
        for value in data:
            yield from self._around(column)
            if isinstance(value, dict) and value and self.maybe(0.6):
                inner = column + self.random.choice([2, 2, 4])
                lines = list(self._map(value, inner))
                while not lines[0].strip() or lines[0].lstrip().startswith("#"):
                    comment = lines.pop(0).strip()
                    yield " " * column + comment if comment else ""
                yield f"{' ' * column}-{' ' * (inner - column - 1)}{lines[0].lstrip()}"
                yield from lines[1:]
            else:
                head, *rest = self._value(value, column, in_map=False)
                yield f"{' ' * column}-{head}"
                yield from rest

    def _value(self, value: Any, column: int, *, in_map: bool) -> list[str]:
        """What follows a colon or a dash, and the lines after it."""
        if isinstance(value, dict | list) and value and self.maybe(0.7):
            inner = column + self.random.choice([2, 2, 4])
            if isinstance(value, list) and in_map and self.maybe(0.4):
                inner = column
            lines = self._map(value, inner) if isinstance(value, dict) else self._list(value, inner)
            return [self._tail(), *lines]
        if isinstance(value, dict | list) and value and self.maybe(0.3):
            return self._braces(value, column)
        if isinstance(value, str):
            return self._text(value, column)
        return [f" {self.flow(value)}{self._tail()}"]

    def _braces(self, value: Any, column: int) -> list[str]:
        """Braces or brackets over several lines."""
        margin = " " * (column + self.random.choice([1, 2, 3]))
        signs = "{}" if isinstance(value, dict) else "[]"
        items = (
            [f"{self._key(key)}: {self.flow(child)}" for key, child in value.items()]
            if (isinstance(value, dict))
            else list(map(self.flow, value))
        )
        lines = [f" {signs[0]}{self._tail()}"]
        for index, item in enumerate(items):
            lines += self._around(column)
            comma = "," if index < len(items) - 1 or self.maybe() else ""
            lines.append(f"{margin}{item}{comma}{self._tail()}")
        return [*lines, f"{margin}{signs[1]}{self._tail()}"]

    def _text(self, value: str, column: int) -> list[str]:
        plain = is_plain(value)
        margin = " " * (column + self.random.choice([2, 3]))
        if plain and " " in value and self.maybe(0.3):
            first, rest = value.split(" ", 1)
            return [f" {first}", f"{margin}{rest}{self._tail()}"]
        if plain and self.maybe(0.3):
            header = self.random.choice(["|-", ">-"])
            return [f" {header}{self._tail()}", margin + value]
        return [f" {self.flow(value)}{self._tail()}"]

    def flow(self, value: Any) -> str:
        """A value on one line."""
        gap = self.random.choice(["", " "])
        if isinstance(value, dict):
            pairs = (f"{self._key(key)}: {self.flow(child)}" for key, child in value.items())
            return f"{{{gap}{', '.join(pairs)}{gap}}}"
        if isinstance(value, list):
            return f"[{gap}{', '.join(map(self.flow, value))}{gap}]"
        if isinstance(value, str):
            return self._scalar(value)
        if isinstance(value, float) and not math.isfinite(value):
            return {math.inf: ".inf", -math.inf: "-.inf"}.get(value, ".nan")
        return json.dumps(value)

    def _scalar(self, text: str) -> str:
        if is_plain(text) and self.maybe(0.7):
            return text
        if text.isprintable() and self.maybe(0.4):
            return "'" + text.replace("'", "''") + "'"
        return quoted(text)

    def _key(self, key: str) -> str:
        if is_plain(key) and self.maybe(0.85):
            return key
        return quoted(key) if self.maybe() or not is_plain(key) else f"'{key}'"


def is_plain(text: str) -> bool:
    """Whether a text needs no quotes anywhere."""
    return PLAIN.fullmatch(text) is not None and text not in WORDS


def quoted(text: str) -> str:
    """A text in double quotes, with nothing in it that cannot be printed."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in escaped) + '"'
