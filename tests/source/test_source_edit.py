"""An edit does the same to a tree and to its text, and nothing else to the text."""

from __future__ import annotations

import json
from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from flowspec.source import read_text
from flowspec.source.edit import (
    Insert,
    Layout,
    Move,
    Remove,
    Rename,
    Replace,
    RewriteError,
    Wrap,
    apply_edits,
    rewrite,
)
from tests.strategies.layouts import Writer

KEYS = ["a", "b", "kind", "limit", "x1", "some_key"]
SCALARS = [1, -2.5, True, None, 1e-7, "word", "two words", "12", "it's: so", "a#b", "", "é {x}"]

VALUES = st.recursive(
    st.sampled_from(SCALARS),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=12,
)
MAPS = st.dictionaries(st.sampled_from(KEYS), VALUES, min_size=1, max_size=5)
RANDOMS = st.integers(0, 2**32).map(Random)
SMALL = st.sampled_from([7, "new", [1, {"kind": "x y"}], {}, {"kind": "fixed", "value": None}])

TEXT = """\
# head
flowspec: 1  # number
training:  # t
  seed: 3  # why
  # above epochs
  epochs: 5
layers:
- kind: coupling  # k
  limit: 3  # lim
  mask: {a: 1, b: [1, 2], limit: 'x'}
- repeat: 3
  layers:
    - limit: 3   # first
      # and so
      kind: b
about: |  # bla
  text

  more
end: 1"""
LAYER = ("layers", 0)


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place below the top."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    found: list[tuple[Any, ...]] = []
    for step, child in pairs:
        found.append((*path, step))
        if isinstance(child, dict | list):
            found += paths(child, (*path, step))
    return found


def at(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        value = value[step]
    return value


@st.composite
def edits_of(draw: Any, data: dict[str, Any]) -> list[Any]:
    """Edits that do not stand in each other's way."""
    places = paths(data)
    maps = [place for place in [(), *places] if isinstance(at(data, place), dict)]
    used: list[tuple[Any, ...]] = []
    edits: list[Any] = []
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.sampled_from(places))
        home = draw(st.sampled_from(maps))
        choices = [
            Replace(place, draw(SMALL)),
            Remove(place),
            Wrap(place, "value", draw(st.sampled_from([{}, {"kind": "fixed", "n": [1, "a: b"]}]))),
            Insert((*home, "fresh"), draw(SMALL), after=draw(st.sampled_from([None, *KEYS]))),
        ]
        if isinstance(place[-1], str):
            choices.append(Rename(place, "renamed"))
            if home[: len(place)] != place:
                choices.append(Move(place, (*home, "moved")))
        edit = draw(st.sampled_from(choices))
        touched = [edit.path, *([edit.to] if isinstance(edit, Move) else [])]
        if not any(overlap(one, other) for one in touched for other in used):
            used += touched
            edits.append(edit)
    return edits


def overlap(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return one[: len(other)] == other or other[: len(one)] == one


def comments(text: str) -> Counter[str]:
    return Counter(comment for _, comment in Layout(text).comments())


def changed(text: str, *edits: Any) -> str:
    """The rewritten text, which says what the changed tree says and has all comments."""
    applied = apply_edits(read_text(text, "a.yaml"), edits)
    new = rewrite(text, applied.edits)
    assert json.dumps(read_text(new, "a.yaml").plain()) == json.dumps(applied.top.plain())
    assert comments(new) == comments(text)
    return new


def check_one_text(data: dict[str, Any], random: Random, choices: st.DataObject) -> None:
    text = Writer(random).text(data)
    assert json.dumps(read_text(text, "a.yaml").plain()) == json.dumps(data)
    try:
        new = changed(text, *choices.draw(edits_of(data)))
    except RewriteError as error:
        # A block cannot stand between braces, and nothing moves into what loses all it has.
        assume("braces" not in error.reason and "moved" not in error.reason)
        raise
    assert text.endswith("\n") == new.endswith("\n")
    assert "\r\n" not in text or "\n" not in new.replace("\r\n", "")


@settings(max_examples=100)
@given(MAPS, RANDOMS, st.data())
def test_a_text_is_rewritten_to_what_its_tree_is_changed_to(
    data: dict[str, Any], random: Random, choices: st.DataObject
) -> None:
    check_one_text(data, random, choices)


@pytest.mark.slow
@settings(max_examples=1000)
@given(MAPS, RANDOMS, st.data())
def test_very_many_texts_are_rewritten_to_what_their_trees_are_changed_to(
    data: dict[str, Any], random: Random, choices: st.DataObject
) -> None:
    check_one_text(data, random, choices)


@settings(max_examples=50)
@given(MAPS, RANDOMS)
def test_every_comment_is_found(data: dict[str, Any], random: Random) -> None:
    writer = Writer(random)
    assert sum(comments(writer.text(data)).values()) == writer.written


@settings(max_examples=25)
@given(MAPS, RANDOMS)
def test_no_edit_changes_no_character(data: dict[str, Any], random: Random) -> None:
    text = Writer(random).text(data)
    assert rewrite(text, []) == text


def lines(text: str, *numbers: int) -> str:
    return "\n".join(text.splitlines()[number - 1] for number in numbers)


def test_a_renamed_key_keeps_its_line() -> None:
    new = changed(TEXT, Rename((*LAYER, "limit"), "bound"))
    assert new == TEXT.replace("  limit: 3  # lim", "  bound: 3  # lim")


def test_a_key_in_quotes_stays_in_quotes() -> None:
    assert changed("'a': 1\n", Rename(("a",), "b")) == "'b': 1\n"
    assert changed('{"a": 1}\n', Rename(("a",), "b")) == '{"b": 1}\n'


def test_a_replaced_text_stays_in_its_quotes() -> None:
    assert changed("a: 'x'\n", Replace(("a",), "it's")) == "a: 'it''s'\n"
    assert changed('a: "x"\n', Replace(("a",), "y")) == 'a: "y"\n'
    assert changed("a: x # c\n", Replace(("a",), "12")) == 'a: "12" # c\n'


def test_what_is_removed_leaves_its_comments() -> None:
    new = changed(TEXT, Remove(("training", "seed")))
    assert lines(new, 3, 4, 5, 6) == "training:  # t\n  # why\n  # above epochs\n  epochs: 5"


def test_what_follows_a_dash_can_be_removed() -> None:
    new = changed(TEXT, Remove((*LAYER, "kind")))
    assert lines(new, 8, 9) == "- # k\n  limit: 3  # lim"
    assert changed("x:\n- a: 1\n  b: 2\n", Remove(("x", 0, "a"))) == "x:\n- b: 2\n"


def test_a_map_that_loses_everything_is_empty() -> None:
    assert changed("a:\n  b: 1\nc: 2\n", Remove(("a", "b"))) == "a: {}\nc: 2\n"
    assert changed("a:\n- 1\n", Remove(("a", 0))) == "a: []\n"
    assert changed("a: {b: 1,}\n", Remove(("a", "b"))) == "a: {}\n"


def test_a_comma_goes_with_its_item() -> None:
    assert changed("a: {b: 1, c: 2, d: 3}\n", Remove(("a", "c"))) == "a: {b: 1, d: 3}\n"
    assert changed("a: [1, 2, 3]\n", Remove(("a", 0)), Remove(("a", 2))) == "a: [2]\n"


def test_a_new_key_stands_where_the_others_do() -> None:
    new = changed(TEXT, Insert((*LAYER, "x"), 0.5, after="kind"), Insert(("zero",), [], first=True))
    assert lines(new, 1, 2, 3) == "# head\nzero: []\nflowspec: 1  # number"
    assert lines(new, 9, 10) == "- kind: coupling  # k\n  x: 0.5"
    assert changed("a: {}\n", Insert(("a", "b"), 1)) == "a: {b: 1}\n"


def test_a_text_without_a_last_line_break_has_none_afterwards() -> None:
    assert changed(TEXT, Insert(("last",), 1)).endswith("\nend: 1\nlast: 1")
    assert changed("a: 1\nb: 2", Remove(("b",))) == "a: 1"


def test_a_block_that_comes_to_stand_at_the_end_keeps_its_line_break() -> None:
    assert changed("a: |\n  t\nb: 2", Remove(("b",))) == "a: |\n  t\n"


def test_a_short_value_is_wrapped_on_its_line() -> None:
    new = changed(TEXT, Wrap((*LAYER, "limit"), "value", {"kind": "fixed"}))
    assert lines(new, 9) == "  limit: {kind: fixed, value: 3}  # lim"


def test_a_block_is_wrapped_by_moving_it_to_the_right() -> None:
    new = changed("a:  # c\n- x: 1 # d\n\n  y: |\n    t\nb: 2\n", Wrap(("a",), "items", {"n": 1}))
    assert new == "a:  # c\n  n: 1\n  items:\n  - x: 1 # d\n\n    y: |\n      t\nb: 2\n"


def test_blocks_inside_one_another_are_wrapped_at_once() -> None:
    new = changed("a:\n  b:\n    c: 1\n", Wrap(("a",), "x"), Wrap(("a", "b"), "y"))
    assert new == "a:\n  x:\n    b:\n      y:\n        c: 1\n"


def test_braces_over_several_lines_are_wrapped_as_a_block() -> None:
    new = changed("a: [1, # c\n  2]\n", Wrap(("a",), "v", {"n": 1}))
    assert new == "a:\n  n: 1\n  v: [1, # c\n    2]\n"


def test_new_keys_of_maps_that_end_together_stand_in_their_own_maps() -> None:
    new = changed("a:\n  b: 1 # c\n", Insert(("d",), 3), Insert(("a", "c"), 2))
    assert new == "a:\n  b: 1 # c\n  c: 2\nd: 3\n"


def test_a_moved_key_takes_along_what_is_said_about_it() -> None:
    new = changed(TEXT, Move(("training", "epochs"), ("epochs",)))
    assert lines(new, 3, 4, 5) == "training:  # t\n  seed: 3  # why\nlayers:"
    assert new.endswith("end: 1\n# above epochs\nepochs: 5")


def test_a_moved_block_is_indented_anew() -> None:
    text = "a:\n    b:\n        - 1 # one\n        - 2\n    d: 1\nc:\n  e: 1\n"
    new = changed(text, Move(("a", "b"), ("c", "f")))
    assert new == "a:\n    d: 1\nc:\n  e: 1\n  f:\n      - 1 # one\n      - 2\n"


def test_an_edit_whose_place_is_missing_or_taken_changes_nothing() -> None:
    top = read_text(TEXT, "a.yaml")
    edits = [
        Rename(("nothing",), "x"), Rename((*LAYER, "kind"), "limit"), Remove(("layers", 9)),
        Replace(("end",), 1), Insert(("end",), 2), Insert(("end", "x"), 2), Wrap(("x", "y"), "z"),
        Move(("end",), ("flowspec",)), Move(("x",), ("y",)),
    ]  # fmt: skip
    assert apply_edits(top, edits) == (top, ())


def test_a_node_keeps_its_place_through_every_edit() -> None:
    top = apply_edits(
        read_text(TEXT, "a.yaml"),
        [
            Rename((*LAYER, "limit"), "bound"),
            Wrap(("end",), "value"),
            Move(("training", "seed"), ("seed",)),
        ],
    ).top
    places = {(*LAYER, "bound"): (9, 10), ("end", "value"): (20, 6), ("seed",): (4, 9)}
    for path, (line, column) in places.items():
        node = top.get(path)
        assert node
        assert node.span
        assert (node.span.line, node.span.column) == (line, column)


def test_what_an_alias_repeats_is_changed_once() -> None:
    text = "a: &x {b: 1}\nc: *x\nd: {<<: *x}\n"
    new = changed(text, *(Rename((key, "b"), "e") for key in "acd"))
    assert new == "a: &x {e: 1}\nc: *x\nd: {<<: *x}\n"


def test_an_alias_itself_can_be_wrapped_and_replaced() -> None:
    text = "a: &x 1\nb: *x\nc: *x\n"
    assert changed(text, Wrap(("b",), "v")) == "a: &x 1\nb: {v: *x}\nc: *x\n"
    assert changed(text, Replace(("b",), 2)) == "a: &x 1\nb: 2\nc: *x\n"


def test_an_anchor_stays_with_its_value() -> None:
    text = "a: &x\n  b: 1\nc: *x\n"
    new = changed(text, Wrap(("a",), "v"))
    assert new == "a:\n  v: &x\n    b: 1\nc: *x\n"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_new_lines_end_as_the_others_do(newline: str) -> None:
    text = newline.join(["a:", "  b: 1", ""])
    new = changed(text, Insert(("a", "c"), 2), Wrap(("a",), "v"))
    assert new == newline.join(["a:", "  v:", "    b: 1", "    c: 2", ""])


def test_edits_that_want_the_same_characters_are_refused() -> None:
    with pytest.raises(RewriteError, match="same characters"):
        rewrite("a: &x {b: 1}\nc: *x\n", [Replace(("a", "b"), 1), Replace(("c", "b"), 2)])
