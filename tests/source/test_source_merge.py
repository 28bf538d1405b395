"""How one tree derives from another."""

from __future__ import annotations

from typing import Any

import pytest

from flowspec.source import Node, from_data, read_text, resolve_node
from flowspec.source.merge import merge, settle


def merged(old: object, new: object) -> Any:
    return merge(from_data(old), from_data(new)).plain()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1}, {"b": 2}, {"a": 1, "b": 2}),
        ({"a": 1, "b": 2}, {"a": 3}, {"a": 3, "b": 2}),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 3}}, {"a": {"b": 3, "c": 2}}),
        ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
        ({"a": [{"b": 1}]}, {"a": [{"c": 1}]}, {"a": [{"c": 1}]}),
        ({"a": {"b": 1}}, {"a": 2}, {"a": 2}),
        ({"a": 2}, {"a": {"b": 1}}, {"a": {"b": 1}}),
        ({"a": 1, "b": 2}, {"a": None}, {"b": 2}),
        ({"a": {"b": 1}}, {"a": {"b": None}}, {"a": {}}),
        ({"a": None}, {"a": {"b": 1}}, {"a": {"b": 1}}),
    ],
)
def test_maps_merge_and_the_rest_replaces(old: object, new: object, expected: object) -> None:
    assert merged(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"kind": "a", "x": 1}, {"kind": "b", "y": 2}, {"kind": "b", "y": 2}),
        ({"kind": "a", "x": 1}, {"kind": "a", "y": 2}, {"kind": "a", "x": 1, "y": 2}),
        ({"kind": "a", "x": 1}, {"y": 2}, {"kind": "a", "x": 1, "y": 2}),
        ({"x": 1}, {"kind": "b"}, {"x": 1, "kind": "b"}),
        ({"kind": "a", "x": 1}, {"kind": None}, {"x": 1}),
        ({"s": {"kind": "a", "x": 1}}, {"s": {"kind": "b"}}, {"s": {"kind": "b"}}),
    ],
)
def test_another_kind_replaces_the_whole_map(old: object, new: object, expected: object) -> None:
    assert merged(old, new) == expected


def test_merging_keeps_the_order_of_keys() -> None:
    assert list(merged({"a": 1, "b": 2}, {"c": 3, "a": 4})) == ["a", "b", "c"]


def test_a_merged_tree_remembers_both_files() -> None:
    old = read_text("a: {b: 1, c: 2}", "old.yaml")
    new = read_text("a: {b: 3}", "new.yaml")
    tree = merge(old, new)
    files = {path: _file(tree.find(path)) for path in [("a",), ("a", "b"), ("a", "c")]}
    assert files == {("a",): "new.yaml", ("a", "b"): "new.yaml", ("a", "c"): "old.yaml"}


def _file(node: Node) -> str | None:
    return node.span.file if node.span else None


def test_merging_leaves_both_trees_as_they_were() -> None:
    old, new = from_data({"a": {"b": 1}, "c": 2}), from_data({"a": {"d": 1}, "c": None})
    merge(old, new)
    assert old.plain() == {"a": {"b": 1}, "c": 2}
    assert new.plain() == {"a": {"d": 1}, "c": None}


def test_what_is_empty_counts_as_absent_in_the_end() -> None:
    tree = from_data({"a": None, "b": {"c": None}, "d": [None, {"e": None}]})
    assert settle(tree).plain() == {"b": {}, "d": [None, {}]}
    assert resolve_node(tree).plain() == {"b": {}, "d": [None, {}]}
