"""`compile`, `export` and `verify`: from a spec to a bundle, a SavedModel, and a judgement."""

import io
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

import flowspec
from flowspec import bundle
from flowspec.laws import LAWS

SPEC = """\
flowspec: 1
name: small
event: {name: y, shape: [1]}
context:
  x: {kind: vector, size: 2}
layers:
  - {kind: elementwise, transform: {kind: affine}, conditioner: {kind: mlp, hidden: [4]}}
"""


@pytest.fixture(autouse=True)
def _in_a_folder_with_a_spec(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(SPEC)


def test_compile_writes_an_untrained_bundle(run):
    code, out, _ = run("compile", "small.yaml", "-o", "small.bundle")
    assert (code, out) == (0, "small.bundle: small 0.1.0, 22 parameters\n")
    loaded, fresh = flowspec.load("small.bundle"), flowspec.compile("small.yaml")
    for path, variable in fresh.variables.items():
        np.testing.assert_array_equal(loaded.variables[path], variable)
    assert not loaded.adapted


def test_compile_takes_changes_and_answers_in_json(run):
    change = "layers.0.conditioner.hidden=[8]"
    code, out, _ = run("compile", "small.yaml", "-o", "b", "--set", change, "--json")
    assert code == 0
    answer = json.loads(out)
    assert answer["parameters"] == sum(v.size for v in bundle.read("b").plan.variables) == 42
    assert answer["outputs"] == [output.name for output in bundle.read("b").plan.outputs]


def test_compile_refuses_a_wrong_spec_and_a_foreign_folder(run, tmp_path):
    code, _, err = run("compile", "small.yaml", "-o", "b", "--set", "layers.0.kind=couplin")
    assert code == 1
    assert "coupling" in err
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    code, _, err = run("compile", "small.yaml", "-o", "mine")
    assert code == 1
    assert "not-a-bundle" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine", "small.yaml"]


def test_export_copies_the_saved_model_of_a_bundle_without_tensorflow(run, tmp_path):
    flowspec.compile("small.yaml").save("small.bundle")
    program = """
import sys
sys.modules["tensorflow"] = sys.modules["numpy"] = None
sys.argv = ["flowspec", "export", "small.bundle", "-o", "model"]
from flowspec.cli import main
main()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "model: sample, sample_and_log_prob, forward, inverse, log_prob\n"
    stored = bundle.read("small.bundle").saved_model()
    for path in filter(Path.is_file, stored.rglob("*")):
        assert (tmp_path / "model" / path.relative_to(stored)).read_bytes() == path.read_bytes()


def test_export_writes_a_saved_model_where_the_bundle_has_none(run):
    flow = flowspec.compile("small.yaml")
    flow.save("small.bundle", saved_model=False)
    code, out, _ = run("export", "small.bundle", "-o", "model", "--json")
    assert code == 0
    assert json.loads(out)["signatures"] == list(flow.models)
    x, y = tf.ones((3, 2)), tf.ones((3, 1))
    got = tf.saved_model.load("model").signatures["log_prob"](x=x, y=y)["log_prob"]
    np.testing.assert_allclose(got, flow.log_prob(y, x=x), rtol=1e-6)


def test_export_refuses_to_replace_anything_else(run, tmp_path):
    flowspec.compile("small.yaml").save("small.bundle")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    for target in ("small.bundle", "small.yaml", "."):
        code, _, err = run("export", "small.bundle", "-o", target)
        assert code == 2
        assert "folder-in-use" in err
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_verify_tells_error_and_budget_of_every_law(run):
    code, out, _ = run("verify", "small.yaml")
    assert code == 0
    lines = out.splitlines()
    assert lines[0] == "small 0.1.0, float32, 2 layers"
    assert lines[-1] == f"{len(LAWS)} of {len(LAWS)} laws hold"
    for law, line in zip(LAWS, lines[2:-1], strict=True):
        assert line.split()[0] == "holds"
        assert law.says in line


def test_verify_judges_a_bundle_with_its_own_saved_model(run):
    flow = flowspec.compile("small.yaml")
    flow.save("small.bundle")
    code, out, _ = run("verify", "small.bundle", "--json")
    answer = json.loads(out)
    assert code == 0
    assert answer["holds"]
    assert {law["law"] for law in answer["laws"]} == {law.name for law in LAWS}
    other = flowspec.compile("small.yaml", ["seed=9"])
    weights = {path: np.asarray(value) for path, value in other.variables.items()}
    stored = bundle.read("small.bundle").saved_model()
    files = {
        p.relative_to(stored).as_posix(): p.read_bytes() for p in stored.rglob("*") if p.is_file()
    }
    weights = {path: value + 0.1 for path, value in weights.items()}
    bundle.write("small.bundle", flow.plan, weights, saved_model=files)
    code, out, _ = run("verify", "small.bundle")
    assert code == 1
    (broken,) = [line for line in out.splitlines() if "BROKEN" in line]
    assert "SavedModel" in broken
    assert out.splitlines()[-1] == f"{len(LAWS) - 1} of {len(LAWS)} laws hold"


def test_verify_refuses_changes_to_a_bundle_and_damage(run, tmp_path):
    flowspec.compile("small.yaml").save("small.bundle", saved_model=False)
    code, _, err = run("verify", "small.bundle", "--set", "seed=1")
    assert code == 2
    assert "fixed-spec" in err
    (weights,) = (tmp_path / "small.bundle").glob("weights-*")
    weights.write_bytes(weights.read_bytes()[:-1])
    code, _, err = run("verify", "small.bundle")
    assert code == 1
    assert "file-changed" in err


def test_fit_trains_a_bundle_on_as_one_run_would(run, tmp_path):
    random = np.random.default_rng(0)
    rows = np.round(random.normal(size=(30, 3)), 3)
    np.savetxt("rows.csv", rows, delimiter=",", header="x.0,x.1,y", comments="")
    fit = ["rows.csv", "--epochs", "2", "--quiet"]
    code, _, err = run("fit", "small.yaml", *fit, "-o", "b", "--keep-optimizer")
    assert (code, err) == (0, "")
    code, _, err = run("fit", "b", *fit, "-o", "b")
    assert (code, err) == (0, "")
    flow = flowspec.compile("small.yaml")
    for _ in range(2):
        flow.fit("rows.csv", epochs=2, verbose=False)
    for path, value in bundle.read("b").weights().items():
        np.testing.assert_array_equal(value, flow.variables[path])
    assert bundle.read("b").optimizer() is None


def test_compile_reads_standard_input(run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(SPEC.encode())))
    code, out, _ = run("compile", "-", "-o", "b")
    assert (code, out) == (0, "b: small 0.1.0, 22 parameters\n")


def test_verify_says_which_laws_do_not_apply(run):
    code, out, _ = run("verify", "small.yaml", "--set", "dtype=float64")
    assert code == 0
    assert "precision" not in out
    assert out.splitlines()[-1] == f"{len(LAWS) - 1} of {len(LAWS) - 1} laws hold, 1 does not apply"


@pytest.mark.parametrize("link", [False, True])
def test_no_command_writes_over_the_file_that_it_reads(run, tmp_path, link):
    flowspec.compile("small.yaml").save("small.bundle", saved_model=False)
    rows = tmp_path / "rows.csv"
    rows.write_text("x.0,x.1,y\n1,2,3\n")
    target = "rows.csv"
    if link:
        (tmp_path / "link.csv").symlink_to(rows)
        target = "link.csv"
    for words in (
        ["log-prob", "small.bundle", "rows.csv"],
        ["sample", "small.bundle", "--context", "rows.csv"],
        ["ask", "small.bundle", "inverse", "rows.csv"],
    ):
        code, _, err = run(*words, "-o", target)
        assert code == 2
        assert "output-is-input" in err
        assert rows.read_text() == "x.0,x.1,y\n1,2,3\n"
