"""What is too large is refused, quickly."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flowspec.diagnostics import SpecError
from flowspec.source import from_data, read_file, read_text, resolve_node
from flowspec.source.limits import MAX_BYTES, MAX_DEPTH, MAX_NODES, MAX_PROBLEMS

CALLS = 10_000_000
"""Function calls that reading a text of the greatest size may take; less than half are seen."""


def bounded(function: Callable[[], Any]) -> Any:
    """What a function returns that may take so many calls: work is counted, since time varies."""
    count = 0

    def calls(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(calls)
    try:
        return function()
    finally:
        sys.setprofile(None)
        assert count < CALLS


def laughs(level: str) -> str:
    """Ten levels that each repeat the one before ten times."""
    rows = ["l0: &l0 x"]
    rows += [f"l{i}: &l{i} " + level.format(*[f"*l{i - 1}"] * 10) for i in range(1, 11)]
    return "\n".join(rows)


LIST = "[{}, {}, {}, {}, {}, {}, {}, {}, {}, {}]"
MAP = "{{a: {}, b: {}, c: {}, d: {}, e: {}, f: {}, g: {}, h: {}, i: {}, j: {}}}"
MERGES = "l0: &l0 {a: 1}\n" + "\n".join(
    f"l{i}: &l{i} {{<<: [{', '.join([f'*l{i - 1}'] * 10)}]}}" for i in range(1, 11)
)


def refusal(text: str) -> str:
    """The slug of the last problem of a text that must be refused quickly."""
    with pytest.raises(SpecError) as caught:
        bounded(lambda: read_text(text, "a.yaml"))
    return caught.value.diagnostics[-1].slug


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        (laughs(LIST), "too-many-nodes"),
        (laughs(MAP), "too-many-nodes"),
        (MERGES, "too-many-nodes"),
        ("a: [" + "x, " * MAX_NODES + "]", "too-many-nodes"),
        ("[" * 10**6, "too-deep"),
        ("{a: " * 10**5, "too-deep"),
        ("- " * 10**5, "too-deep"),
        ("? " * 10**5, "too-deep"),
        ("".join(" " * i + "a:\n" for i in range(1400)), "too-deep"),
        ("a: 1\n" * 10**5, "duplicate-key"),
        ("a: " + "x" * 10**6 + "\nb: [", "yaml-syntax"),
        ("".join(f"%TAG !{i}! x\n" for i in range(60_000)) + "---\na: 1", "unknown-tag"),
        ("---\n" * 200_000, "several-documents"),
        ("x" * (MAX_BYTES + 1), "too-large"),
        ("a: &x {}\nb:\n" + "- {<<: *y}\n" * 50_000, "unknown-alias"),
    ],
)
def test_a_text_beyond_a_limit_is_refused_quickly(text: str, slug: str) -> None:
    assert refusal(text) == slug


def nested(depth: int) -> str:
    return "a: " + "[" * (depth - 1) + "]" * (depth - 1)


def test_the_depth_limit_is_exact() -> None:
    read_text(nested(MAX_DEPTH), "a.yaml")
    assert refusal(nested(MAX_DEPTH + 1)) == "too-deep"


def test_an_alias_counts_with_its_depth() -> None:
    half = "[" * (MAX_DEPTH // 2) + "]" * (MAX_DEPTH // 2)
    fits = MAX_DEPTH // 2 - 1
    text = f"a: &x {half}\nb: " + "[" * fits + "*x" + "]" * fits
    read_text(text, "a.yaml")
    assert refusal(text.replace("[*x]", "[[*x]]")) == "too-deep"


def test_the_node_limit_is_exact() -> None:
    read_text("a: [" + "x, " * (MAX_NODES - 3) + "]", "a.yaml")
    assert refusal("a: [" + "x, " * (MAX_NODES - 2) + "]") == "too-many-nodes"


def test_an_alias_counts_with_its_size() -> None:
    half = MAX_NODES // 2 - 3
    text = "a: &x [" + "x, " * half + "]\nb: *x"
    assert refusal(text + "\nc: [1]") == "too-many-nodes"
    read_text(text, "a.yaml")


def test_problems_are_not_listed_without_end() -> None:
    with pytest.raises(SpecError) as caught:
        read_text("a: 1\n" * 10**5, "a.yaml")
    assert len(caught.value.diagnostics) == MAX_PROBLEMS


def test_many_merges_of_many_keys_stay_quick() -> None:
    keys = ", ".join(f"k{i}: 1" for i in range(30_000))
    text = f"a: {{<<: [{{{keys}}}, {', '.join(['{}'] * 30_000)}]}}"
    assert len(bounded(lambda: read_text(text, "a.yaml")).plain()["a"]) == 30_000


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    path.write_bytes(b"a: 1\n" * 2 * 1024 * 1024)
    with pytest.raises(SpecError) as caught:
        bounded(lambda: read_file(path))
    assert caught.value.diagnostics[0].slug == "too-large"


def test_a_file_of_the_largest_size_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"a: 1\n#".ljust(MAX_BYTES, b"x"))
    assert read_file(path).plain() == {"a": 1}


def test_a_dict_that_holds_itself_is_refused() -> None:
    data: dict[str, Any] = {}
    data["a"] = [data]
    with pytest.raises(SpecError) as caught:
        from_data(data)
    assert caught.value.diagnostics[0].slug == "too-deep"


def test_lists_that_share_lists_are_refused() -> None:
    data: list[Any] = []
    for _ in range(30):
        data = [data, data]
    with pytest.raises(SpecError) as caught:
        from_data(data)
    assert caught.value.diagnostics[0].slug == "too-many-nodes"


def test_data_may_be_as_deep_as_a_text() -> None:
    data: Any = 1
    for _ in range(MAX_DEPTH):
        data = [data]
    assert from_data(data).plain() == data
    with pytest.raises(SpecError):
        from_data([data])


def test_overrides_cannot_make_a_spec_too_deep() -> None:
    top = from_data({"a": 1})
    deep = "b." * 40 + "c=" + "[" * 40 + "]" * 40
    with pytest.raises(SpecError) as caught:
        resolve_node(top, [deep])
    assert caught.value.diagnostics[0].slug == "too-deep"
    with pytest.raises(SpecError) as caught:
        resolve_node(top, ["b." * 10**5 + "c="])
    assert caught.value.diagnostics[0].slug == "too-deep"


def test_overrides_cannot_make_a_spec_too_large() -> None:
    many = "=[" + "x, " * (MAX_NODES // 2) + "]"
    with pytest.raises(SpecError) as caught:
        resolve_node(from_data({}), [f"a{many}", f"b{many}", f"c{many}"])
    assert caught.value.diagnostics[0].slug == "too-many-nodes"
