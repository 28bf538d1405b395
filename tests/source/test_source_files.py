"""Files that cannot be read."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from flowspec.diagnostics import Diagnostic, SpecError
from flowspec.source import read_file, resolve


def problem(path: Path | str) -> Diagnostic:
    with pytest.raises(SpecError) as caught:
        read_file(path)
    [diagnostic] = caught.value.diagnostics
    return diagnostic


def test_a_file_is_read_and_named_as_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.yaml").write_text("a: 1")
    monkeypatch.chdir(tmp_path)
    top = read_file("a.yaml")
    assert top.plain() == {"a": 1}
    assert top.span is not None
    assert top.span.file == "a.yaml"


def test_a_byte_order_mark_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1")
    assert read_file(path).plain() == {"a": 1}


def test_a_missing_file_is_refused_and_the_nearest_one_named(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("a: 1")
    found = problem(tmp_path / "polcy.yaml")
    assert (found.slug, found.nearest) == ("unreadable-file", "policy.yaml")


@pytest.mark.parametrize("name", ["", ".", "no/such/folder.yaml", "a\0b", "x" * 5000])
def test_what_is_no_readable_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert problem(name).slug == "unreadable-file"
    with pytest.raises(SpecError):
        resolve(name)


def test_a_directory_is_refused_as_one(tmp_path: Path) -> None:
    assert "directory" in problem(tmp_path).message


def test_a_pipe_is_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.yaml")
    assert problem(tmp_path / "a.yaml").slug == "unreadable-file"


def test_a_device_is_refused() -> None:
    assert problem("/dev/zero").slug == "unreadable-file"


def test_a_circle_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to("b.yaml")
    (tmp_path / "b.yaml").symlink_to("a.yaml")
    assert problem(tmp_path / "a.yaml").slug == "unreadable-file"
    with pytest.raises(SpecError):
        resolve(tmp_path / "a.yaml")


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"a: \xff", 1, 4),
        (b"a: 1\nb: \xc3\xa9\xe9\n", 2, 5),
        ("a: é".encode("latin-1"), 1, 4),
        ("a: 1".encode("utf-16"), 1, 1),
        (b"a: \xed\xa0\x80", 1, 4),
    ],
)
def test_bytes_that_are_not_utf8_are_refused_at_their_place(
    tmp_path: Path, data: bytes, line: int, column: int
) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(data)
    found = problem(path)
    assert found.slug == "unreadable-file"
    assert found.span is not None
    assert (found.span.line, found.span.column) == (line, column)


@pytest.mark.parametrize("size", range(1, 40))
def test_a_truncated_file_is_read_or_refused(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("é: &x [1, {b: 'ü'}]\nc: *x\n".encode()[:size])
    with contextlib.suppress(SpecError):
        assert isinstance(read_file(path).value, dict)
