"""Which columns an input is read from, and columns that are missing or too many."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from flowspec.data.rows import read_rows
from flowspec.diagnostics import DataError, Diagnostic
from flowspec.plan import plan
from flowspec.records import Plan
from flowspec.spec import load_spec

SPELLINGS = [["y.0", "y.1"], ["y.a", "y.b"], ["a", "b"]]


def make(event: dict[str, Any], **context: Any) -> Plan:
    layers = [{"kind": "elementwise", "transform": {"kind": "affine"}}]
    event = {"name": "y", "shape": [2], **event}
    return plan(
        load_spec(
            {"flowspec": 1, "name": "t", "event": event, "context": context, "layers": layers}
        )
    )


PLAN = make({"fields": ["a", "b"]}, x={"kind": "vector", "size": 2})


def faults(flow: Plan, data: Any, names: list[str] | None = None) -> list[Diagnostic]:
    with pytest.raises(DataError) as caught:
        read_rows(flow, data, names)
    return list(caught.value.diagnostics)


def fault(flow: Plan, data: Any, names: list[str] | None = None) -> Diagnostic:
    [found] = faults(flow, data, names)
    return found


def table(*names: str) -> pd.DataFrame:
    return pd.DataFrame([[float(place) for place in range(len(names))]], columns=list(names))


def read(flow: Plan, *columns: str, name: str = "y") -> list[float]:
    return read_rows(flow, table(*columns), [name])[name][0].tolist()


@pytest.mark.parametrize("columns", SPELLINGS)
def test_an_event_with_fields_is_read_in_three_spellings(columns: list[str]) -> None:
    assert read(PLAN, *columns) == [0.0, 1.0]
    assert read(PLAN, "z", columns[1], columns[0]) == [2.0, 1.0]
    arrays = {name: [value] for value, name in enumerate(columns)}
    assert read_rows(PLAN, arrays, ["y"])["y"].tolist() == [[0.0, 1.0]]


@pytest.mark.parametrize("column", ["y", "y.0", "y.a", "a"])
def test_an_input_of_one_feature_is_read_by_its_name_alone_too(column: str) -> None:
    assert read(make({"shape": [1], "fields": ["a"]}), column) == [0.0]


def test_a_column_under_the_name_of_several_features_is_no_input_of_a_table() -> None:
    found = fault(PLAN, table("y"), ["y"])
    assert (found.slug, found.expected) == (
        "missing-input", "`y.0`, `y.1`, or `y.a`, `y.b`, or `a`, `b`",
    )  # fmt: skip


def test_a_field_of_two_inputs_is_told_apart_by_the_input() -> None:
    flow = make({"fields": ["a", "b"]}, x={"kind": "vector", "size": 2, "fields": ["a", "c"]})
    assert fault(flow, table("a", "b"), ["y"]).slug == "missing-input"
    assert fault(flow, table("a", "c"), ["x"]).slug == "missing-input"
    columns = ["y.a", "y.b", "x.a", "x.c"]
    assert (read(flow, *columns), read(flow, *columns, name="x")) == ([0, 1], [2, 3])


def test_a_field_with_the_name_of_an_input_means_the_input() -> None:
    flow = make({"fields": ["x", "b"]}, x={"kind": "vector", "size": 1})
    assert read(flow, "x", "b", "y.0", "y.1", name="x") == [0.0]
    assert read(flow, "x", "y.x", "y.b") == [1.0, 2.0]
    assert fault(flow, table("x", "b"), ["y"]).slug == "missing-input"


def test_a_field_that_looks_like_an_index_does_not_hide_the_index() -> None:
    flow = make({"fields": ["1", "0"]})
    assert read(flow, "y.0", "y.1") == [0.0, 1.0]
    assert read(flow, "0", "1") == [1.0, 0.0]


def test_a_field_with_the_name_of_its_own_event_is_read() -> None:
    assert read(make({"fields": ["y", "z"]}), "y.y", "y.z") == [0.0, 1.0]
    alone = make({"shape": [1], "fields": ["y"]})
    assert read(alone, "y") == [0.0]
    assert fault(alone, table("z")).expected == "`y`, or `y.0`, or `y.y`"


def test_a_category_is_read_by_its_name_alone() -> None:
    flow = make({}, c={"kind": "category", "count": 2})
    assert read_rows(flow, table("c", "c.0"), ["c"])["c"].tolist() == [0]
    assert fault(flow, table("c.0"), ["c"]).expected == "`c`"


def test_each_missing_column_is_told_with_the_one_that_was_meant() -> None:
    columns = ["y.0", "y,1", "x.0", "X-1"]
    first, second = faults(PLAN, table(*columns))
    assert (first.slug, first.message) == (
        "missing-column", "the column `y.1` of `y` is missing",
    )  # fmt: skip
    assert (second.message, second.nearest, second.got) == (
        "the column `x.1` of `x` is missing", "x.1", "'X-1'",
    )  # fmt: skip


def test_missing_inputs_are_told_all_at_once() -> None:
    found = faults(PLAN, table("z"))
    assert [d.slug for d in found] == ["missing-input"] * 2
    assert found[1].message == "the data hold no `x`"
    assert (found[1].expected, found[1].got) == ("`x.0`, `x.1`", "`z`")


def test_a_missing_column_of_a_csv_is_told_at_its_header(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("\nx.0,y.0,y.1\n1,2,3\n")
    found = fault(PLAN, path)
    assert found.slug == "missing-column"
    assert found.span is not None
    assert (found.span.file, found.span.line, found.span.text) == (str(path), 2, "x.0,y.0,y.1")


@pytest.mark.parametrize(
    ("header", "slug", "cell", "number"),
    [
        ("x.0,x.1,a,b,x.0", "doubled-column", "x.0", 5),
        ('"a",x.0,x.1, B', "missing-column", "B", 4),
        ("a,b,x.0,x.1,x.2", "wrong-length", "x.2", 5),
        ("a,b,x.0,x.1,y.0", "input-given-twice", "y.0", 5),
        ("a,b,z,X-1", "missing-input", "X-1", 4),
    ],
)
def test_a_fault_of_a_header_is_told_at_its_cell(
    header: str, slug: str, cell: str, number: int, tmp_path: Path
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f"\n{header}\n" + ",".join("1" * len(header.split(","))) + "\n")
    found = fault(PLAN, path)
    assert found.slug == slug
    assert found.span is not None
    column = sum(len(one) + 1 for one in header.split(",")[: number - 1])
    assert (found.span.line, found.span.length) == (2, len(cell))
    assert found.span.column == header.index(cell, column) + 1


def test_the_nearest_column_is_looked_for_in_every_spelling() -> None:
    flow = make({"name": "offset", "fields": ["dx", "dy"]})
    assert fault(flow, table("Dx", "DY")).nearest == "dx"
    assert fault(flow, table("Offset.0", "Offset.1")).nearest == "offset.0"


def test_columns_counted_from_one_are_told_to_be_counted_from_zero() -> None:
    found = fault(PLAN, table("x.1", "x.2"), ["x"])
    assert (found.slug, found.help) == (
        "missing-column", "columns are counted from 0: `x.0` to `x.1`",
    )  # fmt: skip
    assert fault(PLAN, table("x.1"), ["x"]).help is None


def test_a_table_without_a_header_is_told_to_have_none(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("1,2.5,-3e4\n1,2,3\n")
    found = faults(PLAN, path)
    assert [d.slug for d in found] == ["missing-input"] * 2
    assert found[0].help == (
        "the names of all columns are numbers: begin the table with a header of names"
    )
    path.write_text("1,z\n1,2\n")
    assert faults(PLAN, path)[0].help is None


def test_an_input_asked_for_twice_is_missing_once() -> None:
    assert fault(PLAN, {}, ["y", "y"]).slug == "missing-input"


def test_a_wide_input_is_told_in_few_words() -> None:
    flow = make({"shape": [60_000]})
    found = fault(flow, table("z"))
    assert found.expected is not None
    assert found.expected.endswith("`y.7` and 59992 more")
    assert len(faults(flow, table("y.0"))) == 11


@pytest.mark.parametrize("kind", ["frame", "csv"])
def test_a_doubled_column_is_refused(kind: str, tmp_path: Path) -> None:
    names, data = ["y.0", "y.1", "y.0", "x.0", "x.1"], table("y.0", "y.1", "y.0", "x.0", "x.1")
    if kind == "csv":
        data = tmp_path / "rows.csv"
        data.write_text(",".join(names) + "\n1,2,3,4,5\n")
    found = fault(PLAN, data)
    assert (found.slug, found.got) == ("doubled-column", "2")
    assert "`y.0` of `y`" in found.message


def test_doubled_columns_that_belong_to_nothing_are_ignored(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("y.0,y.1,,,z,z\n1,2,,,3,3\n")
    assert read_rows(PLAN, path, ["y"])["y"].tolist() == [[1.0, 2.0]]


def test_an_input_that_is_given_twice_is_refused() -> None:
    found = fault(PLAN, table("y.0", "y.1", "a", "b"), ["y"])
    assert (found.slug, found.got) == ("input-given-twice", "`y.0`, `y.1` and also `a`, `b`")
    assert fault(PLAN, {"y": [[1, 2]], "a": [1]}, ["y"]).slug == "input-given-twice"


@pytest.mark.parametrize("column", ["y.0", "y.1", "y.a", "y.b"])
def test_a_part_of_an_input_that_is_given_again_is_refused(column: str) -> None:
    found = fault(PLAN, table("a", "b", column), ["y"])
    assert (found.slug, found.got) == ("input-given-twice", f"`a`, `b` and also `{column}`")


def test_more_columns_than_an_input_has_values_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("x.0,x.1,x.2,x.7,a,b\n1,2,3,4,5,6\n")
    found = fault(PLAN, path)
    assert (found.slug, found.expected) == ("wrong-length", "`x.0`, `x.1`")
    assert found.got == "`x.0`, `x.1` and also `x.2`, `x.7`"
    assert read_rows(PLAN, path, ["y"])["y"].tolist() == [[5.0, 6.0]]


def test_columns_of_a_table_that_belong_to_nothing_are_ignored() -> None:
    assert read(PLAN, "a", "b", "y.c", "yy.0", "other") == [0.0, 1.0]
    odd = table("a", "b", "z")
    odd.columns = pd.Index(["a", "b", 7], dtype=object)
    assert read_rows(PLAN, odd, ["y"])["y"].tolist() == [[0.0, 1.0]]


def test_unknown_arrays_of_a_mapping_are_refused_with_the_nearest_name() -> None:
    flow = make({}, state={"kind": "vector", "size": 2})
    first, second, missing = faults(flow, {"y": [[1, 2]], "stat": [[1, 2]], 7: [1]})
    assert [first.slug, second.slug, missing.slug] == [
        "unknown-input", "unknown-input", "missing-input",
    ]  # fmt: skip
    assert (first.nearest, first.expected) == ("state", "y, state")
    assert missing.message == "the data hold no `state`"


def test_unknown_arrays_of_an_npz_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.npz"
    np.savez(path, y=[[1, 2]], x=[[1, 2]], z=[1])
    assert fault(PLAN, path).slug == "unknown-input"


def test_inputs_that_are_not_asked_for_are_known(tmp_path: Path) -> None:
    arrays: dict[str, Any] = {"y": [[1, 2]], "x": [[1, 2]], "x.0": [1], "a": [1]}
    assert list(read_rows(PLAN, {**arrays, "y": [[1, 2]]}, []).values()) == []
    del arrays["a"]
    assert list(read_rows(PLAN, arrays, ["y"])) == ["y"]


@pytest.mark.parametrize("data", [None, 3, [[1.0, 2.0]], np.zeros((2, 2)), b"rows.csv", object()])
def test_data_without_names_are_refused(data: Any) -> None:
    assert fault(PLAN, data).slug == "unnamed-inputs"


def test_columns_of_different_lengths_are_refused() -> None:
    found = fault(PLAN, {"y": [[1, 2]] * 3, "x.0": [1, 2, 3], "x.1": [1, 2]})
    assert (found.slug, found.got) == ("rows-differ", "y 3, x.1 2")
    assert fault(PLAN, {"y": [[1, 2]] * 3, "x": [[1, 2]] * 4}).got == "y 3, x 4"


def test_data_without_rows_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.npz"
    np.savez(path, y=np.zeros((0, 2)), x=np.zeros((0, 2)))
    text = tmp_path / "rows.csv"
    text.write_text("a,b,x.0,x.1\n\n")
    empty = {"y": np.zeros((0, 2)), "x.0": [], "x.1": []}
    for data in (path, text, empty, table("a", "b", "x.0", "x.1")[:0]):
        assert fault(PLAN, data).slug == "no-rows"


@pytest.mark.parametrize(
    ("value", "expected", "got"),
    [
        ([[1, 2, 3]], "(B, 2)", "(1, 3)"),
        ([1, 2], "(B, 2)", "(2,)"),
        ([[[1, 2]]], "(B, 2)", "(1, 1, 2)"),
        (3.0, "(B, 2)", "()"),
        ({1, 2}, "(B, 2)", "()"),
        ("ab", "(B, 2)", "()"),
        (np.zeros((2, 0)), "(B, 2)", "(2, 0)"),
    ],
)
def test_arrays_of_the_wrong_shape_are_refused(value: Any, expected: str, got: str) -> None:
    found = fault(PLAN, {"y": value, "x": [[1, 2]]})
    assert (found.slug, found.expected, found.got) == ("wrong-shape", expected, got)
    assert found.message == "the input `y` has the wrong shape"


def test_a_column_or_category_has_one_axis() -> None:
    flow = make({"shape": [1]}, c={"kind": "category", "count": 2})
    found = faults(flow, {"y": [[1, 2]], "c": [[1]]})
    assert [d.expected for d in found] == ["(B, 1)", "(B,)"]
    assert len(faults(PLAN, {"x.0": [[1]], "x.1": 3}, ["x"])) == 2


def test_a_list_in_a_file_in_the_place_of_one_value_is_told_in_words(tmp_path: Path) -> None:
    flow = make({"fields": ["a", "b"]}, c={"kind": "category", "count": 2})
    path = tmp_path / "rows.jsonl"
    path.write_text('{"a": 1, "b": [1], "c": [0]}\n')
    first, second = faults(flow, path)
    assert (first.slug, first.message) == ("wrong-shape", "row 1 of `b` is a list")
    assert (first.expected, first.got) == ("one number", "a list")
    assert second.expected == "one label or index"
    assert str(first.span) == f"{path}:1:15"
    path = tmp_path / "rows.npz"
    np.savez(path, y=np.zeros((3, 3)), c=[0, 1, 0])
    found = fault(flow, path)
    assert (found.slug, found.expected) == ("wrong-shape", "(B, 2)")
    assert found.span is not None
    assert found.span.file == str(path)


@pytest.mark.parametrize("value", [[[1, 2], [3]], [[1, 2], None], [[1, [2]]]])
def test_ragged_lists_are_refused(value: Any) -> None:
    assert fault(PLAN, {"y": value}, ["y"]).slug in {"not-an-array", "wrong-shape"}


def test_values_that_refuse_to_be_arrays_are_refused() -> None:
    class Odd:
        def __array__(self, *_: Any, **__: Any) -> Any:
            raise RuntimeError("no\narray")

    found = fault(PLAN, {"y": Odd()}, ["y"])
    assert (found.slug, found.message) == ("not-an-array", "`y` cannot be made an array: no")
