"""Diagnostics as text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowspec.diagnostics import Diagnostic, Span, ansi, render, render_all

LINE = "        transform: {kind: afine}"


PROBLEM = Diagnostic(slug="unknown-kind", message="no transform is called `afine`")


def carets(text: str, column: int, length: int = 1) -> tuple[str, str]:
    """The source line and the caret line, both after the gutter."""
    rows = render(replace(PROBLEM, span=Span("a.yaml", 7, column, text, length))).splitlines()
    return rows[3].split(" | ", 1)[1], rows[4].split(" | ", 1)[1]


def test_a_full_diagnostic_reads_like_rustc() -> None:
    diagnostic = replace(
        PROBLEM,
        span=Span("specs/latent_policy.yaml", 16, 27, LINE, 5),
        path="layers.0.transform.kind",
        expected="one of additive, affine",
        got="afine",
        nearest="affine",
        help="flowspec explain lists the transforms",
    )
    assert render(diagnostic) == "\n".join(
        [
            "error[unknown-kind]: no transform is called `afine`",
            "   --> specs/latent_policy.yaml:16:27",
            "    |",
            " 16 |         transform: {kind: afine}",
            "    |                           ^^^^^",
            "    = expected: one of additive, affine",
            "    = got: afine",
            "    = nearest: did you mean `affine`?",
            "    = help: flowspec explain lists the transforms",
        ]
    )


def test_without_a_span_the_path_is_shown() -> None:
    assert render(replace(PROBLEM, path="layers.0.kind")).splitlines()[1] == "  --> layers.0.kind"


def test_without_span_and_path_one_line_remains() -> None:
    assert render(PROBLEM) == "error[unknown-kind]: no transform is called `afine`"


def test_a_span_without_text_shows_no_source() -> None:
    assert render(replace(PROBLEM, span=Span("a.yaml", 3, 1))).splitlines()[1:] == [
        "  --> a.yaml:3:1"
    ]


def test_a_warning_says_so() -> None:
    diagnostic = Diagnostic(slug="unused", message="nothing reads it", severity="warning")
    assert render(diagnostic) == "warning[unused]: nothing reads it"


def test_several_are_parted_by_an_empty_line() -> None:
    assert render_all([PROBLEM, PROBLEM]) == f"{render(PROBLEM)}\n\n{render(PROBLEM)}"


def test_help_of_several_lines_is_aligned() -> None:
    diagnostic = Diagnostic(slug="a", message="b", help="first\nsecond")
    assert render(diagnostic).splitlines()[1:] == ["   = help: first", "           second"]


@pytest.mark.parametrize(
    ("text", "column", "length", "source", "below"),
    [
        ("abc", 2, 1, "abc", " ^"),
        ("abc", 2, 9, "abc", " ^^"),
        ("abc", 4, 1, "abc", "   ^"),
        ("abc", 99, 1, "abc", "   ^"),
        ("abc", 2, 0, "abc", " ^"),
        ("\tx", 2, 1, "    x", "    ^"),
        ("\tx", 1, 1, "    x", "^^^^"),
        ("世界 x", 2, 1, "世界 x", "  ^^"),
        ("世界 x", 4, 1, "世界 x", "     ^"),
        ("e\u0301x", 3, 1, "e\u0301x", " ^"),
        ("a\x1b[31m", 3, 1, "a\\x1b[31m", "     ^"),
        ("\u202eab", 2, 2, "\\u202eab", "      ^^"),
    ],
)
def test_the_carets_stand_below_the_span(
    text: str, column: int, length: int, source: str, below: str
) -> None:
    assert carets(text, column, length) == (source, below)


@pytest.mark.parametrize("column", [1, 40, 500, 961, 1000])
def test_a_long_line_is_shortened_around_the_span(column: int) -> None:
    text = "-" * (column - 1) + "X" + "-" * (1000 - column)
    source, below = carets(text, column)
    assert len(source) <= 102
    assert source[below.index("^")] == "X"
    assert source.startswith("…") == (column > 41)


def test_a_long_span_does_not_leave_the_shown_part() -> None:
    source, below = carets("x" * 1000, 1, 1000)
    assert (len(source), len(below)) == (101, 100)


def test_a_long_field_is_cut() -> None:
    assert len(render(replace(PROBLEM, got="x" * 10**6))) < 1200


@given(st.text(), st.text(), st.integers(-3, 300), st.integers(-3, 300))
def test_no_text_reaches_the_terminal_raw(text: str, word: str, column: int, length: int) -> None:
    span = Span(word, 1, column, text, length)
    diagnostic = Diagnostic(
        slug="a", message=word, span=span, got=word, nearest=word, expected=word, help=word
    )
    shown = render(diagnostic).replace("\n", "")
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.text(), st.text())
def test_messages_and_names_stay_on_their_line(message: str, file: str) -> None:
    diagnostic = Diagnostic(slug="a", message=message, span=Span(file, 1, 1))
    assert len(render(diagnostic).split("\n")) == 2


@given(st.text(), st.text(), st.text(min_size=1), st.sampled_from(["error", "warning"]))
def test_colours_change_no_word(message: str, word: str, line: str, severity: Any) -> None:
    span = Span("a.yaml", 3, 1, line)
    problem = Diagnostic(slug="x", message=message, severity=severity, span=span, help=word)
    painted = render(problem, ansi)
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == render(problem)
    assert painted.count("\x1b[0m") * 2 == painted.count("\x1b")
