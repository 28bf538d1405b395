"""Laws of reading and merging, for whatever Hypothesis thinks of."""

from __future__ import annotations

import contextlib
import json
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from flowspec.diagnostics import SpecError, render_all
from flowspec.source import Node, from_data, read_text, resolve_node
from flowspec.source.lines import Lines
from flowspec.source.merge import merge, settle
from flowspec.source.reader import build_tree, parse

# What YAML 1.1 would write without quotes and YAML 1.2 read as a number begins like one.
WORDS = st.text(max_size=12).filter(lambda text: not text.startswith(tuple("+-.0123456789")))
JSON_WORDS = st.text(
    st.characters(
        exclude_categories=["Cs", "Cn"],
        exclude_characters=[*map(chr, range(0x7F, 0xA0)), "\u2028", "\u2029"],
    ),
    max_size=12,
)
NUMBERS = st.integers(-(10**30), 10**30) | st.floats(allow_nan=False)
MARKUP = st.text(st.sampled_from("ab01:-?,[]{}&*!|>'\"%@`#<~= \n\t.é😀"), max_size=60)
STEPS = st.sampled_from(["a", "b", "kind"])


def trees(words: st.SearchStrategy[str], numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.recursive(
        st.none() | st.booleans() | numbers | words,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
        max_leaves=15,
    )


def maps() -> st.SearchStrategy[dict[str, Any]]:
    """Small maps that often share keys, with `kind` among them."""
    words = st.sampled_from(["x", "y"])
    leaves = st.none() | words | st.integers(0, 2) | st.lists(st.integers(0, 2), max_size=2)
    inner = st.recursive(
        leaves, lambda below: st.dictionaries(STEPS, below, max_size=3), max_leaves=8
    )
    return st.dictionaries(STEPS, inner, max_size=3)


def merged(old: object, new: object) -> Any:
    return merge(from_data(old), from_data(new)).plain()


@given(st.text() | MARKUP, st.booleans())
def test_no_text_raises_anything_but_a_spec_error(text: str, any_top: bool) -> None:
    try:
        top = read_text(text, "a.yaml", any_top=any_top)
    except SpecError as error:
        check_spans(text, error)
    else:
        assert any_top or isinstance(top.value, dict)


def check_spans(text: str, error: SpecError) -> None:
    """Every problem stands in the text."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in error.diagnostics:
        assert problem.span is not None
        assert problem.span.text == lines[problem.span.line - 1]
        assert 1 <= problem.span.column <= len(problem.span.text) + 1
    assert render_all(error.diagnostics) == str(error)


@given(st.lists(st.text() | MARKUP, max_size=3))
def test_no_override_raises_anything_but_a_spec_error(texts: list[str]) -> None:
    node = from_data({"a": [{"b": 1}], "b": {"a": 1}})
    with contextlib.suppress(SpecError):
        assert isinstance(resolve_node(node, texts).value, dict)


@given(st.dictionaries(WORDS, trees(WORDS, NUMBERS), min_size=1, max_size=4))
def test_what_pyyaml_writes_is_read_back(data: dict[str, Any]) -> None:
    assert read_text(yaml.safe_dump(data), "a.yaml").plain() == data


@given(trees(JSON_WORDS, st.integers(-(10**30), 10**30) | st.floats(-1e300, 1e300)))
def test_json_is_yaml(data: Any) -> None:
    text = json.dumps(data, ensure_ascii=False)
    assert read_text(text, "a.json", any_top=True).plain() == data


@given(trees(st.text(st.characters(exclude_categories=["Cs"])), NUMBERS))
def test_data_passes_unchanged(data: Any) -> None:
    assert from_data(data).plain() == data


@given(MARKUP)
def test_both_parsers_read_the_same(text: str) -> None:
    lines = Lines(text, "a.yaml")
    try:
        slow = build_tree(parse(text, yaml.SafeLoader), lines)
        fast = read_text(text, "a.yaml", any_top=True)
    except SpecError:
        return
    assert repr(slow.plain() if slow else None) == repr(fast.plain())


@given(trees(JSON_WORDS, st.integers(0, 9)))
def test_every_scalar_stands_where_its_span_says(data: Any) -> None:
    top = read_text(json.dumps(data, ensure_ascii=False), "a.json", any_top=True)
    waiting = [top]
    while waiting:
        node = waiting.pop()
        if isinstance(node.value, dict):
            waiting.extend(node.value.values())
        elif isinstance(node.value, tuple):
            waiting.extend(node.value)
        else:
            assert json.loads(covered(node)) == node.value


def covered(node: Node) -> str:
    assert node.span is not None
    start = node.span.column - 1
    return node.span.text[start : start + node.span.length]


@given(maps())
def test_merging_with_the_empty_map_is_the_identity(data: dict[str, Any]) -> None:
    assert merged(data, {}) == data
    assert merged({}, data) == data


@given(maps())
def test_merging_with_itself_changes_nothing_in_the_end(data: dict[str, Any]) -> None:
    node = from_data(data)
    assert settle(merge(node, node)).plain() == settle(node).plain()


@given(maps(), maps())
def test_merging_twice_is_merging_once(old: dict[str, Any], new: dict[str, Any]) -> None:
    before, change = from_data(old), from_data(new)
    once = merge(before, change)
    assert settle(merge(once, change)).plain() == settle(once).plain()


@given(maps())
def test_settling_twice_is_settling_once(data: dict[str, Any]) -> None:
    once = settle(from_data(data))
    assert settle(once).plain() == once.plain()


@given(maps(), st.sampled_from(["c", "a.c", "a.b.c", "kind"]), st.integers(0, 2) | maps())
def test_an_override_says_what_a_map_with_its_path_says(
    data: dict[str, Any],
    path: str,
    value: Any,
) -> None:
    top = from_data(data)
    if blocked(data, path.split(".")):
        return
    nested = value
    for step in reversed(path.split(".")):
        nested = {step: nested}
    by_override = resolve_node(top, [f"{path}={json.dumps(value)}"])
    assert by_override.plain() == resolve_node(merge(top, from_data(nested))).plain()


def blocked(data: object, steps: list[str]) -> bool:
    """Whether a scalar or list stands in the way, where an override stops and a map replaces."""
    for step in steps:
        if data is None:
            return False
        if not isinstance(data, dict):
            return True
        data = data.get(step)  # pyright: ignore
    return False
