"""JSON Lines and Parquet files with faults, each told with row, line and column."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flowspec.data.lines import MAX_ROW
from flowspec.data.rows import open_rows, read_rows
from flowspec.diagnostics import DataError, Diagnostic
from tests.data.rows_files import arrays, make, write

PLAN = make(
    context={
        "x": {"kind": "vector", "size": 2},
        "c": {"kind": "category", "labels": ["red", "green"]},
    },
    event={"name": "y", "shape": [1], "support": {"kind": "positive"}},
)
GOOD = '{"y": 1, "x": [1, 2], "c": "red"}'


def faults(path: Path, **options: Any) -> list[Diagnostic]:
    with pytest.raises(DataError) as caught, open_rows(PLAN, path, **options) as reading:
        list(reading)
    return list(caught.value.diagnostics)


def text(folder: Path, *lines: str | bytes) -> Path:
    path = folder / "rows.jsonl"
    path.write_bytes(b"".join((x if isinstance(x, bytes) else x.encode()) + b"\n" for x in lines))
    return path


def place(fault: Diagnostic) -> tuple[int, int, int]:
    assert fault.span is not None
    return fault.span.line, fault.span.column, fault.span.length


@pytest.mark.parametrize(
    ("line", "slug", "column", "length"),
    [
        ('{"y": 1, "x": [1, 2], "c": "red"', "json-syntax", 32, 1),
        ('{"y": 1 "x": [1, 2]}', "json-syntax", 9, 1),
        ("[1, 2]", "not-an-object", 1, 1),
        ("3", "not-an-object", 1, 1),
        ("null", "not-an-object", 1, 1),
        ('{"y": 1, "y": 2, "x": [1, 2], "c": "red"}', "doubled-column", 1, 1),
        ('{"x": [1, 2], "c": "red"}', "missing-value", 1, 1),
        ('{"y": 1, "x": [1], "c": "red"}', "wrong-length", 15, 3),
        ('{"y": 1, "x": [1, 2, 3], "c": "red"}', "wrong-length", 15, 9),
        ('{"y": 1, "x": 5, "c": "red"}', "wrong-length", 15, 1),
        ('{"y": 1, "x": null, "c": "red"}', "wrong-length", 15, 4),
        ('{"y": null, "x": [1, 2], "c": "red"}', "missing-value", 7, 4),
        ('{"y": "1", "x": [1, 2], "c": "red"}', "not-a-number", 7, 3),
        ('{"y": NaN, "x": [1, 2], "c": "red"}', "not-finite", 7, 3),
        ('{"y": 1e999, "x": [1, 2], "c": "red"}', "not-finite", 7, 5),
        ('{"y": 1e39, "x": [1, 2], "c": "red"}', "number-too-large", 7, 4),
        ('{"y": -1, "x": [1, 2], "c": "red"}', "outside-support", 7, 2),
        ('{"y": 1, "x": [1, "two"], "c": "red"}', "not-a-number", 15, 10),
        ('{"y": 1, "x": [1, [2]], "c": "red"}', "not-a-number", 15, 8),
        ('{"y": 1, "x": [1, 2], "c": "reed"}', "unknown-category", 28, 6),
        ('{"y": 1, "x": [1, 2], "c": 2}', "unknown-category", 28, 1),
        ('{ "q" : {"c": 5} , "y":1, "x":[1,2], "c" :\t7 }', "unknown-category", 44, 1),
        ('{"y": ' + "9" * 5000 + ', "x": [1, 2], "c": 0}', "json-syntax", 1, 1),
        ('{"y": ' + "[" * 100_000, "json-syntax", 1, 1),
    ],
)
def test_a_wrong_object_is_told_at_its_value(
    line: str, slug: str, column: int, length: int, tmp_path: Path
) -> None:
    [found] = faults(text(tmp_path, GOOD, "", line, GOOD))
    assert found.slug == slug
    assert place(found) == (3, column, length)
    assert "row 2 " in found.message


def test_keys_that_no_input_is_read_from_may_come_and_go(tmp_path: Path) -> None:
    other = GOOD.replace("}", ', "note": {"deep": [1]}}')
    assert len(read_rows(PLAN, text(tmp_path, GOOD, other, GOOD))["y"]) == 3


def test_where_columns_are_kept_no_key_may_be_lost(tmp_path: Path) -> None:
    other = GOOD.replace("}", ', "note": 1}')
    [found] = faults(text(tmp_path, GOOD, other), keep=True)
    assert (found.slug, place(found)) == ("unknown-column", (2, 43, 1))
    with open_rows(PLAN, text(tmp_path, other, GOOD), keep=True) as reading:
        [batch] = list(reading)
    assert batch.kept["note"] == [1, None]


def test_a_key_that_the_first_object_lacks_is_a_missing_input(tmp_path: Path) -> None:
    [found] = faults(text(tmp_path, '{"y": 1, "c": 0}', GOOD))
    assert (found.slug, found.expected) == ("missing-input", "`x`, or `x.0`, `x.1`")
    assert place(found)[0] == 1


def test_a_category_as_a_list_has_the_wrong_shape(tmp_path: Path) -> None:
    [found] = faults(text(tmp_path, '{"y": 1, "x": [1, 2], "c": [0]}'))
    assert (found.slug, found.expected, found.got) == (
        "wrong-shape", "one label or index", "a list",
    )  # fmt: skip


def test_a_single_value_may_be_a_list_of_one(tmp_path: Path) -> None:
    assert read_rows(PLAN, text(tmp_path, GOOD.replace("1,", "[3],", 1)))["y"].tolist() == [[3]]


@pytest.mark.parametrize("lines", [["\n"], [b"\xef\xbb\xbf"]])
def test_json_lines_without_an_object_are_empty(lines: list[Any], tmp_path: Path) -> None:
    assert faults(text(tmp_path, *lines))[0].slug == "empty-file"


def test_text_that_is_not_utf8_is_told_at_its_byte(tmp_path: Path) -> None:
    found = faults(text(tmp_path, GOOD, b'{"y": 1, "\xff'))[0]
    assert (found.slug, place(found)[:2]) == ("unreadable-file", (2, 11))


def test_a_binary_file_is_no_json(tmp_path: Path) -> None:
    assert "binary" in faults(text(tmp_path, GOOD.encode("utf-16")))[0].message


def test_a_line_over_the_size_bound_is_refused(tmp_path: Path) -> None:
    [found] = faults(text(tmp_path, GOOD, b'{"y": "' + b"x" * MAX_ROW))
    assert (found.slug, place(found)[:2]) == ("too-large", (2, 1))


@given(st.binary(max_size=80) | st.text(alphabet='{}[]",:1yxc e\\ud8\n', max_size=80))
@example('{"y": 1, "x": [1, 2], "c": "\\ud800"}')
@example('{"\\ud800": 1}')
def test_any_bytes_as_json_lines_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes | str
) -> None:
    for lines in ([data], [GOOD, data]):
        path = text(tmp_path_factory.getbasetemp(), *lines)
        with suppress(DataError):
            assert len(read_rows(PLAN, path)["y"])


def parquet(folder: Path, **columns: Any) -> Path:
    path = folder / "rows.parquet"
    whole = {"y": [1.0, 2.0], "x.0": [1.0, 2.0], "x.1": [1.0, 2.0], "c": ["red", "green"]}
    pq.write_table(pa.table(whole | columns), path)
    return path


@pytest.mark.parametrize(
    ("columns", "slug", "message"),
    [
        ({"y": [1.0, None]}, "missing-value", "row 2 of `y` is empty"),
        ({"y": [1.0, np.nan]}, "not-finite", "row 2 of `y` is not finite"),
        ({"y": [1.0, -1.0]}, "outside-support", "row 2 of `y` lies outside"),
        ({"y": ["1", "two"]}, "not-a-number", "row 1 of `y` is not a number"),
        ({"c": ["red", None]}, "missing-value", "row 2 of `c` is empty"),
        ({"c": ["red", "reed"]}, "unknown-category", "row 2 of `c` is none"),
        ({"c": [0, 7]}, "unknown-category", "row 2 of `c` is none"),
        ({"x": [[1, 2], [1, 2]]}, "input-given-twice", "`x` in more than one way"),
    ],
)
def test_a_wrong_value_of_parquet_is_told_with_its_row(
    columns: dict[str, Any], slug: str, message: str, tmp_path: Path
) -> None:
    path = parquet(tmp_path, **columns)
    found = faults(path)[0]
    assert (found.slug, message in found.message) == (slug, True)
    assert found.span is not None
    assert found.span.file == str(path)


def test_lists_of_the_wrong_length_are_told_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    lists = [[1, 2], [1], None, [1, 2], [1, None]]
    pq.write_table(pa.table({"y": [1.0, 1, 1, -1, 1], "x": lists, "c": [0] * 5}), path)
    found = faults(path)
    assert [(d.slug, d.message.split(" of ")[0], d.got) for d in found] == [
        ("wrong-length", "row 2", "1 values"),
        ("wrong-length", "row 3", "nothing"),
        ("outside-support", "row 4", "-1.0"),
        ("missing-value", "row 5", None),
    ]


def test_a_doubled_column_of_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    table = pa.table([[1.0], [2.0], [1.0], [1.0], [0]], names=["y", "y", "x.0", "x.1", "c"])
    pq.write_table(table, path)
    assert [d.slug for d in faults(path)] == ["doubled-column"]


def test_parquet_without_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    pq.write_table(pq.read_table(parquet(tmp_path)).slice(0, 0), path)
    assert [d.slug for d in faults(path)] == ["no-rows"]


@pytest.mark.parametrize("cut", [1, 8, 100, -1])
def test_a_truncated_parquet_file_is_damaged(cut: int, tmp_path: Path) -> None:
    path = parquet(tmp_path)
    path.write_bytes(path.read_bytes()[:-cut] if cut > 0 else b"PAR1" * 5)
    assert [d.slug for d in faults(path)] == ["damaged-file"]


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=5))
def test_any_change_to_a_parquet_file_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    plan = make()
    data = bytearray(write(folder, "parquet", arrays(3), "changed").read_bytes())
    for at, byte in changes:
        data[at % len(data)] = byte
    path = folder / "changed.parquet"
    path.write_bytes(data)
    with suppress(DataError):
        assert len(read_rows(plan, path)["y"])
