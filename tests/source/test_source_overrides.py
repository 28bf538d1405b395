"""Changes from the command line."""

from __future__ import annotations

from typing import Any

import pytest

from flowspec.diagnostics import Diagnostic, Span, SpecError
from flowspec.source import Node, from_data, read_text, resolve_node

SPEC = """\
event:
  support: {kind: interval, low: 0, high: 1}
layers:
  - repeat: 2
  - {kind: permutation, order: [1, 0]}
empty:
"""


def top() -> Node:
    return read_text(SPEC, "a.yaml")


def changed(*overrides: str) -> Any:
    return resolve_node(top(), overrides).plain()


def problem(override: str) -> Diagnostic:
    with pytest.raises(SpecError) as caught:
        resolve_node(top(), [override])
    [diagnostic] = caught.value.diagnostics
    return diagnostic


@pytest.mark.parametrize(
    ("override", "path", "expected"),
    [
        ("layers.0.repeat=8", ["layers", 0, "repeat"], 8),
        ("layers.0.repeat= 8 ", ["layers", 0, "repeat"], 8),
        ("layers.0.repeat = 8", ["layers", 0, "repeat"], 8),
        ("rate=1e-3", ["rate"], 1e-3),
        ("rate='1e-3'", ["rate"], "1e-3"),
        ("rate=no", ["rate"], "no"),
        ("text=a=b", ["text"], "a=b"),
        ("layers.1.order.0=7", ["layers", 1, "order"], [7, 0]),
        ("layers.1.order=[0, 1, 2]", ["layers", 1, "order"], [0, 1, 2]),
        ("layers=[]", ["layers"], []),
        ("layers.1.order.0=", ["layers", 1, "order"], [0]),
        ("event.support.low=-1", ["event", "support"], {"kind": "interval", "low": -1, "high": 1}),
        ("event.support={low: -1}", ["event", "support", "high"], 1),
        ("event.support={kind: positive}", ["event", "support"], {"kind": "positive"}),
        ("event.support.kind=positive", ["event", "support"], {"kind": "positive"}),
        ("event.support={high: null}", ["event", "support"], {"kind": "interval", "low": 0}),
        ("layers.1={kind: lu}", ["layers", 1], {"kind": "lu"}),
        ("training.loss.kind=x", ["training"], {"loss": {"kind": "x"}}),
        ("empty.a.b=1", ["empty"], {"a": {"b": 1}}),
        ("event.0=1", ["event", "0"], 1),
    ],
)
def test_an_override_changes_its_place(override: str, path: list[str | int], expected: Any) -> None:
    node = resolve_node(top(), [override]).get(path)
    assert node is not None
    assert node.plain() == expected


@pytest.mark.parametrize("value", ["", "null", "~", " "])
def test_null_removes(value: str) -> None:
    assert "event" not in changed(f"event={value}")
    assert "low" not in changed(f"event.support.low={value}")["event"]["support"]
    assert len(changed(f"layers.0={value}")["layers"]) == 1


@pytest.mark.parametrize("override", ["nothing=", "no.such.place=", "empty.a.b=null"])
def test_removing_nothing_changes_nothing(override: str) -> None:
    assert changed(override) == changed()


def test_overrides_apply_in_order() -> None:
    assert changed("a=1", "a=2")["a"] == 2
    assert changed("layers.0=", "layers.0.order=")["layers"] == [{"kind": "permutation"}]


@pytest.mark.parametrize(
    ("override", "slug", "column", "length"),
    [
        ("layers.0.repeat", "override-syntax", 1, 15),
        ("", "override-syntax", 1, 0),
        ("=8", "override-syntax", 1, 1),
        ("layers..repeat=8", "override-syntax", 8, 1),
        ("layers.=8", "override-syntax", 8, 1),
        ("a\x1bb=8", "override-syntax", 1, 3),
        ("layers.2.repeat=8", "override-path", 8, 1),
        ("layers.-1=8", "override-path", 8, 2),
        ("layers.first=8", "override-path", 8, 5),
        (f"layers.{'9' * 5000}=8", "override-path", 8, 5000),
        ("layers.0.repeat.x=8", "override-path", 17, 1),
        ("new.0.x=8", "override-path", 5, 1),
        ("new.0=8", "override-path", 5, 1),
        ("extends=a.yaml", "override-path", 1, 7),
        ("event=[1", "yaml-syntax", 9, 1),
        ("event={a: 1, a: 2}", "duplicate-key", 14, 1),
        ("event=!foo x", "unknown-tag", 7, 6),
    ],
)
def test_a_wrong_override_is_refused_at_its_place(
    override: str, slug: str, column: int, length: int
) -> None:
    found = problem(override)
    assert found.slug == slug
    assert found.span == Span(f"--set {override}", 1, column, override, length)


def test_all_wrong_overrides_are_reported_at_once() -> None:
    with pytest.raises(SpecError) as caught:
        resolve_node(top(), ["a", "b=1", "layers.9=1", "c=["])
    assert [found.slug for found in caught.value.diagnostics] == [
        "override-syntax",
        "override-path",
        "yaml-syntax",
    ]


def test_an_overridden_node_stands_in_the_override() -> None:
    override = "layers.0={repeat: 8}"
    node = resolve_node(top(), [override]).get(["layers", 0, "repeat"])
    assert node is not None
    assert node.span == Span(f"--set {override}", 1, 19, override, 1)
    assert node.key_span == Span(f"--set {override}", 1, 11, override, 6)


def test_an_overridden_value_has_its_step_as_key() -> None:
    node = resolve_node(top(), ["layers.0.repeat=8"]).get(["layers", 0, "repeat"])
    assert node is not None
    assert node.key_span == Span("--set layers.0.repeat=8", 1, 10, "layers.0.repeat=8", 6)


def test_a_later_line_of_an_override_keeps_its_columns() -> None:
    node = resolve_node(top(), ["a=- x\n- y"]).get(["a", 1])
    assert node is not None
    assert node.span is not None
    assert (node.span.line, node.span.column, node.span.text) == (2, 3, "- y")


def test_maps_around_a_change_stay_where_they_are() -> None:
    before, after = top(), resolve_node(top(), ["event.support.low=-1", "empty.a=1"])
    for path in [(), ("event",), ("event", "support")]:
        assert after.find(path).span == before.find(path).span
        assert after.find(path).key_span == before.find(path).key_span
    assert after.find(["empty"]).key_span == before.find(["empty"]).key_span


def test_overrides_leave_the_tree_as_it_was() -> None:
    before = from_data({"a": {"b": [1]}})
    resolve_node(before, ["a.b.0=2", "a.c=3", "a.b="])
    assert before.plain() == {"a": {"b": [1]}}
