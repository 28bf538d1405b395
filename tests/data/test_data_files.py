"""Files that cannot be read: damaged, hostile, or not what they seem."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flowspec.data.lines import MAX_ROW
from flowspec.data.read_npz import MAX_DIRECTORY
from flowspec.data.rows import read_rows
from flowspec.diagnostics import DataError, Diagnostic
from flowspec.plan import plan
from flowspec.spec import load_spec

SPEC: dict[str, Any] = {
    "flowspec": 1,
    "name": "t",
    "event": {"name": "y", "shape": [2]},
    "context": {"c": {"kind": "category", "labels": ["red", "green"]}},
    "layers": [{"kind": "elementwise", "transform": {"kind": "affine"}}],
}
PLAN = plan(load_spec(SPEC))
ARRAYS = {"y": np.array([[1.0, 2.0]]), "c": np.array(["red"])}
TEXT = b"y.0,y.1,c\n1,2,red\n"


def faults(data: Any) -> list[Diagnostic]:
    with pytest.raises(DataError) as caught:
        read_rows(PLAN, data)
    return list(caught.value.diagnostics)


def fault(data: Any) -> Diagnostic:
    [found] = faults(data)
    return found


def write(folder: Path, data: bytes, name: str = "rows.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def saved(**arrays: Any) -> bytes:
    stream = io.BytesIO()
    np.savez(stream, **arrays)
    return stream.getvalue()


def member(array: Any) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array)
    return stream.getvalue()


def archive(members: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as target:
        for name, data in members.items():
            target.writestr(name, data)
    return stream.getvalue()


def header(text: str, version: bytes = b"\1\0") -> bytes:
    return b"\x93NUMPY" + version + struct.pack("<H", len(text)) + text.encode()


@pytest.mark.parametrize(
    "name", ["rows.txt", "rows", "rows.csv.gz", "rows.npy", ".csv", "", "a\0b"]
)
def test_an_ending_that_names_no_format_is_refused(name: str) -> None:
    found = fault(name)
    assert found.slug == "unknown-format"
    assert found.expected == ".csv, .jsonl, .ndjson, .npz or .parquet"


def test_an_ending_that_is_nearly_right_is_told_with_the_right_one() -> None:
    assert fault("rows.cvs").nearest == ".csv"


def test_a_missing_file_is_told_with_the_nearest_one(tmp_path: Path) -> None:
    write(tmp_path, TEXT)
    found = fault(tmp_path / "row.csv")
    assert (found.slug, found.nearest) == ("unreadable-file", "rows.csv")
    assert fault(tmp_path / "no" / "row.csv").slug == "unreadable-file"


@pytest.mark.parametrize("name", ["a\0b.csv", "x" * 5000 + ".csv", "\udcff.npz"])
def test_an_impossible_name_is_refused(name: str) -> None:
    assert fault(name).slug == "unreadable-file"


def test_what_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    assert "it is a directory" in fault(tmp_path / "folder.csv").message
    assert "it is no regular file" in fault(tmp_path / "pipe.csv").message


def test_rows_that_take_more_memory_than_they_may_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flowspec.data.rows.MAX_BYTES", 11)
    found = fault(write(tmp_path, TEXT))
    assert (found.slug, "11 bytes" in found.message) == ("too-large", True)
    monkeypatch.setattr("flowspec.data.rows.MAX_BYTES", 12)
    assert len(read_rows(PLAN, tmp_path / "rows.csv")["y"]) == 1


@pytest.mark.parametrize("name", ["rows.csv", "rows.jsonl", "rows.npz", "rows.parquet"])
def test_an_empty_file_is_refused(name: str, tmp_path: Path) -> None:
    assert fault(write(tmp_path, b"", name)).slug == "empty-file"


@pytest.mark.parametrize("data", [b"\n", b"\r\n\r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_a_csv_of_blank_lines_is_empty(data: bytes, tmp_path: Path) -> None:
    assert fault(write(tmp_path, data)).slug == "empty-file"


@pytest.mark.parametrize("data", [b"\0", TEXT.decode().encode("utf-16"), saved(**ARRAYS)])
def test_a_binary_file_is_no_csv(data: bytes, tmp_path: Path) -> None:
    found = fault(write(tmp_path, data))
    assert (found.slug, "binary" in found.message) == ("unreadable-file", True)


@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
def test_text_that_is_not_utf8_is_told_at_its_byte(start: bytes, tmp_path: Path) -> None:
    path = write(tmp_path, start + "y.0,y.1,é\n1,é".encode() + b"\xe9,red\n")
    utf8 = next(d for d in faults(path) if d.slug == "unreadable-file")
    assert (str(utf8.span), utf8.got) == (f"{path}:2:4", "the byte 0xe9")
    found = fault(write(tmp_path, start + b"y.0,\xff\n"))
    assert str(found.span) == f"{path}:1:5"


def test_what_was_found_before_a_line_that_cannot_be_read_is_told_too(tmp_path: Path) -> None:
    found = faults(write(tmp_path, TEXT + b"1,2\n1,2,rde\n\xff\n"))
    assert [d.slug for d in found] == ["ragged-row", "unreadable-file", "unknown-category"]


def test_a_ragged_row_is_told_at_its_last_cell_or_the_first_too_many(tmp_path: Path) -> None:
    data = b'y.0,y.1,c\n"1\n1",2\n1,2,red\n1,2,red,3,4\n,\n1,2,rde\n'
    short, long, empty, label = faults(write(tmp_path, data))
    assert [d.slug for d in (short, long, empty)] == ["ragged-row"] * 3
    assert [(d.expected, d.got) for d in (short, long)] == [("3", "2"), ("3", "5")]
    assert [(d.span.line, d.span.column) for d in (short, long, empty) if d.span] == [
        (3, 4), (5, 9), (6, 2),
    ]  # fmt: skip
    assert long.message == "row 3 has another number of cells than the header"
    assert label.message == "row 5 of `c` is none of its values"


@pytest.mark.parametrize("row", [b'1,"2,red\n1,2,red\n', b'1,"2"3,red\n', b"1,2,r\red\n"])
def test_an_error_of_syntax_is_told_where_its_row_begins(row: bytes, tmp_path: Path) -> None:
    path = write(tmp_path, TEXT + row)
    found = fault(path)
    assert (found.slug, str(found.span)) == ("csv-syntax", f"{path}:3:1")
    assert fault(write(tmp_path, b'"y.0,y.1\n')).slug == "csv-syntax"


def test_a_cell_without_an_end_is_refused(tmp_path: Path) -> None:
    found = fault(write(tmp_path, TEXT + b"1,2," + b"x" * 200_000))
    assert found.slug == "csv-syntax"


@pytest.mark.parametrize("filler", [b",", b'"\n",'])
def test_a_row_over_the_size_bound_is_refused(filler: bytes, tmp_path: Path) -> None:
    path = write(tmp_path, TEXT + filler * (MAX_ROW // len(filler) + 1))
    found = fault(path)
    assert (found.slug, str(found.span)) == ("too-large", f"{path}:3:1")


@pytest.mark.parametrize(("separator", "name"), [(b";", "semicolons"), (b"\t", "tabs")])
def test_another_separator_is_named(separator: bytes, name: str, tmp_path: Path) -> None:
    found = fault(write(tmp_path, TEXT.replace(b",", separator)))
    assert (found.slug, found.got) == ("wrong-separator", name)


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    data = saved(**ARRAYS)
    for damaged in (data[:-30], data[:50], b"PK\3\4", TEXT, member(ARRAYS["y"])):
        assert fault(write(tmp_path, damaged, "rows.npz")).slug == "damaged-file"


def test_a_damaged_array_is_refused_by_name(tmp_path: Path) -> None:
    data = bytearray(saved(**ARRAYS))
    data[data.index(ARRAYS["y"].tobytes())] ^= 1
    found = fault(write(tmp_path, bytes(data), "rows.npz"))
    assert (found.slug, "array `y`" in found.message) == ("damaged-file", True)


@pytest.mark.parametrize(
    "text",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 2)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-1, -2)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2)}",
        "{'descr': '<U0', 'fortran_order': False, 'shape': (1000000000000, 2)}",
        "{'descr': ('<f8', (2,)), 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f8', 'fortran_order': 3, 'shape': (1, 2)}",
        "{'descr': 'nothing', 'fortran_order': False, 'shape': (1, 2)}",
        "__import__('os')",
        "[" * 1000,
        "",
    ],
)
@pytest.mark.parametrize("version", [b"\1\0", b"\3\0", b"\x09\x09"])
def test_a_header_that_does_not_fit_the_array_is_refused(
    text: str, version: bytes, tmp_path: Path
) -> None:
    data = header(text, version) + ARRAYS["y"].tobytes()
    members = {"y.npy": data, "c.npy": member(ARRAYS["c"])}
    assert fault(write(tmp_path, archive(members), "rows.npz")).slug == "damaged-file"


def test_an_array_whose_elements_take_no_bytes_is_refused(tmp_path: Path) -> None:
    data = header("{'descr': '<U0', 'fortran_order': False, 'shape': (1000000, 2)}")
    members = {"y.npy": data, "c.npy": member(ARRAYS["c"])}
    assert fault(write(tmp_path, archive(members), "rows.npz")).slug == "damaged-file"


def test_what_is_no_array_is_refused(tmp_path: Path) -> None:
    members = {"y": b"text", "c.npy": member(ARRAYS["c"])}
    assert fault(write(tmp_path, archive(members), "rows.npz")).slug == "damaged-file"


def test_arrays_of_objects_are_refused_and_never_unpickled(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> Any:
            return (os.mkdir, (str(tmp_path / "run"),))

    data = saved(y=np.array([[Trap(), Trap()]], object), c=ARRAYS["c"])
    found = fault(write(tmp_path, data, "rows.npz"))
    assert (found.slug, "`y`" in found.message) == ("object-array", True)
    assert not (tmp_path / "run").exists()
    fields = np.zeros(1, [("a", object)])
    assert fault(write(tmp_path, saved(y=fields, c=["red"]), "rows.npz")).slug == "object-array"


def test_an_array_that_unpacks_to_more_than_it_says_is_cut_off_there(tmp_path: Path) -> None:
    bomb = member(ARRAYS["y"]) + b"\0" * 50_000_000
    data = archive({"y.npy": bomb, "c.npy": member(ARRAYS["c"])}, zipfile.ZIP_DEFLATED)
    directory = data.index(b"PK\1\2")
    size = struct.pack("<I", len(member(ARRAYS["y"])))
    changed = data[: directory + 24] + size + data[directory + 28 :]
    assert fault(write(tmp_path, changed, "rows.npz")).slug == "damaged-file"


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_compressions_that_unpack_without_bound_are_refused(
    compression: int, tmp_path: Path
) -> None:
    members = {f"{name}.npy": member(array) for name, array in ARRAYS.items()}
    path = write(tmp_path, archive(members, compression), "rows.npz")
    assert [d.slug for d in faults(path)] == ["damaged-file"] * 2


def test_an_archive_of_too_many_arrays_is_refused_unread(tmp_path: Path) -> None:
    entries = (b"PK\1\2" + b"\0" * 42) * (MAX_DIRECTORY // 46 + 1)
    ends = struct.pack("<4s4HIIH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(entries), 0, 0)
    assert fault(write(tmp_path, entries + ends, "rows.npz")).slug == "too-large"
    long = struct.pack("<4sQ2H2I4Q", b"PK\6\6", 44, 45, 45, 0, 0, 9, 9, len(entries), 0)
    ends = struct.pack("<4s4HIIH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0, 0)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, len(entries), 1)
    assert fault(write(tmp_path, entries + long + locator + ends, "rows.npz")).slug == "too-large"


def test_an_array_that_stands_twice_in_an_archive_is_refused(tmp_path: Path) -> None:
    members = {"y.npy": member(ARRAYS["y"]), "y": member(ARRAYS["y"])}
    path = write(tmp_path, archive({**members, "c.npy": member(ARRAYS["c"])}), "rows.npz")
    assert fault(path).slug == "doubled-column"


PIECES = [
    *TEXT.split(b","), TEXT, b",", b'"', b"\n", b"\r", b"\0", b"\xff", b" ", b"nan",
    b"\xef\xbb\xbf",
]  # fmt: skip


def read_or_refuse(path: Path) -> None:
    try:
        found = read_rows(PLAN, path)
    except DataError as error:
        caught = error
    else:
        assert found["y"].shape == (len(found["c"]), 2)
        return
    assert str(caught)
    assert len(caught.diagnostics) <= 11


@given(st.binary(max_size=200) | st.lists(st.sampled_from(PIECES)).map(b"".join))
@example(b'y.0,y.1,c\n1,2,"\n')
@example(b'""\n""')
def test_any_bytes_as_a_csv_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    read_or_refuse(write(tmp_path_factory.getbasetemp(), data))
    read_or_refuse(write(tmp_path_factory.getbasetemp(), TEXT + data))


@given(data=st.binary(max_size=200))
def test_any_bytes_as_an_npz_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp()
    read_or_refuse(write(folder, data, "any.npz"))
    members = {"y.npy": data, "c.npy": member(ARRAYS["c"])}
    read_or_refuse(write(folder, archive(members), "any.npz"))


@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 255)), min_size=1, max_size=5))
def test_any_change_to_an_npz_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(saved(**ARRAYS))
    for place, byte in changes:
        data[place % len(data)] = byte
    read_or_refuse(write(tmp_path_factory.getbasetemp(), bytes(data), "any.npz"))


def test_reading_does_not_load_tensorflow(tmp_path: Path) -> None:
    csv, npz = write(tmp_path, TEXT), write(tmp_path, saved(**ARRAYS), "rows.npz")
    code = f"""
import sys
from flowspec.plan import plan
from flowspec.spec import load_spec
from flowspec.data.rows import read_rows
flow = plan(load_spec({SPEC!r}))
assert "numpy" not in sys.modules
read_rows(flow, {str(csv)!r}), read_rows(flow, {str(npz)!r})
assert not {{"tensorflow", "keras", "pandas"}} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
