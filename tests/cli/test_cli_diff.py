"""The command `diff`: exit codes, forms, promises, and files since a revision."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.diagnostics.test_diagnostics_sarif import assert_is_sarif
from tests.git import git

SPEC = """\
flowspec: 1
name: tiny
version: 1.0.0
event: {name: y, shape: [2]}
layers:
  - {kind: elementwise, transform: {kind: affine}}
outputs:
  sample: {returns: [y]}
"""
MORE = SPEC + "  log_prob: {inputs: [y], returns: [log_prob]}\n"
OTHER = SPEC.replace("affine}", "affine, log_scale_bound: 5}")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in {"old": SPEC, "more": MORE, "other": OTHER}.items():
        Path(f"{name}.yaml").write_text(text)
    return tmp_path


def test_the_exit_code_is_1_only_where_a_promise_is_broken(run):
    assert run("diff", "old.yaml", "old.yaml")[0] == 0
    assert run("diff", "old.yaml", "more.yaml")[0] == 0
    assert run("diff", "more.yaml", "old.yaml")[0] == 1
    assert run("diff", "old.yaml", "other.yaml")[0] == 1
    assert run("diff", "old.yaml", "other.yaml", "--promise", "callers,weights")[0] == 0
    assert run("diff", "more.yaml", "other.yaml", "--promise", "none")[0] == 0
    assert run("diff", "old.yaml", "more.yaml", "--fail-on", "output-added")[0] == 1
    assert run("diff", "old.yaml", "more.yaml", "--check-version")[0] == 1
    new = ("--set", "version=1.1.0")
    assert run("diff", "old.yaml", "more.yaml", "--check-version", *new)[0] == 0


@pytest.mark.parametrize(
    "words",
    [
        (), ("old.yaml",), ("old.yaml", "more.yaml", "other.yaml"), ("-", "-"),
        ("old.yaml", "none.yaml"), ("none.bundle", "old.yaml"), ("old.yaml", "."),
        ("old.yaml", "old.yaml", "--set", "layers.0.kind=afine"),
        ("old.yaml", "old.yaml", "--promise", "caller"),
        ("old.yaml", "old.yaml", "--fail-on", "mask"),
        ("git:HEAD:old.yaml", "old.yaml"), ("--against", "HEAD"), ("--against", "", "old.yaml"),
        ("--against", "HEAD:", "old.yaml"), ("--against=--output=x", "old.yaml"),
        ("--against", "a:b", "old.yaml"), ("--against", "\x1b[31m", "old.yaml"),
        ("--against", "HEAD", "old.yaml", "--set", "name=a"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_ends_with_2(run, words, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(Path.cwd().parent))
    code, out, err = run("diff", *words)
    assert (code, out) == (2, "")
    assert err
    assert "Traceback" not in err


def test_json_has_exactly_these_keys(run):
    code, out, err = run("diff", "more.yaml", "other.yaml", "--json")
    assert (code, err) == (1, "")
    found = json.loads(out)
    assert set(found) == {
        "old", "new", "findings", "bump", "smallest_version", "weights", "parameters"
    }  # fmt: skip
    assert (found["bump"], found["smallest_version"]) == ("major", "2.0.0")
    assert found["weights"] == {"kept": 1, "changed": 0, "added": 0, "removed": 0}
    assert found["parameters"] == {"kept": 4, "changed": 0, "added": 0, "removed": 0}
    assert [one["id"] for one in found["findings"]] == ["output-removed", "option-changed"]
    for one in found["findings"]:
        assert set(one) == {"id", "category", "severity", "message", "old", "new"}
    removed, changed = found["findings"]
    assert removed["old"] == {"file": "more.yaml", "line": 9, "column": 3}
    assert removed["new"] is None
    assert changed["new"] == {"file": "other.yaml", "line": 6, "column": 68}
    assert run("diff", "more.yaml", "other.yaml", "--format", "json")[1] == out


def test_sarif_stands_at_the_new_file_with_the_old_one_beside_it(run):
    code, out, _ = run(
        "diff", "more.yaml", "other.yaml", "--format", "sarif", "--promise", "callers"
    )
    assert code == 1
    log = json.loads(out)
    assert_is_sarif(log)
    removed, changed = log["runs"][0]["results"]
    assert (removed["level"], changed["level"]) == ("error", "warning")
    for result in (removed, changed):
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "other.yaml"
        beside = result["relatedLocations"][0]["physicalLocation"]
        assert beside["artifactLocation"]["uri"] == "more.yaml"
    assert beside["region"]["startLine"] == 6


def test_quiet_tells_nothing_unless_a_promise_is_broken(run):
    assert run("diff", "old.yaml", "more.yaml", "--quiet") == (0, "", "")
    assert "option-changed" in run("diff", "old.yaml", "other.yaml", "-q")[1]


def test_standard_input_is_a_version():
    run = subprocess.run(
        [sys.executable, "-m", "flowspec", "diff", "-", "old.yaml", "--json"],
        input=MORE, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert run.returncode == 1
    assert json.loads(run.stdout)["findings"][0]["old"]["file"] == "<stdin>"


def test_colours_are_those_of_diagnostics(run, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    out = run("diff", "old.yaml", "other.yaml")[1]
    assert "\x1b[1;31merror[option-changed]\x1b[0m" in out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run("diff", "old.yaml", "other.yaml")[1]


def test_files_are_compared_with_what_they_were(run, folder, monkeypatch):
    git(".", "init", "-q")
    git(".", "add", "old.yaml", "more.yaml")
    git(".", "commit", "-q", "-m", "first")
    Path("old.yaml").write_text(OTHER)
    code, out, err = run("diff", "--against", "HEAD", "old.yaml", "more.yaml", "other.yaml")
    assert code == 1
    assert err == "other.yaml is new since HEAD\n"
    assert "old  git:HEAD:old.yaml" in out
    assert out.count("nothing changed") == 1
    code, out, err = run("diff", "--against", "HEAD", folder / "old.yaml", "other.yaml", "--json")
    assert [one["old"]["source"] for one in json.loads(out)["diffs"]] == ["git:HEAD:old.yaml"]
    assert err == ""
    (folder / "below").mkdir()
    monkeypatch.chdir(folder / "below")
    assert run("diff", "--against", "HEAD", "../old.yaml", "-q")[0] == 1
    for revision in ("HEAD:", "HEAD:below", "none", "--output=x"):
        assert run("diff", f"--against={revision}", "../other.yaml")[0] == 2
    assert run("diff", "--against", "HEAD", "../none.yaml", "-q")[0] == 2
    assert run("diff", "--against", "HEAD", "../more.yaml", "--format", "sarif")[0] == 0


def test_a_file_whose_base_is_new_is_not_taken_for_a_new_file(run):
    Path("child.yaml").write_text("extends: base.yaml\n")
    git(".", "init", "-q")
    git(".", "add", "child.yaml")
    git(".", "commit", "-q", "-m", "first")
    Path("base.yaml").write_text(SPEC)
    code, out, err = run("diff", "--against", "HEAD", "child.yaml")
    assert (code, out) == (2, "")
    assert err.startswith("error[not-in-revision]: there is no file `base.yaml`")
    assert "--> git:HEAD:child.yaml:1:10" in err


def test_a_retired_rule_is_told(run, monkeypatch):
    from flowspec.versioning.diff.rules import DIFF_RULES, DiffRule

    old = DiffRule("old-word", "numbers", "error", "It was.", "It is no more.", "option-changed")
    table = {**DIFF_RULES, old.id: old}
    monkeypatch.setattr("flowspec.versioning.diff.promise.forbidden.__defaults__", (table,))
    code, _, err = run(
        "diff", "old.yaml", "other.yaml", "--promise", "none", "--fail-on", "old-word"
    )
    assert code == 1
    assert err.startswith("warning[retired-rule]: the rule `old-word` is retired")


def test_a_rule_is_explained(run):
    code, out, _ = run("explain", "layers-shifted")
    assert code == 0
    assert "category numbers, severity error" in out
    assert json.loads(run("explain", "mask-changed", "--json")[1])["pages"][0]["page"] == "rule"
    assert "mask-changed" in json.loads(run("explain", "--json")[1])["rules"]["numbers"]
