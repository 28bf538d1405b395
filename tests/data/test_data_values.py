"""Values that are wrong: texts, gaps, numbers out of place."""

from __future__ import annotations

import datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowspec.catalog.supports.interval import unconstrain as unconstrain_interval
from flowspec.catalog.supports.positive import unconstrain as unconstrain_positive
from flowspec.data.rows import read_rows
from flowspec.diagnostics import DataError, Diagnostic
from flowspec.plan import plan
from flowspec.records import Plan
from flowspec.spec import load_spec


def make(dtype: str = "float32", support: Any = None, **category: Any) -> Plan:
    layers = [{"kind": "elementwise", "transform": {"kind": "affine"}}]
    event = {"name": "y", "shape": [2], "support": support or {"kind": "real"}}
    context = {"c": {"kind": "category", **(category or {"count": 3})}}
    return plan(
        load_spec(
            {
                "flowspec": 1, "name": "t", "dtype": dtype, "event": event, "context": context,
                "layers": layers,
            }
        )
    )  # fmt: skip


TOO_LARGE = "number-too-large"
REAL = make()
UNIT = make(support={"kind": "interval", "low": 0, "high": 1})
COLOURS = make(labels=["red", "green", "blue"])


def faults(flow: Plan, data: Any, name: str) -> list[Diagnostic]:
    with pytest.raises(DataError) as caught:
        read_rows(flow, data, [name])
    return list(caught.value.diagnostics)


def fault(flow: Plan, data: Any, name: str) -> Diagnostic:
    [found] = faults(flow, data, name)
    return found


def events(flow: Plan, rows: Any) -> np.ndarray:
    return read_rows(flow, {"y": rows}, ["y"])["y"]


def codes(flow: Plan, data: Any) -> list[int]:
    return read_rows(flow, data, ["c"])["c"].tolist()


def write(folder: Path, text: str) -> Path:
    path = folder / "rows.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("value", "slug", "got"),
    [
        (np.nan, "not-finite", "nan"),
        (-np.inf, "not-finite", "-inf"),
        (None, "missing-value", None),
        (pd.NA, "missing-value", None),
        (pd.NaT, "missing-value", None),
        ("", "missing-value", None),
        ("1.x", "not-a-number", "'1.x'"),
        (b"red", "not-a-number", "'red'"),
        ("x" * 1000, "not-a-number", "'" + "x" * 79 + "…"),
        (1j, "not-a-number", "1j"),
        (True, "not-a-number", "true"),
        (np.bool_(False), "not-a-number", "false"),
        ({}, "not-a-number", "an object"),
        ([1], "not-a-number", "a list"),
        (datetime.date(2020, 1, 1), "not-a-number", "a value of type date"),
        (10**400, TOO_LARGE, str(10**400)[:80] + "…"),
        pytest.param(10**5000, TOO_LARGE, "a value of type int", id="huge"),
        pytest.param(Fraction(10**5000), TOO_LARGE, "a value of type Fraction", id="fraction"),
        (Decimal("1e400"), TOO_LARGE, "1E+400"),
        (Decimal("sNaN"), "not-finite", "sNaN"),
        (1e39, TOO_LARGE, "1e+39"),
    ],
)
def test_a_value_that_is_no_number_is_told_with_its_row(value: Any, slug: str, got: str) -> None:
    column = np.empty(3, object)
    column[:] = [1.0, value, 2]
    found = fault(REAL, {"y.0": [1, 2, 3], "y.1": column}, "y")
    assert (found.slug, found.got) == (slug, got)
    assert found.message.startswith("row 2 of `y.1` ")
    table = pd.DataFrame({"y.0": [1, 2, 3], "y.1": column})
    assert fault(REAL, table, "y") == found


def test_numbers_of_every_type_are_numbers() -> None:
    numbers = [1, 1.5, np.float32(2), np.int8(3), Decimal("0.5"), Fraction(7)]
    column = np.empty(len(numbers), object)
    column[:] = numbers
    found = read_rows(REAL, {"y.0": column, "y.1": [1] * 6}, ["y"])["y"]
    assert found[:, 0].tolist() == [1, 1.5, 2, 3, 0.5, 7]
    assert found[:, 1].tolist() == [1] * 6


def test_a_feature_of_an_array_is_named_as_a_column_would_be() -> None:
    layers = [{"kind": "elementwise", "transform": {"kind": "affine"}}]
    event = {"name": "y", "shape": [2], "fields": ["a", "b"]}
    named = plan(load_spec({"flowspec": 1, "name": "t", "event": event, "layers": layers}))
    rows = [[1, 2], [3, np.nan]]
    assert fault(REAL, {"y": rows}, "y").message == "row 2 of `y.1` is not finite"
    assert fault(named, {"y": rows}, "y").message == "row 2 of `y.b` is not finite"
    columns = {"a": [1, 3], "b": [2, np.nan]}
    assert fault(named, columns, "y").message == "row 2 of `b` is not finite"


def test_masked_values_are_missing_and_the_mask_is_left_alone() -> None:
    rows = np.ma.array([[1.0, 2.0], [3.0, 4.0]], mask=[[0, 0], [1, 0]])
    assert fault(REAL, {"y": rows}, "y").slug == "missing-value"
    objects = rows.astype(object)
    assert fault(REAL, {"y": objects}, "y").slug == "missing-value"
    assert objects.data[1, 0] == 3.0


@pytest.mark.parametrize(
    ("rows", "got"),
    [
        (np.array([["1", "2"]]), "texts"),
        (np.array([[b"1", b"2"]]), "texts"),
        (np.array([[1j, 2]]), "complex128"),
        (np.array([[True, False]]), "booleans"),
        (np.array([["2020-01-01", "2020-01-01"]], "datetime64[D]"), "datetime64[D]"),
        (np.zeros((1, 2), [("a", float)]), "[('a', '<f8')]"),
    ],
)
def test_arrays_that_are_no_numbers_throughout_are_told_once(rows: Any, got: str) -> None:
    found = fault(REAL, {"y": rows}, "y")
    assert (found.slug, found.expected, found.got) == ("wrong-dtype", "numbers", got)


@pytest.mark.parametrize("dtype", ["U5", "S5", object, np.dtypes.StringDType()])
def test_texts_among_numbers_are_told_and_not_the_numbers(dtype: Any) -> None:
    rows = np.array([["1", "2"], ["3", "x"]]).astype(dtype)
    found = faults(REAL, {"y": rows}, "y")
    assert found[-1].message == "row 2 of `y.1` is not a number"
    assert len(found) == 1 or dtype not in ("U5", "S5")


@pytest.mark.parametrize(
    ("cell", "slug", "got"),
    [
        ("", "missing-value", None),
        ("  ", "missing-value", None),
        ("NA", "not-a-number", "'NA'"),
        ("1_000", "not-a-number", "'1_000'"),
        ("0x10", "not-a-number", "'0x10'"),
        (' "1"', "not-a-number", "'\"1\"'"),
        ('"1,5"', "not-a-number", "'1,5'"),
        ("NaN", "not-finite", "NaN"),
        ("  -inf ", "not-finite", "-inf"),
        ("1e999", TOO_LARGE, "1e999"),
        ("-1e39", TOO_LARGE, "-1e39"),
    ],
)
def test_a_cell_that_is_no_number_is_told_at_its_place(
    cell: str, slug: str, got: str, tmp_path: Path
) -> None:
    path = write(tmp_path, f'y.0,z,y.1\n1,"a,""\nb",2\n3,é,{cell}\n')
    found = fault(REAL, path, "y")
    assert (found.slug, found.got) == (slug, got)
    assert found.message.startswith("row 2 of `y.1` ")
    assert found.span is not None
    assert (found.span.file, found.span.line) == (str(path), 4)
    assert found.span.text == f"3,é,{cell}"
    if cell.strip():
        assert found.span.column == found.span.text.index(cell.strip()) + 1
        assert found.span.length == len(cell.strip())


def test_quotes_and_commas_before_a_cell_do_not_move_it(tmp_path: Path) -> None:
    path = write(tmp_path, 'y.0,z,y.1\n1,"a,""b,"",",x\n2,"c\n""d""",x\n3,e"f,x\n')
    spans = [found.span for found in faults(REAL, path, "y")]
    assert [(span.line, span.column) for span in spans if span] == [(2, 15), (4, 8), (5, 7)]
    assert [span.text[span.column - 1 :] for span in spans if span] == ["x", "x", "x"]


def test_ten_faults_are_told_and_the_others_counted() -> None:
    rows = np.full((100, 2), np.nan)
    found = faults(REAL, {"y": rows}, "y")
    assert [d.slug for d in found] == ["not-finite"] * 10 + ["more-faults"]
    assert [d.message.split()[1] for d in found[:3]] == ["1", "1", "2"]
    assert found[-1].message == "and 190 more"
    assert len(faults(REAL, {"y": rows[:5]}, "y")) == 10
    with pytest.raises(DataError) as caught:
        read_rows(REAL, {"y": rows, "c": [7] * 100})
    assert len(caught.value.diagnostics) == 11
    assert caught.value.diagnostics[-1].message == "and 290 more"


def test_faults_of_all_inputs_are_told_together() -> None:
    with pytest.raises(DataError) as caught:
        read_rows(UNIT, {"y": [[0.5, 2.0], [0.5, None]], "c": [0, 9], "d": 0})
    slugs = [d.slug for d in caught.value.diagnostics]
    assert slugs == ["unknown-input", "outside-support", "missing-value", "unknown-category"]


@pytest.mark.parametrize("value", [0.0, 1.0, -0.0, -1.0, 1.0000001, 1e300])
def test_events_on_and_beyond_the_bounds_are_refused(value: float) -> None:
    found = fault(UNIT, {"y": [[0.5, 0.5], [0.5, value]]}, "y")
    assert (found.slug, found.got) == ("outside-support", str(value))
    assert found.message == "row 2 of `y.1` lies outside the support of `y`"
    assert found.expected == "a number strictly between 0 and 1"


def test_each_feature_has_its_own_bounds() -> None:
    flow = make(support={"kind": "interval", "low": [0, -5], "high": [1, 2.5]})
    first, second = faults(flow, {"y": [[0.5, -1], [-1, 1], [0.5, 3]]}, "y")
    assert (first.message.split()[1:4], second.message.split()[1:4]) == (
        ["2", "of", "`y.0`"], ["3", "of", "`y.1`"],
    )  # fmt: skip
    assert second.expected == "a number strictly between -5 and 2.5"


def test_positive_events_are_above_zero_and_finite() -> None:
    flow = make(support={"kind": "positive"})
    found = faults(flow, {"y": [[0, 1], [1, -1], [np.inf, 1], [1e39, np.nan]]}, "y")
    assert [d.slug for d in found] == [
        "outside-support", "outside-support", "not-finite", TOO_LARGE, "not-finite",
    ]  # fmt: skip
    assert found[0].expected == "a number above 0"


def test_context_may_lie_anywhere_but_must_fit_the_dtype() -> None:
    layers = [{"kind": "elementwise", "transform": {"kind": "affine"}}]
    context = {"x": {"kind": "vector", "size": 1}}
    event = {"shape": [1], "support": {"kind": "interval", "low": 0, "high": 1}}
    spec = {"flowspec": 1, "name": "t", "event": event, "context": context, "layers": layers}
    flow = plan(load_spec(spec))
    assert read_rows(flow, {"x": [-7, 2]}, ["x"])["x"].tolist() == [[-7], [2]]
    found = fault(flow, {"x": [1, -1e39]}, "x")
    assert (found.slug, found.expected) == (TOO_LARGE, "at most 3.403e+38 in size")
    assert read_rows(make("float64"), {"y": [[1e39, 0]]}, ["y"])["y"][0, 0] == 1e39


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@given(data=st.data())
def test_an_event_inside_its_interval_has_a_density_after_the_cast(
    dtype: str, data: st.DataObject
) -> None:
    low = round(data.draw(st.floats(-1e6, 1e6)), 6)
    high = low + data.draw(st.floats(1e-3, 1e6)) * max(abs(low), 1e-3)
    flow = make(dtype, {"kind": "interval", "low": low, "high": high})
    inside = st.floats(low, high, exclude_min=True, exclude_max=True)
    edge = st.sampled_from([np.nextafter(low, high), np.nextafter(high, low), (low + high) / 2])
    rows = data.draw(st.lists(st.tuples(inside | edge, inside | edge), min_size=1))
    rows = [row for row in rows if all(low < value < high for value in row)]
    found = events(flow, rows or [[(low + high) / 2] * 2])
    bounds = np.array([low, high], dtype)
    assert ((found > bounds[0]) & (found < bounds[1])).all()
    assert np.isfinite(unconstrain_interval(found, low, high)[1].numpy()).all()
    assert np.array_equal(events(flow, found), found)


def test_an_event_that_rounds_to_a_bound_becomes_the_nearest_number_inside() -> None:
    found = events(UNIT, [[1 - 1e-12, 1e-60]])
    assert found.tolist() == [[np.nextafter(np.float32(1), np.float32(0)), np.finfo("f4").tiny]]
    flow = make(support={"kind": "interval", "low": -0.1, "high": 0.1})
    found = events(flow, [[np.nextafter(0.1, 0), np.nextafter(-0.1, 0)]])
    last = np.nextafter(np.float32(0.1), np.float32(0))
    assert found.tolist() == [[last, -last]]


def test_an_event_next_to_zero_has_a_density_in_a_wide_interval() -> None:
    flow = make(support={"kind": "interval", "low": [0, -1e6], "high": [1e6, 0]})
    found = events(flow, [[1e-60, -1e-60]])
    assert np.allclose(found / np.finfo("f4").tiny, [[5e5, -5e5]])
    assert np.isfinite(unconstrain_interval(found, (0, -1e6), (1e6, 0))[1].numpy()).all()


def test_events_away_from_the_bounds_are_only_rounded() -> None:
    rows = np.random.default_rng(0).uniform(0.001, 0.999, (1000, 2))
    assert np.array_equal(events(UNIT, rows), rows.astype(np.float32))


@given(st.lists(st.floats(0, 3e38, exclude_min=True), min_size=1))
def test_a_positive_event_has_a_density_after_the_cast(values: list[float]) -> None:
    found = events(make(support={"kind": "positive"}), [[value, 1] for value in values])
    assert (found > 0).all()
    assert np.isfinite(unconstrain_positive(found)[1].numpy()).all()


@pytest.mark.parametrize(
    "column",
    [[0, 2, 1], [0.0, 2.0, 1.0], np.array([0, 2, 1], np.uint64), [np.int8(0), 2, Decimal(1)]],
)
def test_categories_are_whole_numbers_in_range(column: Any) -> None:
    assert codes(REAL, {"c": column}) == [0, 2, 1]
    assert codes(COLOURS, {"c": column}) == [0, 2, 1]


@pytest.mark.parametrize(
    ("value", "slug", "got"),
    [
        (3, "unknown-category", "3"),
        (-1, "unknown-category", "-1"),
        (-2, "unknown-category", "-2"),
        (0.5, "unknown-category", "0.5"),
        (2**70, "unknown-category", str(2**70)),
        (np.inf, "unknown-category", "inf"),
        (np.nan, "missing-value", None),
        (None, "missing-value", None),
        (pd.NA, "missing-value", None),
        ("", "missing-value", None),
        ("0", "unknown-category", "'0'"),
        (b"red", "unknown-category", "'red'"),
        ((1, 2), "unknown-category", "a value of type tuple"),
    ],
)
def test_what_is_no_value_of_a_category_is_refused(value: Any, slug: str, got: str) -> None:
    column = np.empty(2, object)
    column[:] = [0, value]
    found = fault(REAL, {"c": column}, "c")
    assert (found.slug, found.got) == (slug, got)
    assert found.message.startswith("row 2 of `c` is ")
    assert found.expected == "an integer from 0 to 2"


@pytest.mark.parametrize("dtype", [object, "U5", "S5", np.dtypes.StringDType()])
def test_labels_are_texts_of_any_dtype(dtype: Any) -> None:
    column = np.array(["blue", "red"]).astype(dtype)
    assert codes(COLOURS, {"c": column}) == [2, 0]


def test_an_unknown_label_is_told_with_the_nearest_one(tmp_path: Path) -> None:
    found = fault(COLOURS, {"c": ["red", "grean"]}, "c")
    assert (found.slug, found.nearest, found.got) == ("unknown-category", "green", "'grean'")
    assert found.expected == "`red`, `green`, `blue`, or an integer from 0 to 2"
    found = fault(COLOURS, write(tmp_path, "z,c\n1,red\n2,Red\n"), "c")
    assert found.nearest == "red"
    assert found.span is not None
    assert (found.span.line, found.span.column, found.span.length) == (3, 3, 3)


def test_a_gap_in_a_csv_is_no_value_of_a_category(tmp_path: Path) -> None:
    assert fault(COLOURS, write(tmp_path, "z,c\n1,\n"), "c").slug == "missing-value"
    assert fault(REAL, write(tmp_path, "z,c\n1,red\n"), "c").slug == "unknown-category"


def test_truth_values_are_numbers_but_no_labels() -> None:
    assert codes(make(count=2), {"c": [True, False]}) == [1, 0]
    flow = make(labels=["True", "False"])
    assert fault(flow, {"c": [True, False]}, "c").slug == "wrong-dtype"
    mixed = np.array([True, 0], object)
    assert fault(flow, {"c": mixed}, "c").slug == "unknown-category"


def test_a_category_of_dates_is_refused() -> None:
    found = fault(REAL, {"c": np.array(["2020-01-01"], "datetime64[D]")}, "c")
    assert (found.slug, found.expected) == ("wrong-dtype", "an integer from 0 to 2")


def test_a_cell_is_a_label_first_and_an_index_where_no_label_is_a_number(tmp_path: Path) -> None:
    path = write(tmp_path, "c,z\nblue,1\n1,1\n 0.0 ,1\n")
    assert codes(COLOURS, path) == [2, 1, 0]
    swapped = make(labels=["1", "0"])
    assert codes(swapped, write(tmp_path, "c,z\n1,1\n0,1\n")) == [0, 1]
    assert fault(make(labels=["1", "2"]), write(tmp_path, "c,z\n0,1\n"), "c").got == "'0'"


def test_a_number_of_a_data_frame_that_may_be_a_label_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, "c,z\n1,1\n0,1\n")
    flow = make(labels=["1", "0"])
    found = faults(flow, pd.read_csv(path), "c")
    assert [d.slug for d in found] == ["ambiguous-category"] * 2
    assert codes(flow, pd.read_csv(path, dtype={"c": str})) == codes(flow, path)
    assert codes(flow, {"c": [1, 0]}) == [1, 0]
    agreeing = make(labels=["0", "1.0", "many"])
    assert codes(agreeing, pd.read_csv(path)) == [1, 0]
    assert fault(agreeing, pd.DataFrame({"c": [2]}), "c").slug == "ambiguous-category"
