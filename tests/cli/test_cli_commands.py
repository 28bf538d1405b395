"""The commands, called as a user calls them."""

import csv
import json
import os
import subprocess
import sys

import numpy as np
import pytest


def test_fit_writes_a_bundle_and_sample_draws_from_it(run, work):
    made = work / "made.bundle"
    code, out, err = run("fit", work / "tiny.yaml", work / "rows.csv", "-o", made, "--quiet")
    assert (code, err) == (0, "")
    assert out.startswith(f"{made}: 2 epochs, loss ")
    code, out, err = run("sample", made, "--context", work / "rows.csv", "--seed", 1)
    rows = list(csv.reader(out.splitlines()))
    assert (code, err) == (0, "")
    assert rows[0] == ["a", "b"]
    assert len(rows) == 41


def test_fit_takes_npz_and_tells_its_result_as_json(run, work):
    code, out, _ = run(
        "fit", work / "tiny.yaml", work / "rows.npz", "--output", work / "npz.bundle", "--json",
        "--validation-split", "0.25", "--early-stopping", "1", "--epochs", "1",
    )  # fmt: skip
    result = json.loads(out)
    assert code == 0
    assert result["epochs"] == 1
    assert np.isfinite(result["val_loss"])


def test_the_same_seed_draws_the_same(run, bundle, work):
    def draw(seed):
        return run("sample", bundle, "--context", work / "rows.csv", "--seed", seed)[1]

    assert draw(1) == draw(1)
    assert draw(1) != draw(2)


def test_several_draws_a_row_are_told_apart_by_the_row(run, bundle, work):
    drawn = work / "drawn.csv"
    code, out, _ = run("sample", bundle, "--context", work / "rows.csv", "-n", 3, "-o", drawn)
    with drawn.open() as file:
        rows = list(csv.DictReader(file))
    assert (code, out) == (0, "")
    assert [row["row"] for row in rows[:4]] == ["0", "0", "0", "1"]
    assert len(rows) == 120


def test_draws_go_into_an_npz_file(run, bundle, work):
    drawn = work / "drawn.npz"
    assert run("sample", bundle, "--context", work / "rows.csv", "-n", 3, "-o", drawn)[0] == 0
    assert np.load(drawn)["y"].shape == (40, 3, 2)


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (["validate", "missing.yaml"], 1, "unreadable-file"),
        (["validate"], 2, "Missing argument 'SPEC...'"),
        (["validat", "x"], 2, "No such command 'validat'"),
        (["validate", "specs/engel.yaml", "--set", "x"], 1, "override-syntax"),
        (["sample", "missing.bundle"], 1, "missing.bundle"),
        (["fit", "specs/engel.yaml", "missing.csv", "-o", "x.bundle"], 1, "missing.csv"),
    ],
)
def test_mistakes_have_a_message_and_an_exit_code(run, words, code, text):
    got, out, err = run(*words)
    assert (got, out) == (code, "")
    assert text in err
    assert "Traceback" not in err


def test_a_flow_with_context_needs_a_context_file(run, bundle):
    code, _, err = run("sample", bundle)
    assert code == 2
    assert "conditioned on x" in err


def test_a_failed_fit_leaves_the_disk_as_it_was(run, work, tmp_path, monkeypatch):
    monkeypatch.setattr("flowspec.cli.source.start_tensorflow", lambda: pytest.fail("too late"))
    bad = tmp_path / "bad.csv"
    bad.write_text("x,a,b\n1,2,three\n")
    before = sorted(os.listdir(tmp_path))
    code, _, err = run("fit", work / "tiny.yaml", bad, "-o", tmp_path / "new.bundle", "--quiet")
    assert code == 1
    assert f"{bad}:2" in err
    assert sorted(os.listdir(tmp_path)) == before


def test_fit_refuses_a_target_that_is_no_bundle_before_it_trains(run, work, tmp_path, monkeypatch):
    monkeypatch.setattr("flowspec.cli.source.start_tensorflow", lambda: pytest.fail("too late"))
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    for target in (mine, tmp_path):
        code, _, err = run("fit", work / "tiny.yaml", work / "rows.csv", "-o", target)
        assert code == 1
        assert "not-a-bundle" in err
    assert mine.read_text() == "mine"


def test_an_unknown_ending_is_refused_and_nothing_written(run, bundle, work, tmp_path):
    code, _, err = run(
        "sample", bundle, "--context", work / "rows.csv", "-o", tmp_path / "drawn.xls"
    )
    assert code == 2
    assert "unknown-format" in err
    assert os.listdir(tmp_path) == []


def test_a_bug_exits_with_70_and_a_traceback(run, monkeypatch):
    monkeypatch.setattr("flowspec.spec.schema.json.dumps", lambda *_, **__: 1 / 0)
    code, _, err = run("schema")
    assert code == 70
    assert "ZeroDivisionError" in err


def test_every_command_has_help(run):
    from flowspec.cli.main import COMMANDS

    for name in COMMANDS:
        code, out, _ = run(name, "--help")
        assert code == 0
        assert out.startswith(f"Usage: flowspec {name}")
    code, out, _ = run("--help")
    assert all(name in out for name in COMMANDS)


def test_the_start_of_tensorflow_writes_nothing(work, bundle):
    words = [sys.executable, "-m", "flowspec", "sample", bundle, "--context", work / "rows.csv"]
    done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=120)
    assert done.stderr == ""
    assert done.stdout.startswith("a,b\n")
