"""What `flowspec validate --locked` tells."""

import json

import pytest

SPLINE = "layers.0.layers.0.transform"


@pytest.fixture
def locked(run, folder):
    """A folder in which the spec has a lock."""
    run("lock", "tiny.yaml")
    return folder


def edit(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_spec_that_is_what_its_lock_says_is_valid(run, locked):
    assert run("validate", "tiny.yaml", "--locked")[:2] == (0, "tiny.yaml is valid: tiny 1.2.0\n")


def test_a_spec_written_otherwise_is_still_what_its_lock_says(run, locked):
    edit(locked / "tiny.yaml", "version: 1.2.0", "# a remark\nversion: '1.2.0'\nseed: 0")
    assert run("validate", "tiny.yaml", "--locked")[0] == 0


def test_a_change_is_told_where_it_stands_in_the_spec(run, locked):
    edit(locked / "tiny.yaml", "bins: 4", "bins: 6")
    code, out, err = run("validate", "tiny.yaml", "--locked")
    assert (code, out) == (1, "")
    assert f"error[lock-outdated]: `{SPLINE}.bins` is not what the lock says" in err
    assert "--> tiny.yaml:12:60" in err
    assert "= expected: 4, as locked" in err
    assert "= got: 6" in err
    assert "`flowspec lock tiny.yaml`" in err
    assert err.count("error[") == 1
    assert run("validate", "tiny.yaml")[0] == 0


def test_what_the_spec_no_longer_says_is_told_where_it_stands_in_the_lock(run, locked):
    edit(locked / "tiny.yaml", ", min_bin: 1e-5", "")
    _, _, err = run("validate", "tiny.yaml", "--locked")
    assert "--> tiny.yaml.lock:" in err
    assert "= expected: 1e-05, as locked" in err
    assert "= got: 0.001" in err


def test_what_is_new_in_the_spec_is_told(run, locked):
    edit(locked / "tiny.yaml", "context:\n", "context:\n  x: {kind: vector, size: 1}\n")
    _, _, err = run("validate", "tiny.yaml", "--locked")
    assert "`context.x` is not what the lock says" in err
    assert "--> tiny.yaml:7:6" in err
    assert "= expected: nothing, as locked" in err


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("bins: 4", "bins: 5", "`layers.0.layers.0.transform.bins`"),
        ("[0-2].0.conditioner.dense_0.bias", "[0-3].0.conditioner.dense_0.bias", "`variables."),
        ("  log_prob: \"(side", "  log_prob: \"(sidf", "`signatures.log_prob`"),
        ("  callers: ", "  callers: 1", "`fingerprints.callers`"),
        ("version: \"1.2.0\"\nfing", "version: \"1.3.0\"\nfing", "`version`"),
    ],
)  # fmt: skip
def test_a_lock_that_was_edited_is_told(run, locked, old, new, told):
    edit(locked / "tiny.yaml.lock", old, new)
    code, _, err = run("validate", "tiny.yaml", "--locked")
    assert code == 1
    assert "error[lock-outdated]" in err
    assert told in err


def test_other_tools_are_no_difference(run, locked):
    edit(locked / "tiny.yaml.lock", "  flowspec: ", "  flowspec: 9")
    assert run("validate", "tiny.yaml", "--locked")[0] == 0


def test_a_spec_without_a_lock_is_told(run, folder):
    code, _, err = run("validate", "tiny.yaml", "--locked")
    assert code == 1
    assert "error[lock-missing]: `tiny.yaml` has no lock" in err


def test_a_lock_from_a_newer_flowspec_is_refused_by_name(run, locked):
    edit(locked / "tiny.yaml.lock", "\nlock: 1\n", "\nlock: 2\nnew: {}\n")
    code, _, err = run("validate", "tiny.yaml", "--locked")
    assert code == 1
    assert "error[newer-lock]: `tiny.yaml.lock` was written by a newer flowspec" in err
    assert "--> tiny.yaml.lock:2:7" in err
    newer = (locked / "tiny.yaml.lock").read_bytes()
    code, _, err = run("lock", "tiny.yaml")
    assert (code, "error[newer-lock]" in err) == (1, True)
    assert (locked / "tiny.yaml.lock").read_bytes() == newer


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("", "empty-document"),
        ("a: 1", "lock-damaged"),
        ("lock: true", "lock-damaged"),
        ("lock: 0", "lock-damaged"),
        ("lock: one", "lock-damaged"),
        ("- lock", "top-not-a-map"),
        ("lock: [", "yaml-syntax"),
        ("lock: 1", "lock-outdated"),
        ("lock: 1\nspec: 3\nfingerprints: []", "lock-outdated"),
    ],
)
def test_a_damaged_lock_is_told(run, locked, text, slug):
    (locked / "tiny.yaml.lock").write_text(text, encoding="utf-8")
    code, _, err = run("validate", "tiny.yaml", "--locked")
    assert code == 1
    assert f"error[{slug}]" in err
    assert "tiny.yaml.lock" in err


def test_many_differences_are_counted(run, locked):
    fields = ", ".join(f"f{index}" for index in range(30))
    (locked / "tiny.yaml").write_text(
        "flowspec: 1\nname: tiny\nversion: 1.2.0\n"
        f"event: {{name: y, shape: [30], fields: [{fields}]}}\n"
        "layers: [{kind: elementwise, transform: {kind: affine}}]\n",
        encoding="utf-8",
    )
    run("lock", "tiny.yaml")
    edit(locked / "tiny.yaml", fields, fields.replace("f", "g"))
    _, _, err = run("validate", "tiny.yaml", "--locked")
    assert err.count("error[lock-outdated]") == 20
    assert "error[more-faults]: and 10 more" in err


def test_differences_reach_json_and_sarif(run, locked):
    edit(locked / "tiny.yaml", "bins: 4", "bins: 6")
    code, out, _ = run("validate", "tiny.yaml", "--locked", "--json")
    (file,) = json.loads(out)["files"]
    assert (code, file["valid"]) == (1, False)
    assert [one["slug"] for one in file["diagnostics"]] == ["lock-outdated"]
    code, out, _ = run("validate", "tiny.yaml", "--locked", "--format", "sarif")
    assert json.loads(out)["runs"][0]["results"][0]["ruleId"] == "lock-outdated"
