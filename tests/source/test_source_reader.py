"""Text to nodes: positions, merge keys and aliases, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from flowspec.diagnostics import Diagnostic, Span, SpecError, render
from flowspec.source import Node, read_text
from flowspec.source.lines import Lines
from flowspec.source.reader import build_tree, parse

SPEC = """\
flowspec: 1
event: {name: action, shape: [6]}
layers:
  - kind: coupling
    note: "one
      two"
  - &shared
    kind: permutation
again: *shared
empty:
block: |
  text
"""


def plain(text: str) -> Any:
    return read_text(text, "a.yaml").plain()


def problems(text: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(SpecError) as caught:
        read_text(text, "a.yaml")
    return caught.value.diagnostics


def place(span: Span | None) -> tuple[int, int, int]:
    assert span is not None
    return span.line, span.column, span.length


def at(path: str) -> Node:
    steps = [int(part) if part.isdigit() else part for part in path.split(".") if part]
    node = read_text(SPEC, "a.yaml").get(steps)
    assert node is not None
    return node


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", (1, 1, 8)),
        ("flowspec", (1, 11, 1)),
        ("event", (2, 8, 1)),
        ("event.name", (2, 15, 6)),
        ("event.shape", (2, 30, 1)),
        ("event.shape.0", (2, 31, 1)),
        ("layers", (4, 3, 1)),
        ("layers.0", (4, 5, 4)),
        ("layers.0.kind", (4, 11, 8)),
        ("layers.0.note", (5, 11, 4)),
        ("layers.1", (7, 5, 7)),
        ("again", (7, 5, 7)),
        ("again.kind", (8, 11, 11)),
        ("empty", (10, 7, 1)),
        ("block", (11, 8, 1)),
    ],
)
def test_a_node_knows_where_it_stands(path: str, expected: tuple[int, int, int]) -> None:
    assert place(at(path).span) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("flowspec", (1, 1, 8)),
        ("event.shape", (2, 23, 5)),
        ("layers.0.note", (5, 5, 4)),
        ("again", (9, 1, 5)),
        ("again.kind", (8, 5, 4)),
    ],
)
def test_a_value_of_a_map_knows_where_its_key_stands(
    path: str, expected: tuple[int, int, int]
) -> None:
    assert place(at(path).key_span) == expected


@pytest.mark.parametrize("path", ["", "layers.0", "event.shape.0"])
def test_only_values_of_maps_have_keys(path: str) -> None:
    assert at(path).key_span is None


def test_a_span_holds_the_line_and_the_file() -> None:
    assert at("event.name").span == Span("a.yaml", 2, 15, SPEC.splitlines()[1], 6)


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_line_break_counts_once(newline: str) -> None:
    node = read_text(newline.join(["a: 1", "b:", "  c: 2", ""]), "a.yaml").get(["b", "c"])
    assert node is not None
    assert node.span == Span("a.yaml", 3, 6, "  c: 2")


def test_columns_count_characters() -> None:
    node = read_text("a: {世😀: x}", "a.yaml").get(["a", "世😀"])
    assert node is not None
    assert place(node.key_span) == (1, 5, 2)
    assert place(node.span) == (1, 9, 1)


def test_a_byte_order_mark_is_no_character() -> None:
    node = read_text("\ufeffa: 1", "a.yaml").get(["a"])
    assert node is not None
    assert node.key_span == Span("a.yaml", 1, 1, "a: 1")


def test_find_stops_at_the_deepest_node() -> None:
    top = read_text(SPEC, "a.yaml")
    assert top.find(["event", "nmae", "x"]) is top.get(["event"])
    assert top.find(["layers", 7]) is top.get(["layers"])
    assert top.find(["layers", "0"]) is top.get(["layers"])
    assert top.find(["layers", -1]) is top.get(["layers"])
    assert top.find(["flowspec", 0]) is top.get(["flowspec"])
    assert top.find([0]) is top
    assert top.find([]) is top


def test_get_of_a_path_that_leads_nowhere_is_none() -> None:
    top = read_text(SPEC, "a.yaml")
    assert top.get(["event", "nmae"]) is None
    assert top.get(["layers", 2]) is None


def test_plain_data_is_newly_made() -> None:
    top = read_text(SPEC, "a.yaml")
    top.plain()["event"]["shape"].append(7)
    assert top.plain()["event"]["shape"] == [6]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1: a", {"1": "a"}),
        ("012: a", {"012": "a"}),
        ("true: a", {"true": "a"}),
        ("null: a", {"null": "a"}),
        ("'a b': c", {"a b": "c"}),
        ("!!str 1: a", {"1": "a"}),
        ("? a\n? b", {"a": None, "b": None}),
        ("&k key: *k", {"key": "key"}),
        ("a: &x 1\nb: *x", {"a": 1, "b": 1}),
        ("a: &x 1\nb: &x 2\nc: *x", {"a": 1, "b": 2, "c": 2}),
        ("a: &x {b: &x 1, c: *x}\nd: *x", {"a": {"b": 1, "c": 1}, "d": 1}),
        ("%YAML 1.2\n---\na: 1\n...", {"a": 1}),
    ],
)
def test_keys_and_aliases_are_read(text: str, expected: object) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x {k: 1, l: 2}\nb: {<<: *x, l: 3}", {"k": 1, "l": 3}),
        ("a: &x {k: 1, l: 2}\nb: {l: 3, <<: *x}", {"k": 1, "l": 3}),
        ("a: &x {k: 1}\nc: &y {k: 2, m: 3}\nb: {<<: [*x, *y]}", {"k": 1, "m": 3}),
        ("b: {<<: {k: 1}, l: 2}", {"k": 1, "l": 2}),
        ("b: {'<<': 1}", {"<<": 1}),
        ("b: {<<: []}", {}),
        ("a: &x {k: 1}\nc: &y {<<: *x, l: 2}\nb: {<<: *y}", {"k": 1, "l": 2}),
        ("a: &x {k: {m: 1}}\nb: {<<: *x, k: {n: 2}}", {"k": {"n": 2}}),
    ],
)
def test_merge_keys_give_way_to_explicit_keys(text: str, expected: object) -> None:
    assert plain(text)["b"] == expected


def test_a_merged_value_stands_where_it_was_written() -> None:
    node = read_text("a: &x {k: 1}\nb: {<<: *x}", "a.yaml").get(["b", "k"])
    assert node is not None
    assert place(node.key_span) == (1, 8, 1)


@pytest.mark.parametrize(
    ("text", "slug", "expected"),
    [
        ("a: [1", "yaml-syntax", (1, 6, 1)),
        ("a: b: c", "yaml-syntax", (1, 5, 1)),
        ("a:\n\tb: 1", "yaml-syntax", (2, 1, 1)),
        ("a: 'x\n\n\n", "yaml-syntax", (1, 6, 1)),
        ("%YAML 3.0\n---\na: 1", "yaml-syntax", (1, 1, 1)),
        ("a: {x: 1, x: 2}", "duplicate-key", (1, 11, 1)),
        ("a: 1\n'a': 2", "duplicate-key", (2, 1, 3)),
        ("a: &x {}\n<<: *x\n<<: *x", "duplicate-key", (3, 1, 2)),
        ("a: !foo x", "unknown-tag", (1, 4, 6)),
        ("%TAG !x! y\n---\na: 1", "unknown-tag", (1, 1, 4)),
        ("!!int 1: a", "tag-mismatch", (1, 1, 7)),
        ("!foo a: 1", "unknown-tag", (1, 1, 6)),
        ("? [a]\n: 1", "non-scalar-key", (1, 3, 1)),
        ("? {a: 1}\n: 1", "non-scalar-key", (1, 3, 1)),
        ("a: &x b\n*x : 1", "non-scalar-key", (2, 1, 2)),
        ("a: *x", "unknown-alias", (1, 4, 2)),
        ("a: &x [*x]", "recursive-alias", (1, 8, 2)),
        ("a: &x {b: [{c: *x}]}", "recursive-alias", (1, 16, 2)),
        ("a: &x {<<: *x}", "recursive-alias", (1, 12, 2)),
        ("a: {<<: 1}", "merge-of-non-map", (1, 9, 1)),
        ("a: &x 1\nb: {<<: *x}", "merge-of-non-map", (2, 9, 2)),
        ("a: {<<: [{}, 1]}", "merge-of-non-map", (1, 14, 1)),
        ("a: 1\n---\nb: 1", "several-documents", (2, 1, 3)),
        ("%YAML 1.1\n---\na: 1", "yaml-version", (1, 1, 9)),
        ("", "empty-document", (1, 1, 1)),
        ("\n\n", "empty-document", (1, 1, 1)),
        ("# only this\n", "empty-document", (1, 12, 1)),
        ("---\n", "empty-document", (1, 4, 1)),
        ("null", "empty-document", (1, 5, 1)),
        ("- a", "top-not-a-map", (1, 1, 1)),
        ("word", "top-not-a-map", (1, 1, 4)),
        ("a: \x07", "unacceptable-character", (1, 4, 1)),
        ("a: b\u2028c", "unacceptable-character", (1, 5, 1)),
        ("a: b\nc: \ud800", "unacceptable-character", (2, 4, 1)),
    ],
)
def test_a_wrong_text_is_refused_at_its_place(
    text: str, slug: str, expected: tuple[int, int, int]
) -> None:
    [problem] = problems(text)
    assert (problem.slug, place(problem.span)) == (slug, expected)


def test_a_duplicate_key_points_at_both_places() -> None:
    [problem] = problems("a: 1\nb: 2\na: 3")
    assert place(problem.span) == (3, 1, 1)
    assert "line 1" in (problem.help or "")


def test_a_problem_says_its_path() -> None:
    [problem] = problems("layers:\n  - {}\n  - {kind: !foo x}")
    assert problem.path == "layers.1.kind"


def test_an_unknown_alias_names_the_nearest_anchor() -> None:
    [problem] = problems("a: &policy 1\nb: *polcy")
    assert problem.nearest == "policy"


def test_an_unfinished_collection_says_where_it_began() -> None:
    [problem] = problems("a: [1,\n2,\n3")
    assert "line 1" in (problem.help or "")


def test_all_problems_of_a_text_are_reported_at_once() -> None:
    found = problems("a: 1\na: 2\nb: !foo x\nc: *d\ne: !!int x\n? [1]\n: 2\nf: 1e999")
    assert [problem.slug for problem in found] == [
        "duplicate-key",
        "unknown-tag",
        "unknown-alias",
        "tag-mismatch",
        "non-scalar-key",
        "number-out-of-range",
    ]


def test_a_syntax_error_comes_after_what_was_found_before_it() -> None:
    found = problems("a: 1\na: 2\nb: [")
    assert [problem.slug for problem in found] == ["duplicate-key", "yaml-syntax"]


def test_a_value_may_be_anything_where_that_is_asked_for() -> None:
    assert [read_text(text, "x", any_top=True).plain() for text in ("", "1", "[a]", "~")] == [
        None,
        1,
        ["a"],
        None,
    ]


def test_a_rendered_problem_shows_its_line() -> None:
    [problem] = problems("event:\n  name: a\n  name: b")
    assert render(problem) == "\n".join(
        [
            "error[duplicate-key]: the key `name` is given twice in one map",
            "  --> a.yaml:3:3",
            "   |",
            " 3 |   name: b",
            "   |   ^^^^",
            "   = help: it is given first on line 2",
        ]
    )


@pytest.mark.parametrize("text", [SPEC, "a: &x {k: 1}\nb: {<<: *x, l: [2, '3']}", "a: !!str 1"])
def test_the_slow_parser_reads_the_same(text: str) -> None:
    tree = build_tree(parse(text, yaml.SafeLoader), Lines(text, "a.yaml"))
    assert tree is not None
    assert tree.plain() == plain(text)


COLON = "a key is followed by a colon and a space"


@pytest.mark.parametrize(
    ("text", "line", "help_"),
    [
        ("a: 1\ntransform: kind: affine  # why", 2, "in braces: `{kind: affine}`"),
        ("- transform: kind: affine", 1, "in braces: `{kind: affine}`"),
        ("a: some words: more", 1, "put a text that contains `: ` in quotes"),
        ("flowspec:1\nname: x", 2, f"look at the lines above: {COLON}"),
        ("event: {shape:[2]}", 1, COLON),
        ("flowspec: 1\nname x\nevent: {shape: [2]}", 2, COLON),
    ],
)
def test_a_slip_with_a_colon_is_helped(text, line, help_):
    with pytest.raises(SpecError) as caught:
        read_text(text, "file.yaml")
    (one,) = caught.value.diagnostics
    assert one.span.line == line
    assert help_ in one.help
