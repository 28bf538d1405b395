"""Files are written all or none, and an edited one is never lost."""

import errno
import os

import pytest

from flowspec.bundle.disk import Disk
from flowspec.diagnostics import UsageError
from flowspec.generate.header import is_unedited
from flowspec.generate.write import write
from tests.generate.project import files

FIRST = {"a.bin": b"\x00one", "b/c.bin": b"\x00two", "b/d/e.bin": b"\x00three"}
SECOND = {"a.bin": b"\x00four", "b/c.bin": b"\x00two", "f/g.bin": b"\x00five"}


def refused(slug, folder, contents, **options):
    """The messages with which writing is refused; nothing has changed."""
    before = state(folder)
    with pytest.raises(UsageError) as caught:
        write(folder, contents, **options)
    assert {one.slug for one in caught.value.diagnostics} == {slug}
    assert state(folder) == before
    return [one.message for one in caught.value.diagnostics]


def state(folder):
    """Everything in a folder, empty folders and links too."""
    return {
        path.relative_to(folder): os.readlink(path) if path.is_symlink() else
        path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }  # fmt: skip


def test_new_files_are_written_with_their_folders(tmp_path):
    done = write(tmp_path / "new" / "folder", FIRST)
    assert done.written == tuple(FIRST)
    assert files(tmp_path / "new" / "folder") == FIRST


def test_the_same_again_changes_nothing(tmp_path):
    write(tmp_path, FIRST)
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.bin")}
    done = write(tmp_path, FIRST)
    assert (done.written, done.unchanged) == ((), tuple(FIRST))
    assert times == {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.bin")}


def test_every_file_that_is_in_the_way_is_told_and_none_is_written(tmp_path):
    write(tmp_path, {"a.bin": b"mine", "f/g.bin": b"mine too"})
    told = refused("edited-file", tmp_path, SECOND)
    assert ["a.bin" in told[0], "g.bin" in told[1], len(told)] == [True, True, 2]


def test_force_replaces_what_is_in_the_way_and_nothing_else(tmp_path):
    (tmp_path / "other.txt").write_text("stays")
    write(tmp_path, {"a.bin": b"mine"})
    write(tmp_path, SECOND, force=True)
    assert files(tmp_path) == {**SECOND, "other.txt": b"stays"}


@pytest.mark.parametrize("force", [False, True])
def test_a_file_in_the_place_of_a_folder_is_in_the_way(tmp_path, force):
    (tmp_path / "b").write_text("a file")
    assert "a folder is to be there" in refused("cannot-write", tmp_path, FIRST, force=force)[0]


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_in_the_place_of_a_file_is_in_the_way(tmp_path, force):
    (tmp_path / "a.bin").mkdir()
    assert "a file is to be there" in refused("cannot-write", tmp_path, FIRST, force=force)[0]


@pytest.mark.parametrize("force", [False, True])
def test_a_link_to_elsewhere_is_not_followed(tmp_path, force):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "b").symlink_to(tmp_path / "elsewhere")
    refused("cannot-write", tmp_path / "folder", FIRST, force=force)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_link_in_the_place_of_a_file_is_replaced_itself_when_forced(tmp_path):
    (tmp_path / "kept.bin").write_bytes(FIRST["a.bin"])
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.bin").symlink_to(tmp_path / "kept.bin")
    refused("edited-file", folder, FIRST)
    write(folder, {**FIRST, "a.bin": b"new"}, force=True)
    assert not (folder / "a.bin").is_symlink()
    assert (tmp_path / "kept.bin").read_bytes() == FIRST["a.bin"]


def test_a_file_as_the_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("a file")
    for folder in (tmp_path / "file", tmp_path / "file" / "inner"):
        with pytest.raises(UsageError, match="cannot-write"):
            write(folder, FIRST)
    for name in ("zero\0byte", "half\ud800character", "x" * 300):
        with pytest.raises(UsageError, match="cannot-write"):
            write(tmp_path / name, FIRST)
    assert state(tmp_path) == {(tmp_path / "file").relative_to(tmp_path): b"a file"}


@pytest.mark.parametrize(
    "path", ["../a", "/a", "a/../b", ".", "a//b", "a/", "", "a\nb", "..", "-a", "a\\b", "C:a"]
)
def test_a_path_that_leaves_the_folder_is_a_bug(tmp_path, path):
    with pytest.raises(RuntimeError):
        write(tmp_path / "folder", {path: b"x"})
    assert state(tmp_path) == {}


class Failing(Disk):
    """A disk that fails at one operation, counted from the first."""

    def __init__(self, at):
        self.left = at

    def __getattribute__(self, name):
        found = super().__getattribute__(name)
        if name.startswith("_") or not callable(found):
            return found

        def counted(*words):
            self.left -= 1
            if self.left == 0:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return found(*words)

        return counted


def operations(tmp_path):
    """How many operations a write over an older generation takes."""
    disk = Failing(-1)
    write(tmp_path, FIRST)
    write(tmp_path, SECOND, force=True, disk=disk)
    return -1 - disk.left


def test_whatever_fails_leaves_the_disk_as_it_was(tmp_path):
    count = operations(tmp_path / "counted")
    assert count >= 10
    for at in range(1, count):
        folder = tmp_path / str(at)
        write(folder, FIRST)
        before = state(folder)
        with pytest.raises(UsageError, match="no space left"):
            write(folder, SECOND, force=True, disk=Failing(at))
        assert state(folder) == before
    # The last operation removes the second name of what was replaced.
    folder = tmp_path / str(count)
    write(folder, FIRST)
    write(folder, SECOND, force=True, disk=Failing(count))
    assert files(folder).items() >= {**FIRST, **SECOND}.items()


def test_a_folder_without_rights_is_told(tmp_path):
    class Readonly(Disk):
        def create(self, path):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    with pytest.raises(UsageError, match="permission denied"):
        write(tmp_path / "new", FIRST, disk=Readonly())
    assert state(tmp_path) == {}


def test_without_links_the_disk_is_as_before_too(tmp_path, monkeypatch):
    def no_links(*_, **__):
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", no_links)
    test_whatever_fails_leaves_the_disk_as_it_was(tmp_path)


def test_a_text_is_unedited_only_as_it_was_written():
    assert not is_unedited(b"")
    assert not is_unedited(b"# Generated by flowspec 1\n# x\n# sha256 of what follows: 0\n")
