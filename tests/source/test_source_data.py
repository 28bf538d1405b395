"""Python data to nodes."""

from __future__ import annotations

import datetime
import enum
from collections import OrderedDict
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from flowspec.diagnostics import SpecError
from flowspec.source import from_data


class Color(enum.StrEnum):
    """A word that is more than a word."""

    RED = "red"


class Shade(str, enum.Enum):  # noqa: UP042
    """A word whose own `str` is not that word."""

    DARK = "dark"


class Level(enum.IntEnum):
    """A number that is more than a number."""

    LOW = 1


class ZeroDimensional:
    """What a scalar of NumPy looks like."""

    shape = ()

    def __init__(self, value: object) -> None:
        self.value = value

    def item(self) -> object:
        """The value as Python has it."""
        return self.value


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (None, None),
        (True, True),
        (3, 3),
        (0.5, 0.5),
        ("x", "x"),
        ((1, (2,)), [1, [2]]),
        ({"a": {"b": []}}, {"a": {"b": []}}),
        (OrderedDict({"a": 1}), {"a": 1}),
        (MappingProxyType({"a": 1}), {"a": 1}),
        (Color.RED, "red"),
        (Shade.DARK, "dark"),
        ({Shade.DARK: 1}, {"dark": 1}),
        ({Color.RED: 1}, {"red": 1}),
        (Level.LOW, 1),
        (ZeroDimensional(2.5), 2.5),
        (ZeroDimensional(True), True),
    ],
)
def test_what_yaml_can_say_passes(data: object, expected: object) -> None:
    found = from_data(data).plain()
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    "data",
    [
        {1, 2},
        b"x",
        object(),
        len,
        Path("a"),
        datetime.date(2001, 1, 1),
        1j,
        10**100,
        -(10**100),
        "\ud800",
        {1: 2},
        {None: 1},
        {"\ud800": 1},
        ZeroDimensional(datetime.date(2001, 1, 1)),
        iter([1]),
    ],
)
def test_what_yaml_cannot_say_is_refused(data: object) -> None:
    with pytest.raises(SpecError) as caught:
        from_data(data)
    [problem] = caught.value.diagnostics
    assert problem.slug == "data-type"


def test_every_wrong_value_is_reported_with_its_path() -> None:
    data: dict[str, Any] = {"a": [1, {2}], "b": {"c": b"", 3: 4}}
    with pytest.raises(SpecError) as caught:
        from_data(data, "policy")
    found = [(problem.path, problem.message) for problem in caught.value.diagnostics]
    assert found == [
        ("a.1", "`policy` holds a value that is of type `set`, which YAML cannot say"),
        ("b.c", "`policy` holds a value that is of type `bytes`, which YAML cannot say"),
        ("b", "`policy` holds a key that is of type `int`, which YAML cannot say"),
    ]


def test_a_node_from_data_has_no_place() -> None:
    top = from_data({"a": [1]})
    assert {top.span, top.find(["a"]).span, top.find(["a", 0]).span} == {None}
