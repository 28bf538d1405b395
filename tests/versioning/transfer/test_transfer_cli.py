"""The command `transfer`."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from flowspec import bundle
from tests.versioning.transfer.flows import COUPLING, MLP, SCALE, planned, spec, weights_of

ROOT = Path(__file__).parents[3]
DEEP = {"repeat": 8, "layers": [COUPLING]}
OLD = spec(DEEP, SCALE)
DEEPER = spec({**DEEP, "repeat": 9}, SCALE)
NARROWER = spec(
    {"repeat": 8, "layers": [{**COUPLING, "conditioner": {**MLP, "hidden": [3]}}]}, SCALE
)
SHIFTED = spec(SCALE, DEEP, SCALE)


@pytest.fixture(scope="module")
def parent(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parent") / "old.bundle"
    plan = planned(OLD)
    bundle.write(folder, plan, weights_of(plan))
    return folder


@pytest.fixture
def file(tmp_path):
    """Writes a spec to a file."""

    def write(node):
        path = tmp_path / "new.yaml"
        path.write_text(yaml.safe_dump(node, sort_keys=False))
        return path

    return write


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_dry_run_shows_the_map_and_writes_nothing(run, parent, file, tmp_path):
    code, out, err = run("transfer", parent, file(DEEPER), "--dry-run")
    assert (code, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "moved 0.1.0 -> moved 0.1.0"
    assert lines[-3:] == [
        "variables: 33 kept, 4 initialised",
        "parameters: 206 of 206 carried over, 228 now",
        "every log_prob stays what it was",
    ]
    assert list(tmp_path.iterdir()) == [tmp_path / "new.yaml"]


def test_equal_variables_of_a_repeat_share_a_line(run, parent, file):
    out = run("transfer", parent, file(OLD), "--dry-run")[1]
    kept = [line.split() for line in out.splitlines() if line.startswith("    keep")]
    # The masks alternate between one feature that passes and two.
    assert [line[1] for line in kept] == [
        "layers.0.{0,2,4,6}.0.conditioner.dense_0.kernel",
        "layers.0.{0-7}.0.conditioner.dense_0.bias",
        "layers.0.{0,2,4,6}.0.conditioner.dense_1.kernel",
        "layers.0.{0,2,4,6}.0.conditioner.dense_1.bias",
        "layers.0.{1,3,5,7}.0.conditioner.dense_0.kernel",
        "layers.0.{1,3,5,7}.0.conditioner.dense_1.kernel",
        "layers.0.{1,3,5,7}.0.conditioner.dense_1.bias",
        "layers.1.raw",
    ]
    out = run("transfer", parent, file(OLD), "--dry-run", "--all")[1]
    assert sum(line.startswith("    keep") for line in out.splitlines()) == 33


def test_json_says_what_becomes_of_each_variable(run, parent, file):
    code, out, _ = run("transfer", parent, file(NARROWER), "--dry-run", "--json")
    found = json.loads(out)
    assert code == 0
    assert found["bundle"] is None
    assert found["keeps_log_prob"] is False
    assert found["parent"]["sha256"] == bundle.read(parent).sha256
    assert found["variables"] == {
        "kept": 9, "renamed": 0, "resized": 24, "initialised": 0, "left_behind": 0,
    }  # fmt: skip
    first = found["moves"][0]
    assert first["path"] == first["old"] == "layers.0.0.0.conditioner.dense_0.kernel"
    assert first["how"] == "resize"
    assert first["axes"][1] == {"role": "unit", "kept": 3, "new": 0, "dropped": 1}
    assert first["reason"] == "1 entry dropped"


def test_a_transfer_that_is_not_whole_is_refused_and_named(run, parent, file, tmp_path):
    before = contents(parent)
    code, out, err = run("transfer", parent, file(NARROWER), "-o", tmp_path / "new.bundle")
    assert code == 1
    assert "log_prob changes" in out
    assert "error[partial-transfer]" in err
    assert "error[transfer-not-whole]: `layers.0.{0,2,4,6}.0.conditioner.dense_0.kernel`" in err
    assert "new.yaml:" in err
    assert not (tmp_path / "new.bundle").exists()
    assert contents(parent) == before


def test_a_refusal_suggests_renames(run, parent, file, tmp_path):
    code, out, err = run("transfer", parent, file(SHIFTED), "-o", tmp_path / "new.bundle", "--json")
    assert code == 1
    assert json.loads(out)["renames"] == {"layers.0": "layers.1", "layers.1": "layers.2"}
    assert "add renames: {layers.0: layers.1, layers.1: layers.2} to the spec" in err


def test_the_parent_is_never_written_over(run, parent, file, tmp_path):
    before = contents(parent)
    link = tmp_path / "link"
    link.symlink_to(parent)
    for output in (parent, link, f"{parent}/."):
        code, _, err = run("transfer", parent, file(OLD), "-o", output)
        assert code == 2
        assert "error[output-is-input]" in err
    assert contents(parent) == before


def test_an_output_is_needed(run, parent, file):
    code, _, err = run("transfer", parent, file(OLD))
    assert code == 2
    assert "--output" in err


def test_an_output_of_something_else_is_refused_first(run, parent, file, tmp_path):
    (tmp_path / "kept.txt").write_text("mine")
    code, out, err = run("transfer", parent, file(OLD), "-o", tmp_path)
    assert (code, out) == (1, "")
    assert "error[not-a-bundle]" in err


def test_a_parent_that_is_no_bundle_is_refused(run, file, tmp_path):
    code, out, err = run("transfer", tmp_path, file(OLD), "--dry-run")
    assert (code, out) == (1, "")
    assert "error[not-a-bundle]" in err


def test_a_whole_transfer_writes_a_bundle_with_its_lineage(run, parent, file, tmp_path):
    target = tmp_path / "new.bundle"
    code, out, err = run("transfer", parent, file(DEEPER), "-o", target)
    assert (code, err) == (0, "")
    assert out.endswith(f"{target}: moved 0.1.0\n")
    found = bundle.read(target)
    assert found.manifest.lineage.parent == bundle.read(parent).sha256
    assert found.saved_model() is not None


def test_a_map_needs_neither_tensorflow_nor_numpy(parent, file):
    program = """
import sys
from flowspec.cli.main import cli
cli(["transfer", *sys.argv[1:], "--dry-run"], standalone_mode=False)
print(sorted({"numpy", "tensorflow", "keras", "safetensors"} & sys.modules.keys()))
"""
    words = [sys.executable, "-c", program, str(parent), str(file(DEEPER))]
    done = subprocess.run(words, capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
