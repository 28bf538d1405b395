"""Diagnostics as plain data."""

from flowspec.diagnostics import Diagnostic, Span, as_data


def test_what_is_known_is_given_and_nothing_else():
    span = Span("a.yaml", 2, 3, "  kind: x", 4)
    full = Diagnostic(slug="s", message="m", severity="warning", span=span, path="a.0",
                      expected="e", got="g", nearest="n", help="h")  # fmt: skip
    assert as_data([full, Diagnostic(slug="s", message="m")]) == [
        {
            "slug": "s", "message": "m", "severity": "warning", "path": "a.0",
            "span": {"file": "a.yaml", "line": 2, "column": 3, "text": "  kind: x", "length": 4},
            "expected": "e", "got": "g", "nearest": "n", "help": "h",
        },
        {"slug": "s", "message": "m", "severity": "error"},
    ]  # fmt: skip


def test_a_very_long_line_is_not_given_once_for_every_problem_on_it():
    def spans(length):
        return as_data([Diagnostic(slug="s", message="m", span=Span("a", 1, 1, "x" * length))])

    assert spans(1000)[0]["span"]["text"] == "x" * 1000
    assert spans(1001)[0]["span"] == {"file": "a", "line": 1, "column": 1, "length": 1}
