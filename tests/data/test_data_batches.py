"""Batches hold few rows at once, and tell every fault of the whole file."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flowspec.data.rows import open_rows
from flowspec.data.table import Table
from flowspec.data.target import open_target
from flowspec.data.writers import WRITERS
from flowspec.diagnostics import DataError, Diagnostic
from tests.data.rows_files import FORMATS, TABLES, arrays, make, write

PLAN = make()
MANY = arrays(60_000)
BOUND = 1_200_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("many")


@pytest.fixture(scope="module", params=FORMATS)
def many(request: pytest.FixtureRequest, folder: Path) -> Path:
    """A file of several times the bound; that of Parquet is one group of rows."""
    path = write(folder, request.param, MANY)
    if request.param == "parquet":
        pq.write_table(
            pq.read_table(path),
            path,
            row_group_size=60_000,
            data_page_size=16_384,
            use_dictionary=False,
        )
    return path


def test_memory_depends_on_the_batch_and_not_on_the_file(many: Path, tmp_path: Path) -> None:
    kind = many.suffix[1:]
    with (
        open_rows(PLAN, many, rows=500, keep=True) as reading,
        open_target(tmp_path / f"out.{kind}") as target,
    ):
        writer = WRITERS[kind](target)
        table = Table(PLAN, ["log_prob"], draws=None, splits=writer.splits)
        held: list[int] = []
        before = pa.total_allocated_bytes()
        tracemalloc.start()
        try:
            for batch in reading:
                assert batch.count <= 500
                writer.write(table.of(batch, {"log_prob": batch.inputs["y"][:, 0]}))
                held.append(pa.total_allocated_bytes() - before)
            writer.close()
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert len(held) == 120
    assert most + max(held) < BOUND < many.stat().st_size / 2


def with_fault(kind: str, path: Path, at: int) -> Path:
    rows = {name: array.copy() for name, array in MANY.items()}
    rows["y"][at, 1] = np.nan
    rows["x"][at + 100, 2] = np.inf
    return write(path, kind, rows)


def read_all(reading: Any) -> Iterator[Any]:
    with reading:
        yield from reading


@pytest.mark.parametrize("kind", FORMATS)
def test_after_a_fault_no_batch_comes_and_the_rest_is_looked_through(
    kind: str, tmp_path: Path
) -> None:
    path = with_fault(kind, tmp_path, 1700)
    seen: list[int] = []
    with pytest.raises(DataError) as caught:
        seen.extend(batch.first for batch in read_all(open_rows(PLAN, path, rows=500)))
    assert seen == [0, 500, 1000]
    found = caught.value.diagnostics
    assert len(found) == 2
    assert "row 1701 of `" in found[0].message
    assert "row 1801 of `x.2` " in found[1].message
    assert all(d.span is not None and d.span.file == str(path) for d in found)
    lines = [d.span.line for d in found if d.span]
    assert lines == {"csv": [1702, 1802], "jsonl": [1701, 1801]}.get(kind, [1, 1])


@pytest.mark.parametrize("kind", TABLES)
def test_faults_past_the_limit_are_counted_over_all_batches(kind: str, tmp_path: Path) -> None:
    rows = {name: array[:3000].copy() for name, array in MANY.items()}
    rows["c"][::100] = "blue"
    with pytest.raises(DataError) as caught:
        list(read_all(open_rows(PLAN, write(tmp_path, kind, rows), rows=70)))
    assert [d.slug for d in caught.value.diagnostics] == ["unknown-category"] * 10 + ["more-faults"]
    assert caught.value.diagnostics[-1].message == "and 20 more"


def test_a_missing_column_is_told_after_one_batch(folder: Path, monkeypatch: Any) -> None:
    path = folder / "narrow.csv"
    path.write_text("a,x.0,x.1,x.2,c\n" + "1,2,3,4,red\n" * 5000 + "1,2,3,four,red\n")
    with pytest.raises(DataError) as caught:
        list(read_all(open_rows(PLAN, path, rows=500)))
    assert [d.slug for d in caught.value.diagnostics] == ["missing-column"]


def test_a_text_array_is_told_once_and_not_for_every_batch(tmp_path: Path) -> None:
    np.savez(tmp_path / "rows.npz", **{**MANY, "y": MANY["y"].astype(str)})
    with pytest.raises(DataError) as caught:
        list(read_all(open_rows(PLAN, tmp_path / "rows.npz", rows=500)))
    [found] = caught.value.diagnostics
    assert (found.slug, found.got) == ("wrong-dtype", "texts")


def test_a_damaged_end_is_told_after_the_sound_rows(tmp_path: Path) -> None:
    path = write(tmp_path, "npz", MANY)
    data = bytearray(path.read_bytes())
    data[data.index(MANY["x"][-1].tobytes())] ^= 1
    path.write_bytes(data)
    seen: list[int] = []
    with pytest.raises(DataError) as caught:
        seen.extend(batch.count for batch in read_all(open_rows(PLAN, path, rows=500)))
    fault: Diagnostic = caught.value.diagnostics[0]
    assert (fault.slug, "array `x`" in fault.message) == ("damaged-file", True)
    assert sum(seen) >= 59_000


def test_damage_inside_a_parquet_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    table = pq.read_table(write(tmp_path, "parquet", MANY))
    pq.write_table(table, path, row_group_size=10_000, compression="gzip")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = bytes(2000)
    path.write_bytes(data)
    with pytest.raises(DataError) as caught:
        list(read_all(open_rows(PLAN, path, rows=500)))
    assert caught.value.diagnostics[0].slug == "damaged-file"
