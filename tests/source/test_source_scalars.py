"""YAML 1.2 scalars."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowspec.diagnostics import SpecError
from flowspec.source import read_text

TABLE = [
    ("", None),
    ("~", None),
    ("null", None),
    ("Null", None),
    ("NULL", None),
    ("nULL", "nULL"),
    ("true", True),
    ("True", True),
    ("TRUE", True),
    ("false", False),
    ("False", False),
    ("FALSE", False),
    ("tRUE", "tRUE"),
    ("yes", "yes"),
    ("no", "no"),
    ("on", "on"),
    ("off", "off"),
    ("y", "y"),
    ("n", "n"),
    ("NO", "NO"),
    ("0", 0),
    ("-0", 0),
    ("+12", 12),
    ("-12", -12),
    ("012", 12),
    ("089", 89),
    ("0o17", 15),
    ("0o18", "0o18"),
    ("-0o17", "-0o17"),
    ("0x1F", 31),
    ("0xfg", "0xfg"),
    ("0b101", "0b101"),
    ("1_000", "1_000"),
    ("1_000.5", "1_000.5"),
    ("12:30", "12:30"),
    ("12:30:45", "12:30:45"),
    ("1e-3", 1e-3),
    ("1E5", 1e5),
    ("1e+3", 1e3),
    ("1.", 1.0),
    (".5", 0.5),
    ("-.5e1", -5.0),
    ("1.5", 1.5),
    ("1.0.0", "1.0.0"),
    (".", "."),
    ("e3", "e3"),
    ("1e", "1e"),
    ("+", "+"),
    ("--1", "--1"),
    (".inf", math.inf),
    ("+.INF", math.inf),
    ("-.Inf", -math.inf),
    ("inf", "inf"),
    ("nan", "nan"),
    ("infinity", "infinity"),
    ("2001-01-01", "2001-01-01"),
    ("2001-01-01T00:00:00Z", "2001-01-01T00:00:00Z"),
    ("=", "="),
    ("<<", "<<"),
    ("١٢", "١٢"),
    ("a b  c", "a b  c"),
]


def value(text: str) -> Any:
    return read_text(text, "a.yaml", any_top=True).plain()


def slug(text: str) -> str:
    with pytest.raises(SpecError) as caught:
        value(text)
    return caught.value.diagnostics[0].slug


@pytest.mark.parametrize(("text", "expected"), TABLE)
def test_a_plain_scalar_is_read_as_yaml_1_2(text: str, expected: object) -> None:
    found = value(f"a: {text}")["a"]
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_nan_is_a_number(text: str) -> None:
    assert math.isnan(value(text))


@pytest.mark.parametrize(("text", "_"), [row for row in TABLE if row[0]])
@pytest.mark.parametrize("quotes", ["'{}'", '"{}"', "|-\n  {}", ">-\n  {}", "!!str {}", "! {}"])
def test_a_quoted_or_tagged_scalar_is_a_string(text: str, _: object, quotes: str) -> None:
    assert value(f"a: {quotes.format(text)}") == {"a": text}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("!!int '12'", 12),
        ("!!int 0x1F", 31),
        ("!!float 12", 12.0),
        ("!!float '.5'", 0.5),
        ("!!bool 'true'", True),
        ("!!null ''", None),
        ("!!str", ""),
        ("!!seq [1]", [1]),
        ("!!map {a: 1}", {"a": 1}),
        ("! [1]", [1]),
        ("!<tag:yaml.org,2002:int> '7'", 7),
    ],
)
def test_core_tags_are_honoured(text: str, expected: object) -> None:
    assert value(f"a: {text}") == {"a": expected}
    assert type(value(f"a: {text}")["a"]) is type(expected)


@pytest.mark.parametrize(
    "text",
    [
        "!!int x",
        "!!int 1.5",
        "!!int true",
        "!!bool yes",
        "!!bool 1",
        "!!null 0",
        "!!float x",
        "!!map x",
        "!!seq",
        "!!seq {}",
        "!!map []",
        "!!str []",
    ],
)
def test_a_tag_that_does_not_fit_is_refused(text: str) -> None:
    assert slug(f"a: {text}") == "tag-mismatch"


@pytest.mark.parametrize(
    "tag",
    [
        "!!python/object:os.system",
        "!!python/tuple",
        "!foo",
        "!!set",
        "!!binary",
        "!!timestamp",
        "!!merge",
        "!<x>",
    ],
)
@pytest.mark.parametrize("content", ["x", "[]", "{}"])
def test_other_tags_are_refused(tag: str, content: str) -> None:
    assert slug(f"a: {tag} {content}") == "unknown-tag"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9" * 101, "number-too-long"),
        ("9" * 10**6, "number-too-long"),
        ("0x" + "f" * 99, "number-too-long"),
        ("0." + "1" * 99, "number-too-long"),
        ("!!float " + "9" * 101, "number-too-long"),
        ("1e400", "number-out-of-range"),
        ("-1e400", "number-out-of-range"),
    ],
)
def test_absurd_numbers_are_refused(text: str, expected: str) -> None:
    assert slug(f"a: {text}") == expected


def test_numbers_of_a_hundred_characters_are_read() -> None:
    assert value("9" * 100) == 10**100 - 1
    assert value("!!float " + "9" * 100) == 1e100


@given(st.integers(-(10**90), 10**90))
def test_every_integer_is_read_as_python_writes_it(number: int) -> None:
    assert value(str(number)) == number


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_is_read_as_python_writes_it(number: float) -> None:
    found = value(repr(number))
    assert found == number
    assert type(found) is float
