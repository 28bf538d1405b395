"""`validate` and `plan`, called as a user calls them."""

import io
import json
import os
import pty
import subprocess
import sys

import pytest

from flowspec.plan.fingerprint import fingerprints
from flowspec.records import Fingerprints, Plan
from tests.diagnostics.test_diagnostics_sarif import assert_is_sarif

SPEC = """\
flowspec: 1
name: tiny
event: {name: y, shape: [2], fields: [a, b], standardize: true}
context:
  x: {kind: vector, size: 1}
layers:
  - kind: elementwise
    transform: {kind: affine}
    conditioner: {kind: mlp, hidden: [4]}
"""
BAD = SPEC.replace("affine", "afine")
ODD = SPEC.replace("    conditioner: {kind: mlp, hidden: [4]}\n", "")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working folder with a good, a bad and an odd spec."""
    for name, text in (("good", SPEC), ("bad", BAD), ("odd", ODD)):
        (tmp_path / f"{name}.yaml").write_text(text)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    return tmp_path


@pytest.fixture
def given(monkeypatch):
    """Sets standard input."""

    def give(data):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    return give


def test_validate_says_that_a_spec_is_valid(run, folder):
    assert run("validate", "good.yaml") == (0, "good.yaml is valid: tiny 0.1.0\n", "")


def test_validate_tells_every_problem_and_exits_with_one(run, folder):
    (folder / "bad.yaml").write_text(BAD.replace("name: tiny", "name: Tiny"))
    code, out, err = run("validate", "bad.yaml")
    assert (code, out) == (1, "")
    assert "--> bad.yaml:2:7" in err
    assert "--> bad.yaml:8:23" in err
    assert "did you mean `affine`?" in err


def test_several_specs_are_validated_at_once(run, folder):
    code, out, err = run("validate", "good.yaml", "bad.yaml", "odd.yaml")
    assert code == 1
    assert out == "good.yaml is valid: tiny 0.1.0\nodd.yaml is valid: tiny 0.1.0\n"
    assert err.count("error[") == 1
    assert err.count("warning[unread-context]") == 1


def test_quiet_tells_errors_and_nothing_else(run, folder):
    assert run("validate", "good.yaml", "odd.yaml", "--quiet") == (0, "", "")
    code, out, err = run("validate", "good.yaml", "bad.yaml", "-q")
    assert (code, out) == (1, "")
    assert err.startswith("error[unknown-kind]")
    code, out, err = run("plan", "odd.yaml", "--quiet")
    assert (code, err) == (0, "")
    assert out


@pytest.mark.parametrize("words", [["--json"], ["--format", "json"]])
def test_validate_writes_json(run, folder, words):
    code, out, err = run("validate", "good.yaml", "bad.yaml", *words)
    assert (code, err) == (1, "")
    found = json.loads(out)
    good, bad = found["files"]
    assert not found["valid"]
    assert good == {
        "file": "good.yaml", "valid": True, "name": "tiny", "version": "0.1.0", "diagnostics": [],
    }  # fmt: skip
    assert (bad["file"], bad["valid"]) == ("bad.yaml", False)
    assert bad["diagnostics"][0]["slug"] == "unknown-kind"
    assert bad["diagnostics"][0]["span"]["line"] == 8
    assert "help" not in bad["diagnostics"][0]
    code, out, _ = run("validate", "odd.yaml", *words)
    assert (code, json.loads(out)["valid"]) == (0, True)


def test_validate_writes_sarif(run, folder):
    code, out, err = run("validate", "good.yaml", "bad.yaml", "odd.yaml", "--format", "sarif")
    assert (code, err) == (1, "")
    log = json.loads(out)
    assert_is_sarif(log)
    places = [
        (
            result["ruleId"],
            result["level"],
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            result["locations"][0]["physicalLocation"]["region"]["startLine"],
        )
        for result in log["runs"][0]["results"]
    ]
    assert places == [
        ("unknown-kind", "error", "bad.yaml", 8),
        ("unread-context", "warning", "odd.yaml", 5),
    ]
    assert run("validate", "odd.yaml", "--format", "sarif")[0] == 0


def test_a_dash_is_standard_input(run, folder, given):
    given(SPEC.encode())
    assert run("validate", "-") == (0, "<stdin> is valid: tiny 0.1.0\n", "")
    given(BAD.encode())
    code, _, err = run("validate", "-", "--set", "name=other")
    assert code == 1
    assert "--> <stdin>:8:23" in err
    given(SPEC.encode())
    assert run("plan", "-", "--brief")[1].startswith("tiny 0.1.0")


def test_standard_input_may_extend_a_file_of_the_working_folder(run, folder, given):
    given(b"extends: good.yaml\nname: other\n")
    assert run("validate", "-")[1] == "<stdin> is valid: other 0.1.0\n"


def test_standard_input_is_bounded_and_must_be_utf_8(run, folder, given):
    given(b"a" * (2 * 1024 * 1024))
    assert "too-large" in run("validate", "-")[2]
    given(b"name: \xff")
    code, _, err = run("validate", "-")
    assert code == 1
    assert "unreadable-file" in err
    assert "--> <stdin>:1:7" in err


def test_a_warning_is_told_and_the_exit_code_is_zero(run, folder):
    code, out, err = run("validate", "odd.yaml")
    assert code == 0
    assert "is valid" in out
    assert "warning[unread-context]" in err


def test_set_changes_the_spec_before_validation(run):
    code, out, _ = run(
        "plan", "specs/latent_policy.yaml", "--set", "layers.0.repeat=2", "--set", "dtype=float64",
        "--brief",
    )  # fmt: skip
    assert code == 0
    assert "latent_policy 1.0.0, float64" in out
    assert out.count("coupling") == 2


def test_plan_shows_layers_masks_variables_outputs_and_costs(run):
    code, out, _ = run("plan", "specs/latent_policy.yaml")
    assert code == 0
    for text in (
        "layers.0.7.0",
        ".#.#.#",
        "3 features + state -> mlp 128 128 6 (2 a feature)",
        "layers.0.0.0.conditioner.dense_0.kernel  (20, 128)",
        "sample_and_log_prob  (state, seed)",
        "8 network passes, exact",
        "trainable parameters",
    ):
        assert text in out


def test_plan_as_json_is_the_plan(run):
    code, out, _ = run("plan", "specs/engel.yaml", "--json")
    assert code == 0
    found = json.loads(out)
    told = Fingerprints.model_validate(found.pop("fingerprints"))
    plan = Plan.model_validate_json(json.dumps(found))
    assert (plan.name, fingerprints(plan)) == ("engel", told)


def test_messages_are_plain_unless_colours_are_wanted(run, folder, monkeypatch):
    assert "\x1b" not in run("validate", "bad.yaml")[2]
    monkeypatch.setenv("FORCE_COLOR", "1")
    coloured = run("validate", "bad.yaml")[2]
    assert "\x1b[1;31merror[unknown-kind]\x1b[0m" in coloured
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in run("validate", "bad.yaml")[2]


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False), ({"NO_COLOR": ""}, True)],
)
def test_a_terminal_gets_colours(folder, variables, coloured):
    kept = {name: value for name, value in os.environ.items() if "COLOR" not in name}
    outer, inner = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "flowspec", "validate", "bad.yaml"],
        stderr=inner,
        check=False,
        env={**kept, "TERM": "xterm", **variables},
    )
    os.close(inner)
    text = os.read(outer, 65536).decode()
    os.close(outer)
    assert done.returncode == 1
    assert "error[unknown-kind]" in text
    assert ("\x1b[" in text) == coloured


def test_a_closed_pipe_is_no_error():
    command = f"{sys.executable} -m flowspec plan specs/latent_policy.yaml | head -n 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert done.stdout == "latent_policy 1.0.0, float32\n"
    assert done.stderr == ""
