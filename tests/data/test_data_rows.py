"""The same rows, whatever holds them."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowspec.data.rows import read_rows
from flowspec.diagnostics import UsageError
from flowspec.plan import plan
from flowspec.records import Plan
from flowspec.spec import load_spec


def make(dtype: str = "float32", **event: Any) -> Plan:
    layers = [{"kind": "elementwise", "transform": {"kind": "affine"}}]
    context = {
        "x": {"kind": "vector", "size": 2},
        "s": {"kind": "vector", "size": 1},
        "c": {"kind": "category", "labels": ["red", "green"]},
        "k": {"kind": "category", "count": 3},
    }
    spec = {
        "flowspec": 1, "name": "t", "dtype": dtype, "layers": layers, "context": context,
        "event": {"name": "y", "shape": [2], "fields": ["a", "b"], **event},
    }  # fmt: skip
    return plan(load_spec(spec))


PLAN = make()
ARRAYS = {
    "y": np.array([[0.1, -2.5], [3.0, 1e-3], [7.0, 0.0]]),
    "x": np.array([[1, 2], [3, 4], [5, 6]]),
    "s": np.array([0.5, 1.5, 2.5]),
    "c": np.array([0, 1, 0]),
    "k": np.array([2, 1, 0]),
}
TEXT = """\
a,b,x.0,x.1,s,c,k
0.1,-2.5,1,2,0.5,red,2
3.0,1e-3,3,4,1.5,green,1
7.0,0.0,5,6,2.5,red,0
"""
SHAPES = {"y": (3, 2), "x": (3, 2), "s": (3, 1), "c": (3,), "k": (3,)}


def csv(folder: Path, text: str | bytes = TEXT) -> Path:
    path = folder / "rows.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def npz(folder: Path, arrays: dict[str, Any], save: Callable[..., None] = np.savez) -> Path:
    path = folder / "rows.npz"
    save(path, **arrays)
    return path


def frame(text: str = TEXT) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text))


def equal(found: dict[str, Any], wanted: dict[str, Any]) -> bool:
    return list(found) == list(wanted) and all(
        found[name].dtype == wanted[name].dtype and np.array_equal(found[name], wanted[name])
        for name in wanted
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_rows_have_the_shape_and_dtype_of_each_input(dtype: str) -> None:
    found = read_rows(make(dtype), ARRAYS)
    assert {name: array.shape for name, array in found.items()} == SHAPES
    assert [str(array.dtype) for array in found.values()] == [dtype] * 3 + ["int32"] * 2
    assert all(array.flags.c_contiguous for array in found.values())
    assert np.array_equal(found["y"], ARRAYS["y"].astype(dtype))
    assert np.array_equal(found["k"], [2, 1, 0])


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_mapping_a_data_frame_a_csv_and_an_npz_give_the_same_rows(
    dtype: str, tmp_path: Path
) -> None:
    flow = make(dtype)
    wanted = read_rows(flow, ARRAYS)
    labels = {**ARRAYS, "c": np.array(["red", "green", "red"])}
    columns = frame().to_dict("list")
    assert equal(read_rows(flow, labels), wanted)
    assert equal(read_rows(flow, columns), wanted)
    assert equal(read_rows(flow, frame()), wanted)
    assert equal(read_rows(flow, csv(tmp_path)), wanted)
    assert equal(read_rows(flow, str(csv(tmp_path))), wanted)
    for arrays in (ARRAYS, labels, {name: np.array(column) for name, column in columns.items()}):
        assert equal(read_rows(flow, npz(tmp_path, arrays)), wanted)
        assert equal(read_rows(flow, npz(tmp_path, arrays, np.savez_compressed)), wanted)


@given(
    st.lists(
        st.tuples(*[st.floats(-1e30, 1e30)] * 4, st.sampled_from(["red", "green"])), min_size=1
    )
)
def test_any_rows_are_the_same_in_every_form(rows: list[tuple[Any, ...]]) -> None:
    table = pd.DataFrame(rows, columns=["y.0", "y.1", "x.0", "x.1", "c"])
    names = ["y", "x", "c"]
    wanted = read_rows(make("float64"), table, names)
    assert np.array_equal(wanted["y"], np.array([row[:2] for row in rows]))
    whole = {"y": table[["y.0", "y.1"]].to_numpy(), "x": table[["x.0", "x.1"]], "c": table["c"]}
    assert equal(read_rows(make("float64"), whole, names), wanted)


@given(st.lists(st.floats(-1e300, 1e300), min_size=1))
def test_a_csv_of_written_numbers_gives_them_back(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[float]
) -> None:
    path = csv(tmp_path_factory.mktemp("rows"), "\n".join(["s", *map(repr, numbers)]))
    assert read_rows(make("float64"), path, ["s"])["s"][:, 0].tolist() == numbers


def test_lists_and_arrays_in_any_layout_are_taken() -> None:
    wanted = read_rows(PLAN, ARRAYS)
    lists = {name: array.tolist() for name, array in ARRAYS.items()}
    columnwise = {name: np.asfortranarray(array) for name, array in ARRAYS.items()}
    swapped = {name: array.astype(array.dtype.newbyteorder(">")) for name, array in ARRAYS.items()}
    objects = {name: array.astype(object) for name, array in ARRAYS.items()}
    masked = {name: np.ma.array(array) for name, array in ARRAYS.items()}
    for arrays in (lists, columnwise, swapped, objects, masked):
        found = read_rows(PLAN, arrays)
        assert equal(found, wanted)
        assert all(array.flags.c_contiguous for array in found.values())


def test_an_npz_may_hold_arrays_in_any_layout(tmp_path: Path) -> None:
    columnwise = {name: np.asfortranarray(array) for name, array in ARRAYS.items()}
    swapped = {name: array.astype(array.dtype.newbyteorder(">")) for name, array in ARRAYS.items()}
    for arrays in (columnwise, swapped):
        assert equal(read_rows(PLAN, npz(tmp_path, arrays)), read_rows(PLAN, ARRAYS))


def test_data_frames_with_columns_of_their_own_dtypes_are_taken() -> None:
    table = frame().astype({"x.0": "Int64", "c": "category", "b": "Float64", "k": "UInt8"})
    assert equal(read_rows(PLAN, table), read_rows(PLAN, ARRAYS))


def test_anything_with_columns_and_items_is_a_data_frame() -> None:
    class Frame:
        columns = frame().columns.tolist()

        def __getitem__(self, name: str) -> list[Any]:
            return frame()[name].tolist()

    assert equal(read_rows(PLAN, Frame()), read_rows(PLAN, ARRAYS))


def test_tensors_are_taken_texts_included() -> None:
    import tensorflow as tf

    tensors = {name: tf.constant(array) for name, array in ARRAYS.items()}
    tensors["c"] = tf.constant(["red", "green", "red"])
    assert equal(read_rows(PLAN, tensors), read_rows(PLAN, ARRAYS))


def test_an_input_of_one_feature_takes_one_axis_or_two() -> None:
    flat = read_rows(PLAN, {"s": [1.0, 2.0]}, ["s"])
    assert flat["s"].shape == (2, 1)
    assert equal(read_rows(PLAN, {"s": [[1.0], [2.0]]}, ["s"]), flat)


@pytest.mark.parametrize("names", [["y"], ["c", "x"], ["x", "y", "x"], []])
def test_only_the_inputs_asked_for_are_read_in_that_order(names: list[str], tmp_path: Path) -> None:
    everything = read_rows(PLAN, ARRAYS)
    wanted = {name: everything[name] for name in names}
    for data in (ARRAYS, frame(), csv(tmp_path), npz(tmp_path, ARRAYS)):
        assert equal(read_rows(PLAN, data, names), wanted)


def test_what_is_not_asked_for_may_be_missing_or_wrong(tmp_path: Path) -> None:
    found = read_rows(PLAN, {"x": ARRAYS["x"], "y": "nothing", "a": [None]}, ["x"])
    assert list(found) == ["x"]
    assert list(read_rows(PLAN, csv(tmp_path, "k,c\n1,mauve\n"), ["k"])) == ["k"]
    bad = npz(tmp_path, {"k": [1, 2], "c": np.array([None])})
    assert list(read_rows(PLAN, bad, ["k"])) == ["k"]


def test_an_input_that_the_flow_does_not_have_is_a_wrong_call() -> None:
    with pytest.raises(UsageError) as caught:
        read_rows(PLAN, ARRAYS, ["y", "xx", "z"])
    assert [d.slug for d in caught.value.diagnostics] == ["unknown-input"] * 2
    assert caught.value.diagnostics[0].nearest == "x"


def test_the_given_arrays_are_not_changed() -> None:
    flow = make(support={"kind": "interval", "low": 0, "high": 1})
    event = np.array([[1e-60, 0.5]])
    read_rows(flow, {"y": event}, ["y"])
    assert event[0, 0] == 1e-60


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: text.replace(b"\n", b"\r"),
        lambda text: text.rstrip(b"\n"),
        lambda text: b"\n\n" + text.replace(b"\n", b"\n\n"),
        lambda text: text.replace(b",", b" , "),
        lambda text: b"\n".join(
            b",".join(b'"%b"' % cell for cell in line.split(b",")) for line in text.splitlines()
        ),
        lambda text: text.replace(b"\n", b",more\n"),
        lambda text: b"\n".join(b"%b,,a " % line for line in text.splitlines()).replace(
            b",a ", b""
        ),
    ],
)
def test_a_csv_may_be_written_in_other_ways(
    change: Callable[[bytes], bytes], tmp_path: Path
) -> None:
    path = csv(tmp_path, change(TEXT.encode()))
    assert equal(read_rows(PLAN, path), read_rows(PLAN, ARRAYS))


def test_names_and_labels_may_be_any_text(tmp_path: Path) -> None:
    layers = [{"kind": "elementwise", "transform": {"kind": "affine"}}]
    spec = {
        "flowspec": 1, "name": "t", "layers": layers,
        "event": {"shape": [2], "fields": ["Größe, cm", 'the "b"']},
        "context": {"c": {"kind": "category", "labels": ["no\nyes", " 1 ", "é"]}},
    }  # fmt: skip
    flow = plan(load_spec(spec))
    table = pd.DataFrame({"Größe, cm": [1, 2, 3], 'the "b"': [4, 5, 6]})
    table["c"] = ["é", " 1 ", "no\nyes"]
    path = tmp_path / "rows.CSV"
    table.to_csv(path, index=False)
    found = read_rows(flow, path)
    assert found["event"].tolist() == [[1, 4], [2, 5], [3, 6]]
    assert found["c"].tolist() == [2, 1, 0]
    assert equal(read_rows(flow, table), found)
