"""JSON objects, one per line of a text, and where their values stand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from json.decoder import WHITESPACE, scanstring  # pyright: ignore[reportAttributeAccessIssue]
from typing import Any

from flowspec.data.faults import Faults, value_text
from flowspec.data.lines import Lines, Place
from flowspec.diagnostics import DataError, Diagnostic

_DECODER = json.JSONDecoder()


class Objects:
    """Objects by name, each with the number of its row, from 1; lines that hold none are filed.

    Attributes:
        lines: The lines they are read from; the present row is that of the last object.
    """

    def __init__(self, lines: Lines, faults: Faults, number: int = 0) -> None:
        self.lines = lines
        self._faults = faults
        self._number = number

    def __iter__(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """The objects from the next line on."""
        for line in self._texts():
            self._number += 1
            values = self._parse(line)
            if values is not None:
                yield self._number, values

    def _texts(self) -> Iterator[str]:
        """The lines that are not blank, as far as the text can be read."""
        try:
            while True:
                self.lines.begin()
                line = next(self.lines, None)
                if line is None:
                    return
                if line.strip():
                    yield line
        except DataError as error:
            self._faults.add_all(len(error.diagnostics), error.diagnostics)

    def _parse(self, line: str) -> dict[str, Any] | None:
        try:
            value = json.loads(line, object_pairs_hook=_object)
        except json.JSONDecodeError as error:
            at = min(error.pos, max(len(line.rstrip()) - 1, 0))
            self._file_syntax(error.msg, lambda _: (at, at + 1))
        except _DoubledKeyError as error:
            self._file_doubled(error.args[0])
        except (ValueError, RecursionError):
            self._file_syntax("a value is too long, or too deep")
        else:
            if isinstance(value, dict):
                return value
            self._file_no_object(value)
        return None

    def _file_syntax(self, reason: str, place: Place | None = None) -> None:
        fault = Diagnostic(
            slug="json-syntax",
            message=f"row {self._number} is not JSON: {reason[0].lower()}{reason[1:]}",
            span=self.lines.span(place),
        )
        self._faults.add(fault)

    def _file_doubled(self, key: str) -> None:
        fault = Diagnostic(
            slug="doubled-column",
            message=f"row {self._number} holds the key {value_text(key)} more than once",
            span=self.lines.span(),
        )
        self._faults.add(fault)

    def _file_no_object(self, value: Any) -> None:
        fault = Diagnostic(
            slug="not-an-object",
            message=f"row {self._number} is no JSON object",
            span=self.lines.span(),
            expected="an object from column names to values",
            got=value_text(value),
        )
        self._faults.add(fault)


class _DoubledKeyError(Exception):
    """An object has a key twice."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        raise _DoubledKeyError(next(key for key, count in counts.items() if count > 1))
    return found


def place_of_value(text: str, key: str) -> tuple[int, int]:
    """Where the value of a key stands in a text that is an object."""
    at = _skip(text, text.index("{") + 1)
    while text[at] != "}":
        name, at = scanstring(text, at + 1, False)
        start = _skip(text, _skip(text, at) + 1)
        _, end = _DECODER.raw_decode(text, start)
        if name == key:
            return start, end
        at = _skip(text, end)
        at = _skip(text, at + 1) if text[at] == "," else at
    return 0, 1


def _skip(text: str, at: int) -> int:
    """The next character that is no space."""
    match = WHITESPACE.match(text, at)
    return match.end() if match else at
