"""What is written can be read again, in every format, and appears whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowspec.data.reading import Batch
from flowspec.data.rows import open_rows, read_rows
from flowspec.data.table import Table
from flowspec.data.target import open_target
from flowspec.data.writers import WRITERS, output_format
from flowspec.diagnostics import DataError, MissingDependencyError, UsageError
from tests.data.rows_files import FORMATS, TABLES, arrays, frame, make, write

PLAN = make("float64")
ROWS = arrays(11)


def read_back(path: Path) -> dict[str, np.ndarray]:
    """The columns of a file, read by others."""
    kind = path.suffix[1:]
    if kind == "npz":
        with np.load(path) as found:
            return dict(found)
    if kind == "jsonl":
        found = pd.DataFrame([json.loads(line) for line in path.read_text().splitlines()])
    else:
        found = pd.read_csv(path) if kind == "csv" else pd.read_parquet(path)
    return {name: found[name].to_numpy() for name in found}


def put(path: Path, *columns: dict[str, Any]) -> Path:
    with open_target(path) as target:
        writer = WRITERS[output_format(path)](target)
        for some in columns:
            writer.write(some)
        writer.close()
    return path


def batch(count: int, first: int = 0, **kept: Any) -> Batch:
    return Batch(first=first, count=count, inputs={}, kept=kept)


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("dtype", ["float32", "float64", "int64"])
def test_numbers_come_back_as_they_were(kind: str, dtype: str, tmp_path: Path) -> None:
    values = (np.random.default_rng(0).normal(size=50) * 1e9).astype(dtype)
    path = put(tmp_path / f"out.{kind}", {"v": values[:20]}, {"v": values[20:]})
    assert np.array_equal(read_back(path)["v"].astype(dtype), values)


@pytest.mark.parametrize("kind", ["csv", "npz", "parquet"])
def test_numbers_that_are_not_finite_come_back(kind: str, tmp_path: Path) -> None:
    values = np.array([np.nan, -np.inf, np.inf, 1], np.float32)
    found = read_back(put(tmp_path / f"out.{kind}", {"v": values}))["v"]
    assert np.array_equal(found.astype(np.float32), values, equal_nan=True)


def test_json_has_null_for_numbers_that_are_not_finite(tmp_path: Path) -> None:
    path = put(tmp_path / "out.jsonl", {"v": np.array([np.nan, np.inf, 0.1], np.float32)})
    assert path.read_text() == '{"v": null}\n{"v": null}\n{"v": 0.1}\n'


@given(st.lists(st.text(max_size=5), min_size=1, max_size=5), st.sampled_from(TABLES))
def test_texts_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], kind: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"texts.{kind}"
    texts = [text.encode("utf-8", "ignore").decode() for text in texts]
    put(path, {"n": list(range(len(texts))), "t": texts})
    if kind == "csv":
        with path.open(newline="", encoding="utf-8") as file:
            found = [row["t"] for row in csv.DictReader(file)]
    else:
        found = read_back(path)["t"].tolist()
    assert found == texts


def test_texts_of_different_lengths_grow_in_an_npz(tmp_path: Path) -> None:
    path = put(tmp_path / "out.npz", {"t": ["a", ""]}, {"t": ["long text", "é"]})
    assert read_back(path)["t"].tolist() == ["a", "", "long text", "é"]


@pytest.mark.parametrize("kind", TABLES)
def test_features_have_the_columns_they_are_read_from(kind: str, tmp_path: Path) -> None:
    flow = make("float64", event={"name": "y", "shape": [2]}, context={})
    table = Table(flow, ["y", "log_prob"], draws=None, splits=True)
    assert table.columns == ["y.0", "y.1", "log_prob"]
    columns = table.of(batch(11), {"y": ROWS["y"], "log_prob": ROWS["x"][:, 0]})
    path = put(tmp_path / f"out.{kind}", columns)
    assert np.array_equal(read_rows(flow, path)["y"], ROWS["y"])


def test_fields_alone_are_names_unless_another_column_has_one() -> None:
    plain = make(event={"name": "y", "shape": [2], "fields": ["a", "b"]})
    taken = make(event={"name": "y", "shape": [2], "fields": ["row", "log_prob"]})
    names = ["y", "log_prob"]
    assert Table(plain, names, draws=None, splits=True).columns == ["a", "b", "log_prob"]
    assert Table(taken, names, draws=None, splits=True).columns == [
        "y.row", "y.log_prob", "log_prob",
    ]  # fmt: skip
    assert Table(taken, ["y"], draws=3, splits=True).columns[2:] == ["y.row", "y.log_prob"]


def test_draws_have_a_row_each_with_the_numbers_of_row_and_draw() -> None:
    table = Table(PLAN, ["y", "log_prob"], draws=3, splits=True)
    events = np.arange(12.0).reshape(2, 3, 2)
    rows = batch(2, first=5, name=["p", "q"])
    found = table.of(rows, {"y": events, "log_prob": -events[..., 0]})
    assert {name: list(values) for name, values in found.items()} == {
        "row": [5, 5, 5, 6, 6, 6],
        "draw": [0, 1, 2, 0, 1, 2],
        "name": ["p", "p", "p", "q", "q", "q"],
        "a": [0, 2, 4, 6, 8, 10],
        "b": [1, 3, 5, 7, 9, 11],
        "log_prob": [0, -2, -4, -6, -8, -10],
    }


def test_one_draw_needs_no_numbers_and_arrays_are_not_split() -> None:
    events = np.zeros((2, 1, 2))
    assert list(Table(PLAN, ["y"], draws=1, splits=True).of(batch(2), {"y": events})) == ["a", "b"]
    found = Table(PLAN, ["y"], draws=1, splits=False).of(batch(2), {"y": events})
    assert found["y"] is events


def test_a_kept_column_does_not_take_the_name_of_a_result() -> None:
    table = Table(PLAN, ["log_prob"], draws=None, splits=True)
    table.check_kept(["a", "y", "prob"])
    with pytest.raises(UsageError) as caught:
        table.check_kept(["a", "log_prob"])
    assert [d.slug for d in caught.value.diagnostics] == ["name-taken"]
    doubled = batch(2, log_prob=[1, 2])
    with pytest.raises(UsageError):
        table.of(doubled, {"log_prob": np.zeros(2)})


@pytest.mark.parametrize("source", FORMATS)
@pytest.mark.parametrize("kind", FORMATS)
def test_kept_columns_come_through_from_any_format_to_any(
    source: str, kind: str, tmp_path: Path
) -> None:
    path = write(tmp_path, source, ROWS)
    with open_rows(PLAN, path, rows=4, keep=True) as reading:
        table = Table(PLAN, ["log_prob"], draws=None, splits=kind != "npz")
        parts = [table.of(b, {"log_prob": b.inputs["x"][:, 0]}) for b in reading]
    written = put(tmp_path / f"out.{kind}", *parts)
    found = read_back(written)
    assert np.array_equal(found.pop("log_prob"), ROWS["x"][:, 0])
    put(tmp_path / f"again.{kind}", {name: list(values) for name, values in found.items()})
    again = read_rows(PLAN, tmp_path / f"again.{kind}", ["y", "x", "c"])
    assert np.array_equal(again["y"], ROWS["y"])
    assert np.array_equal(again["x"], ROWS["x"])
    assert np.array_equal(again["c"], (ROWS["c"] == "green").astype(int))


def test_kept_cells_of_a_csv_are_not_changed(tmp_path: Path) -> None:
    text = 'id,a,b,x.0,x.1,x.2,c,\n007, 1.50 ,1e0,+1,2,3,red,"a, ""b""\nc"\n'
    (tmp_path / "rows.csv").write_text(text)
    with open_rows(PLAN, tmp_path / "rows.csv", keep=True) as reading:
        [found] = list(reading)
    assert put(tmp_path / "out.csv", dict(found.kept)).read_text() == text


def test_kept_values_of_any_type_of_parquet_are_not_changed(tmp_path: Path) -> None:
    table = pa.Table.from_pandas(frame(ROWS), preserve_index=False)
    odd = {
        "time": pa.array([0] * 11, pa.timestamp("us", "UTC")),
        "none": pa.array([None, 2**60] + [1] * 9, pa.int64()),
        "lists": pa.array([[1], None, []] + [[2, 3]] * 8),
    }
    for name, values in odd.items():
        table = table.append_column(name, values)
    pq.write_table(table, tmp_path / "rows.parquet")
    with open_rows(PLAN, tmp_path / "rows.parquet", rows=4, keep=True) as reading:
        parts = [dict(b.kept) for b in reading]
    written = pq.read_table(put(tmp_path / "out.parquet", *parts))
    assert all(written[name].combine_chunks().equals(odd[name]) for name in odd)
    assert put(tmp_path / "out.csv", *parts).read_text().splitlines()[1].endswith(",,[1]")
    assert (
        json.loads(put(tmp_path / "out.jsonl", *parts).read_text().split("\n")[1])["none"] == 2**60
    )


@pytest.mark.parametrize("kind", ["parquet", "npz"])
def test_kept_values_of_several_types_are_refused_where_columns_have_one(
    kind: str, tmp_path: Path
) -> None:
    with pytest.raises(DataError) as caught:
        put(tmp_path / f"out.{kind}", {"v": [1, 2]}, {"v": ["x", "y"]})
    assert caught.value.diagnostics[0].slug == "mixed-types"
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("kind", FORMATS)
def test_after_a_failure_the_folder_is_as_it_was(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"out.{kind}"
    path.write_text("before")
    with suppress(KeyboardInterrupt), open_target(path) as target:
        WRITERS[kind](target).write({"v": np.arange(1000.0)})
        assert len(os.listdir(tmp_path)) >= 2
        raise KeyboardInterrupt
    assert os.listdir(tmp_path) == [path.name]
    assert path.read_text() == "before"


def test_a_file_appears_at_the_end_with_the_permissions_of_new_files(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    old = os.umask(0o027)
    try:
        with open_target(path) as target:
            target.write(b"whole")
            target.flush()
            assert not path.exists()
    finally:
        os.umask(old)
    assert path.read_bytes() == b"whole"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("before")
    (tmp_path / "link.csv").symlink_to("real.csv")
    put(tmp_path / "link.csv", {"v": [1]})
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == "v\n1\n"


def test_what_is_no_regular_file_is_written_to_directly() -> None:
    with open_target("/dev/null") as target:
        target.write(b"text")
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)


@pytest.mark.parametrize("name", ["no/out.csv", ".", "x" * 300 + ".csv", "a\0b"])
def test_a_file_that_cannot_be_written_is_told(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught, open_target(tmp_path / name):
        pytest.fail("it was opened")
    assert caught.value.diagnostics[0].slug == "cannot-write"


def test_a_full_disk_is_told() -> None:
    with pytest.raises(UsageError) as caught, open_target("/dev/full") as target:
        target.write(b"text")
    assert "no space left" in caught.value.diagnostics[0].message


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_goes_to_a_stream_that_cannot_be_sought_in(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Pipe(io.BytesIO):
        def seek(self, *_: Any) -> int:
            raise io.UnsupportedOperation

        tell = seek

    pipe = Pipe()
    monkeypatch.setattr("sys.stdout", type("Out", (), {"buffer": pipe, "flush": lambda _: None})())
    with open_target("-") as target:
        writer = WRITERS[kind](target)
        writer.write({"v": np.arange(3.0)})
        writer.write({"v": np.arange(3.0, 5)})
        writer.close()
    (tmp_path / f"out.{kind}").write_bytes(pipe.getvalue())
    assert read_back(tmp_path / f"out.{kind}")["v"].tolist() == [0, 1, 2, 3, 4]


def test_an_unknown_ending_of_an_output_is_wrong_use() -> None:
    with pytest.raises(UsageError) as caught:
        output_format("out.xls")
    assert caught.value.diagnostics[0].slug == "unknown-format"
    assert (output_format("-"), output_format("out.xls", "npz")) == ("csv", "npz")


def test_parquet_without_pyarrow_says_how_to_get_it_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingDependencyError, match=r"flowspec\[parquet\]"):
        put(tmp_path / "out.parquet", {"v": [1]})
    assert os.listdir(tmp_path) == []
