"""`flowspec migrate`, and what every other command says of an old file."""

import io
import json
import os
import sys

import pytest

from flowspec.bundle.disk import Disk
from flowspec.cli import migrate
from flowspec.diagnostics import UsageError
from flowspec.versioning.overwrite import overwrite
from tests.diagnostics.test_diagnostics_sarif import assert_is_sarif
from tests.migrations.language import NEW, OLD

REWRITTEN = "old.yaml is rewritten from version 1 of the language to 3\n"
BASE = OLD.replace("flowspec: 1  # the language\n", "")


def test_a_file_is_rewritten_in_place(run, speaking):
    assert run("migrate", "old.yaml") == (0, REWRITTEN, "")
    assert (speaking / "old.yaml").read_text() == NEW
    current = "old.yaml is in version 3 of the language already\n"
    assert run("migrate", "old.yaml") == (0, current, "")
    assert os.listdir(speaking) == ["old.yaml"]


def test_several_files_are_rewritten_each_once(run, speaking):
    (speaking / "new.yaml").write_text(NEW)
    (speaking / "other.yaml").write_text(OLD)
    (speaking / "link.yaml").symlink_to("old.yaml")
    code, out, _ = run("migrate", "old.yaml", "new.yaml", "other.yaml", "link.yaml")
    assert (code, len(out.splitlines())) == (0, 3)
    assert (speaking / "old.yaml").read_text() == (speaking / "other.yaml").read_text() == NEW
    assert (speaking / "link.yaml").is_symlink()


def test_check_writes_nothing_and_exits_with_one(run, speaking):
    would = REWRITTEN.replace("is rewritten", "would be rewritten")
    assert run("migrate", "old.yaml", "--check") == (1, would, "")
    assert (speaking / "old.yaml").read_text() == OLD
    (speaking / "old.yaml").write_text(NEW)
    assert run("migrate", "old.yaml", "--check")[0] == 0


def test_diff_writes_nothing_and_shows_the_change(run, speaking):
    code, out, err = run("migrate", "old.yaml", "--diff")
    assert code == 0
    assert out.startswith("--- old.yaml\n+++ old.yaml\n@@ -1,19 +1,19 @@\n")
    assert "\n-      - kind: realnvp        # moves half of it\n" in out
    assert "would be rewritten" in err
    assert (speaking / "old.yaml").read_text() == OLD
    assert run("migrate", "old.yaml", "--diff", "--check")[0] == 1


def test_json_says_what_became_of_each_file(run, speaking):
    code, out, err = run("migrate", "old.yaml", "--json")
    (file,) = json.loads(out)["files"]
    assert (code, err) == (0, "")
    assert {key: file[key] for key in ("file", "from", "to", "changes", "extends")} == {
        "file": "old.yaml", "from": 1, "to": 3, "changes": True, "extends": [],
    }  # fmt: skip
    assert "+seed: 7   # lucky\n" in file["diff"]
    assert (speaking / "old.yaml").read_text() == NEW


def test_standard_input_is_rewritten_to_standard_output(run, speaking, monkeypatch):
    def give(text):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    give(OLD)
    assert run("migrate", "-") == (0, NEW, REWRITTEN.replace("old.yaml", "<stdin>"))
    give(OLD)
    assert json.loads(run("migrate", "-", "--json")[1])["files"][0]["text"] == NEW
    give(OLD)
    assert run("migrate", "-", "--check")[0] == 1
    assert run("migrate", "-", "old.yaml")[0] == 2


def test_permissions_line_ends_and_byte_order_mark_stay(run, speaking):
    file = speaking / "old.yaml"
    file.write_bytes("\ufeff".encode() + OLD.replace("\n", "\r\n").encode())
    file.chmod(0o640)
    run("migrate", "old.yaml")
    assert file.read_bytes() == "\ufeff".encode() + NEW.replace("\n", "\r\n").encode()
    assert file.stat().st_mode & 0o777 == 0o640


SHARED = OLD.replace("flowspec: 1", "flowspec: &one 1").replace("epochs: 3", "epochs: *one")


def test_what_cannot_be_rewritten_is_told_by_name_and_nothing_is_written(run, speaking):
    (speaking / "shared.yaml").write_text(SHARED)
    code, out, err = run("migrate", "old.yaml", "shared.yaml")
    assert (code, out) == (1, "")
    assert err.startswith("error[cannot-migrate]: `shared.yaml` cannot be rewritten")
    assert (speaking / "old.yaml").read_text() == OLD
    assert (speaking / "shared.yaml").read_text() == SHARED


def test_a_missing_file_is_told(run, speaking):
    code, _, err = run("migrate", "old.yaml", "older.yaml")
    assert code == 1
    assert err.startswith("error[unreadable-file]")
    assert (speaking / "old.yaml").read_text() == OLD


class TestChains:
    """Files that others extend."""

    def test_an_old_file_beneath_is_named(self, run, speaking):
        (speaking / "top.yaml").write_text("flowspec: 2\nextends: old.yaml\n")
        code, _, err = run("migrate", "top.yaml")
        assert (code, err) == (0, "old.yaml, which it extends, is in an older version\n")
        assert (speaking / "top.yaml").read_text() == "flowspec: 3\nextends: old.yaml\n"
        assert (speaking / "old.yaml").read_text() == OLD

    def test_a_file_without_a_number_is_rewritten_with_the_one_that_extends_it(self, run, speaking):
        (speaking / "base.yaml").write_text(BASE)
        (speaking / "top.yaml").write_text("flowspec: 1\nextends: base.yaml\n")
        for names in (["base.yaml"], ["top.yaml"]):
            code, _, err = run("migrate", *names)
            assert (code, err[:22]) == (1, "error[cannot-migrate]:")
        assert (speaking / "base.yaml").read_text() == BASE
        assert run("migrate", "base.yaml", "top.yaml")[0] == 0
        expected = NEW.replace("flowspec: 3  # the language\n", "")
        expected = expected.replace("name: tiny", "flowspec: 3\nname: tiny")
        assert (speaking / "base.yaml").read_text() == expected
        assert run("validate", "top.yaml") == (0, "top.yaml is valid: tiny 0.1.0\n", "")

    def test_a_file_that_is_read_in_two_versions_is_refused(self, run, speaking):
        (speaking / "base.yaml").write_text(BASE)
        (speaking / "one.yaml").write_text("flowspec: 1\nextends: base.yaml\n")
        (speaking / "two.yaml").write_text("flowspec: 2\nextends: base.yaml\n")
        code, _, err = run("migrate", "one.yaml", "two.yaml", "base.yaml")
        assert code == 1
        assert "files in versions 1 and 2" in err


class TestOtherCommands:
    """The warning reaches whoever reads an old file."""

    def test_validate_tells_it(self, run, speaking):
        code, out, err = run("validate", "old.yaml")
        assert (code, out) == (0, "old.yaml is valid: tiny 0.1.0\n")
        assert err.startswith("warning[old-language]")
        assert "+seed: 7   # lucky" in err
        assert run("validate", "old.yaml", "--quiet") == (0, "", "")

    def test_validate_tells_it_as_json_and_as_sarif(self, run, speaking):
        (file,) = json.loads(run("validate", "old.yaml", "--json")[1])["files"]
        (found,) = file["diagnostics"]
        assert (found["slug"], found["severity"]) == ("old-language", "warning")
        assert found["span"]["line"] == 2
        log = json.loads(run("validate", "old.yaml", "--format", "sarif")[1])
        assert_is_sarif(log)
        assert log["runs"][0]["results"][0]["level"] == "warning"

    def test_validate_tells_it_along_with_errors(self, run, speaking):
        (speaking / "old.yaml").write_text(OLD.replace("clip: 2", "clip: x"))
        code, _, err = run("validate", "old.yaml")
        assert code == 1
        assert err.startswith("error[wrong-type]")
        assert "--> old.yaml:15:57" in err
        assert "warning[old-language]" in err

    def test_plan_tells_it(self, run, speaking):
        code, out, err = run("plan", "old.yaml", "--json")
        assert code == 0
        assert json.loads(out)["spec"]["flowspec"] == 3
        assert err.startswith("warning[old-language]")


class FailingDisk(Disk):
    """A disk that refuses its operation number `when`."""

    def __init__(self, when):
        self.left = when

    def __getattribute__(self, name):
        if name in ("create", "write", "sync", "replace"):
            self.left -= 1
            if self.left == 0:
                raise OSError(28, "No space left on device")
        return super().__getattribute__(name)


def test_where_the_disk_refuses_all_files_are_as_before(tmp_path):
    paths = [tmp_path / name for name in ("a.yaml", "b.yaml")]
    for when in range(1, 9):
        for path in paths:
            path.write_text(OLD)
        with pytest.raises(UsageError, match="no space left"):
            overwrite({path: (OLD.encode(), NEW.encode()) for path in paths}, FailingDisk(when))
        assert [path.read_text() for path in paths] == [OLD, OLD]
        assert sorted(os.listdir(tmp_path)) == ["a.yaml", "b.yaml"]
    overwrite({path: (OLD.encode(), NEW.encode()) for path in paths}, FailingDisk(9))
    assert [path.read_text() for path in paths] == [NEW, NEW]


def test_a_file_that_was_changed_meanwhile_is_left_alone(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("mine")
    with pytest.raises(UsageError, match="changed while it was read"):
        overwrite({path: (OLD.encode(), NEW.encode())})
    assert path.read_text() == "mine"
    assert os.listdir(tmp_path) == ["a.yaml"]


def test_the_command_is_found(run):
    code, out, _ = run("migrate", "--help")
    assert code == 0
    assert migrate.command.short_help in run("--help")[1]
    assert "--check" in out
