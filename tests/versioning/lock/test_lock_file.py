"""What `flowspec lock` writes."""

import json
import os

import yaml
from hypothesis import given
from hypothesis import strategies as st

from flowspec.plan import plan
from flowspec.plan.fingerprint import fingerprints
from flowspec.source import read_text, to_yaml
from flowspec.spec import load_spec
from flowspec.versioning.lock import lock_of, lock_text
from flowspec.versioning.lock.runs import runs
from tests.laws.cases import CASES


def test_a_lock_stands_beside_its_spec_and_says_what_it_means(run, folder):
    assert run("lock", "tiny.yaml")[:2] == (0, "tiny.yaml.lock: written\n")
    lock = yaml.safe_load((folder / "tiny.yaml.lock").read_text(encoding="utf-8"))
    planned = plan(load_spec("tiny.yaml"))
    assert lock["spec"] == planned.spec
    assert lock["fingerprints"] == fingerprints(planned).model_dump()
    assert lock["signatures"]["log_prob"] == (
        "(side (B,) int32 below 5, y (B, 2) float32) -> (log_prob (B,) float32)"
    )
    assert lock["tools"].keys() >= {"flowspec", "tensorflow", "keras"}
    assert lock["variables"]["layers.0.[0-2].0.conditioner.dense_0.kernel"] == (
        "(6, 4) float32 glorot_uniform"
    )


def test_the_resolved_spec_in_a_lock_is_a_spec_with_the_same_lock(folder):
    planned = plan(load_spec("tiny.yaml"))
    again = plan(load_spec(read_text(lock_text(lock_of(planned), "a"), "a").plain()["spec"]))
    assert lock_of(again) == lock_of(planned)


def test_every_case_of_the_laws_is_read_back_as_it_was_written():
    for case in CASES:
        lock = lock_of(plan(load_spec(case.node)))
        text = lock_text(lock, "case.yaml")
        assert read_text(text, "a").plain() == yaml.safe_load(text) == json.loads(json.dumps(lock))


def test_a_lock_that_stands_is_left_alone(run, folder):
    run("lock", "tiny.yaml")
    file = folder / "tiny.yaml.lock"
    text = file.read_text(encoding="utf-8")
    older = text.replace("  flowspec: ", "  python: here\n  flowspec: ", 1)
    file.write_text(older, encoding="utf-8")
    assert run("lock", "tiny.yaml")[:2] == (0, "tiny.yaml.lock: unchanged\n")
    assert file.read_text(encoding="utf-8") == older
    file.unlink()
    run("lock", "tiny.yaml")
    assert file.read_text(encoding="utf-8") == text


def test_a_lock_does_not_depend_on_how_the_spec_is_written(folder):
    full = load_spec("tiny.yaml").as_node()
    assert lock_of(plan(load_spec(full))) == lock_of(plan(load_spec("tiny.yaml")))


def test_where_one_spec_is_wrong_no_lock_is_written(run, folder):
    (folder / "bad.yaml").write_text("flowspec: 1\n", encoding="utf-8")
    code, out, err = run("lock", "tiny.yaml", "bad.yaml")
    assert (code, out) == (1, "")
    assert "error[missing-key]" in err
    assert sorted(os.listdir(folder)) == ["bad.yaml", "tiny.yaml"]


def test_a_damaged_lock_is_written_anew(run, folder):
    run("lock", "tiny.yaml")
    file = folder / "tiny.yaml.lock"
    right = file.read_bytes()
    for damage in (b"", b"{", right[:200], right + b"\n<<<<<<< HEAD\n"):
        file.write_bytes(damage)
        assert run("lock", "tiny.yaml")[:2] == (0, "tiny.yaml.lock: written\n")
        assert file.read_bytes() == right


def test_json_says_which_locks_were_written(run, folder):
    for written in (True, False):
        code, out, _ = run("lock", "tiny.yaml", "--json")
        assert code == 0
        assert json.loads(out) == {"locks": [{"file": "tiny.yaml.lock", "written": written}]}


def test_what_validate_calls_a_difference_is_one_for_lock_too(run, folder):
    run("lock", "tiny.yaml")
    file = folder / "tiny.yaml.lock"
    right = file.read_text(encoding="utf-8")
    assert "trainable: true" in right
    file.write_text(right.replace("trainable: true", "trainable: 1", 1), encoding="utf-8")
    assert run("validate", "tiny.yaml", "--locked")[0] == 1
    assert run("lock", "tiny.yaml")[:2] == (0, "tiny.yaml.lock: written\n")
    assert file.read_text(encoding="utf-8") == right


def test_a_hook_learns_from_the_exit_code_that_a_lock_was_written(run, folder):
    for code in (1, 0):
        assert run("lock", "tiny.yaml", "--exit-code", "--quiet") == (code, "", "")


def test_standard_input_has_no_lock(run, folder):
    for command in (("lock", "-"), ("validate", "-", "--locked")):
        code, _, err = run(*command)
        assert (code, "error[lock-without-file]" in err) == (2, True)


def test_runs_are_merged_in_every_place_and_nothing_else_is():
    facts = {f"a.{i}.{j}.raw": "same" for i in range(2) for j in range(3)}
    assert runs(facts) == {"a.[0-1].[0-2].raw": "same"}
    assert runs({"a.0.x": "p", "a.1.x": "q", "a.3.x": "q"}) == {
        "a.0.x": "p", "a.1.x": "q", "a.3.x": "q",
    }  # fmt: skip
    assert runs({"a.0": "p", "b.1": "p", "c": "p"}) == {"a.0": "p", "b.1": "p", "c": "p"}


PATHS = st.lists(st.sampled_from(["a", "b", "0", "1", "2", "3"]), min_size=1, max_size=4)


@given(st.dictionaries(PATHS.map(".".join), st.sampled_from(["p", "q"]), max_size=20))
def test_runs_say_the_same_as_the_paths_one_by_one(facts):
    def spread(path):
        head, _, rest = path.partition("[")
        if not rest:
            return [path]
        ends, _, tail = rest.partition("]")
        start, end = map(int, ends.split("-"))
        return [p for number in range(start, end + 1) for p in spread(f"{head}{number}{tail}")]

    assert {path: fact for run, fact in runs(facts).items() for path in spread(run)} == facts


TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
SCALARS = (
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | TEXT
    | st.floats(allow_nan=False) | st.sampled_from(["no", "y", "1e3", "0x1", "~", ".inf", "a: b"])
)  # fmt: skip
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
)


@given(st.dictionaries(TEXT, DATA, min_size=1, max_size=4))
def test_what_is_written_as_yaml_is_read_back_by_this_reader_and_by_others(data):
    text = to_yaml(data)
    assert read_text(text, "a.yaml").plain() == data
    assert yaml.safe_load(text) == data
