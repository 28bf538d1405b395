"""Every format holds the same rows, whole or in batches, written or read."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flowspec.data.rows import open_rows, read_rows
from flowspec.diagnostics import DataError, Diagnostic, MissingDependencyError
from tests.data.rows_files import FORMATS, arrays, frame, make, write

PLAN = make("float64")
ROWS = arrays(23)
INDEX = {**ROWS, "c": (ROWS["c"] == "green").astype(np.int32)}


def batches(path: Any, **options: Any) -> list[Any]:
    with open_rows(PLAN, path, **options) as reading:
        return list(reading)


def joined(found: list[Any]) -> dict[str, Any]:
    return {name: np.concatenate([b.inputs[name] for b in found]) for name in found[0].inputs}


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("rows", [1, 5, 23, 1000])
def test_batches_of_any_size_are_the_rows(kind: str, rows: int, tmp_path: Path) -> None:
    found = batches(write(tmp_path, kind, ROWS), rows=rows)
    assert [b.first for b in found] == list(range(0, 23, rows))
    assert sum(b.count for b in found) == 23
    assert all(np.array_equal(joined(found)[name], INDEX[name]) for name in INDEX)


@pytest.mark.parametrize("kind", FORMATS)
def test_all_rows_are_read_past_the_size_of_a_batch(kind: str, tmp_path: Path) -> None:
    many = arrays(70_000)
    found = read_rows(PLAN, write(tmp_path, kind, many))
    assert np.array_equal(found["y"], many["y"])
    assert np.array_equal(found["x"], many["x"])


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_is_read_from_standard_input(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = write(tmp_path, kind, ROWS).read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    found = read_rows(PLAN, "-", given_format=kind)
    assert np.array_equal(found["y"], ROWS["y"])


def test_standard_input_is_csv_unless_a_format_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    text = frame(ROWS).to_csv(index=False)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert np.array_equal(read_rows(PLAN, "-")["x"], ROWS["x"])


@pytest.mark.parametrize("ending", ["ndjson", "JSONL"])
def test_json_lines_have_two_endings(ending: str, tmp_path: Path) -> None:
    path = write(tmp_path, "jsonl", ROWS).rename(tmp_path / f"rows.{ending}")
    assert np.array_equal(read_rows(PLAN, path)["y"], ROWS["y"])


def test_a_format_that_is_given_counts_more_than_the_ending(tmp_path: Path) -> None:
    path = write(tmp_path, "parquet", ROWS).rename(tmp_path / "rows.csv")
    assert np.array_equal(read_rows(PLAN, path, given_format="parquet")["y"], ROWS["y"])


@pytest.mark.parametrize("kind", ["jsonl", "parquet", "fixed"])
def test_a_vector_may_be_a_list(kind: str, tmp_path: Path) -> None:
    table: dict[str, Any] = {name: ROWS[name].tolist() for name in ("x", "y", "c")}
    path = tmp_path / f"rows.{'jsonl' if kind == 'jsonl' else 'parquet'}"
    if kind == "jsonl":
        lines = [json.dumps(dict(zip(table, row, strict=True))) for row in zip(*table.values())]  # noqa: B905
        path.write_text("\n".join(lines))
    else:
        fixed = pa.array(table["x"], pa.list_(pa.float64(), 3))
        pq.write_table(pa.table({**table, "x": fixed} if kind == "fixed" else table), path)
    found = joined(batches(path, rows=4))
    assert all(np.array_equal(found[name], INDEX[name]) for name in INDEX)


def test_a_column_of_one_value_is_no_vector_of_its_name(tmp_path: Path) -> None:
    table = frame(ROWS).assign(y=7, x="none")
    table.to_parquet(tmp_path / "rows.parquet")
    table.to_json(tmp_path / "rows.jsonl", orient="records", lines=True, double_precision=15)
    for name in ("rows.parquet", "rows.jsonl"):
        assert np.allclose(read_rows(PLAN, tmp_path / name)["y"], ROWS["y"], rtol=1e-12)


def test_numbers_of_parquet_may_have_any_type(tmp_path: Path) -> None:
    import decimal

    table = pa.table({
        "a": pa.array([1, 2], pa.int8()),
        "b": pa.array([decimal.Decimal("0.5"), decimal.Decimal("1.5")]),
        "x.0": pa.array([1, 0], pa.int64()),
        "x.1": pa.array([1, 2], pa.float16()),
        "x.2": pa.array([1, 2], pa.uint64()),
        "c": pa.array(["red", "green"]).dictionary_encode(),
    })  # fmt: skip
    pq.write_table(table, tmp_path / "rows.parquet")
    found = read_rows(PLAN, tmp_path / "rows.parquet")
    assert found["y"].tolist() == [[1, 0.5], [2, 1.5]]
    assert found["x"].tolist() == [[1, 1, 1], [0, 2, 2]]
    assert found["c"].tolist() == [0, 1]


def test_booleans_of_a_file_are_no_numbers(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"x": [1, 2, true], "a": 1, "b": false, "c": 0}\n')
    found = faults_of(path)
    assert [d.message for d in found] == [
        "row 1 of `b` is not a number", "row 1 of `x.2` is not a number",
    ]  # fmt: skip
    assert [d.got for d in found] == ["false", "true"]
    path = tmp_path / "rows.parquet"
    frame(ROWS).assign(a=True).to_parquet(path)
    assert {(d.slug, d.got) for d in faults_of(path)[:10]} == {("not-a-number", "true")}
    path = tmp_path / "rows.npz"
    np.savez(path, **{**ROWS, "x": ROWS["x"] > 0})
    [found] = faults_of(path)
    assert (found.slug, found.got) == ("wrong-dtype", "booleans")
    assert found.span is not None
    assert found.span.file == str(path)


def faults_of(path: Path) -> list[Diagnostic]:
    with pytest.raises(DataError) as caught:
        read_rows(PLAN, path)
    return list(caught.value.diagnostics)


@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_are_read_row_by_row_in_either_order(order: Any, tmp_path: Path) -> None:
    np.savez(tmp_path / "rows.npz", **{k: np.array(v, order=order) for k, v in ROWS.items()})
    found = joined(batches(tmp_path / "rows.npz", rows=4))
    assert all(np.array_equal(found[name], INDEX[name]) for name in INDEX)


@pytest.mark.parametrize("kind", FORMATS)
def test_seeds_are_read_without_rounding(kind: str, tmp_path: Path) -> None:
    exact = [0, 2**53 + 1, 2**63 - 1]
    table = pd.DataFrame({"seed": exact})
    path = tmp_path / f"rows.{kind}"
    if kind == "csv":
        table.to_csv(path, index=False)
    elif kind == "jsonl":
        path.write_text("".join(f'{{"seed": {seed}}}\n' for seed in exact))
    elif kind == "npz":
        np.savez(path, seed=exact)
    else:
        table.to_parquet(path)
    found = read_rows(PLAN, path, ["seed"])["seed"]
    assert (found.tolist(), str(found.dtype)) == (exact, "int64")


def test_an_input_that_may_be_missing_is_read_where_it_is_there(tmp_path: Path) -> None:
    path = write(tmp_path, "csv", ROWS)
    names = ["c", "seed"]
    assert list(batches(path, names=names, optional=["seed"])[0].inputs) == ["c"]
    frame(ROWS).assign(seed=range(23)).to_csv(path, index=False)
    assert list(batches(path, names=names, optional=["seed"])[0].inputs) == names


def test_parquet_without_pyarrow_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "parquet", ROWS)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingDependencyError, match=r"flowspec\[parquet\]"):
        read_rows(PLAN, path)


def test_only_parquet_loads_pyarrow(tmp_path: Path) -> None:
    files = [str(write(tmp_path, kind, ROWS)) for kind in FORMATS]
    code = f"""
import sys
from flowspec.data.rows import read_rows
from flowspec.data.writers import WRITERS
from flowspec.plan import plan
from flowspec.spec import load_spec
flow = plan(load_spec({PLAN.spec!r}))
for file in {files!r}:
    assert "pyarrow" not in sys.modules
    read_rows(flow, file)
assert "pyarrow" in sys.modules
assert not {{"tensorflow", "keras"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
