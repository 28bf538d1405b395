"""The commands that ask a bundle about rows: sample, log-prob, ask, evaluate."""

import io
import json
import math
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from flowspec.data.rows import read_rows

TABLES = {"csv": pd.read_csv, "parquet": pd.read_parquet}


@pytest.fixture(scope="session")
def rows(flow, work):
    return read_rows(flow.plan, work / "rows.csv")


@pytest.fixture(scope="session")
def context(work):
    """The context as a file of every format."""
    table = pd.read_csv(work / "context.csv")
    table.to_parquet(work / "context.parquet")
    table.to_json(work / "context.jsonl", orient="records", lines=True, double_precision=15)
    np.savez(work / "context.npz", x=table.x)
    return work / "context.csv"


def table(text):
    return pd.read_csv(io.StringIO(text))


def close(found, wanted):
    return np.allclose(np.asarray(found), wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_with_a_seed_the_draws_are_those_of_python(run, bundle, flow, rows, size, work):
    code, out, err = run(
        "sample", bundle, "--context", work / "context.csv", "--seed", 7, "--batch-size", size
    )
    assert (code, err) == (0, "")
    assert close(table(out), flow.sample(x=rows["x"], seed=7))


@pytest.mark.parametrize("size", [4, 1000])
def test_several_draws_are_those_of_python_in_any_batches(run, bundle, flow, rows, size, work):
    words = ["--context", work / "context.csv", "--seed", -3, "-n", 3, "--batch-size", size]
    found = table(run("sample", bundle, *words)[1])
    wanted = flow.sample(3, x=rows["x"], seed=-3)
    assert list(found) == ["row", "draw", "a", "b"]
    assert found["row"].tolist() == [i for i in range(40) for _ in range(3)]
    assert found["draw"].tolist() == [0, 1, 2] * 40
    assert close(found[["a", "b"]], wanted.reshape(-1, 2))


@pytest.mark.parametrize("size", [3, 1000])
def test_a_flow_without_context_draws_as_python_does(run, alone, size):
    flow, bundle = alone
    words = ["-n", 10, "--seed", 5, "--batch-size", size]
    assert close(table(run("sample", bundle, *words)[1]), flow.sample(10, seed=5))
    assert len(table(run("sample", bundle)[1])) == 1


def test_rows_without_a_seed_differ(run, bundle, alone, work):
    words = ["sample", bundle, "--context", work / "context.csv"]
    assert run(*words)[1] != run(*words)[1]
    found = table(run("sample", alone[1], "-n", 9, "--batch-size", 3)[1])
    assert len(found.drop_duplicates()) == 9


@pytest.mark.parametrize("kind", ["csv", "jsonl", "npz", "parquet"])
def test_context_of_every_format_gives_the_same_draws(run, bundle, flow, rows, context, kind):
    given = context.with_suffix(f".{kind}")
    code, out, err = run("sample", bundle, "--context", given, "--seed", 1)
    assert (code, err) == (0, "")
    assert close(table(out), flow.sample(x=rows["x"], seed=1))


def test_log_prob_is_that_of_python_and_kept_columns_stand_before_it(run, bundle, flow, rows, work):
    given = work / "rows.csv"
    code, out, err = run("log-prob", bundle, given, "--keep", "--batch-size", 9)
    assert (code, err) == (0, "")
    assert close(table(out)["log_prob"], flow.log_prob(rows["y"], x=rows["x"]))
    kept = [line.rpartition(",")[0] for line in out.splitlines()]
    assert kept == given.read_text().splitlines()


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_results_go_into_a_file_of_its_ending(run, bundle, flow, rows, kind, work, tmp_path):
    written = tmp_path / f"out.{kind}"
    code, out, err = run("log-prob", bundle, work / "rows.csv", "-o", written)
    assert (code, out, err) == (0, "", "")
    wanted = flow.log_prob(rows["y"], x=rows["x"])
    assert close(TABLES[kind](written)["log_prob"], wanted)
    assert os.listdir(tmp_path) == [written.name]


def test_results_are_arrays_in_an_npz(run, bundle, flow, rows, work, tmp_path):
    words = ["--context", work / "context.csv", "-n", 3, "--seed", 2, "--keep", "--batch-size", 50]
    assert run("sample", bundle, *words, "-o", tmp_path / "out.npz")[0] == 0
    with np.load(tmp_path / "out.npz") as found:
        assert close(found["y"], flow.sample(3, x=rows["x"], seed=2))
        assert found["id"].tolist() == [f"r{i}" for i in range(40)]
        assert found["x"].shape == (40,)


def test_json_is_a_summary_beside_a_file_and_json_lines_without(run, bundle, work, tmp_path):
    words = ["sample", bundle, "--context", work / "context.csv", "-n", 2, "--keep", "--json"]
    code, out, _ = run(*words, "-o", tmp_path / "out.csv")
    assert (code, json.loads(out)) == (
        0,
        {
            "file": str(tmp_path / "out.csv"),
            "rows": 80,
            "columns": ["row", "draw", "id", "x", "a", "b"],
        },
    )
    lines = [json.loads(line) for line in run(*words)[1].splitlines()]
    assert len(lines) == 80
    assert list(lines[0]) == ["row", "draw", "id", "x", "a", "b"]
    assert lines[79]["id"] == "r39"


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("sample", ["a", "b"]),
        ("draws", ["row", "draw", "a", "b", "log_prob"]),
        ("centre", ["a", "b"]),
    ],
)
def test_an_output_is_asked_about_every_row(run, bundle, flow, rows, name, columns, work):
    seed = [] if name == "centre" else ["--seed", 4]
    words = [name, work / "context.csv", *seed, "--batch-size", 10]
    code, out, err = run("ask", bundle, *words)
    assert (code, err) == (0, "")
    assert list(table(out)) == columns
    from flowspec.seeds import row_seeds

    given = {} if name == "centre" else {"seed": row_seeds(4, 40)}
    wanted = flow.ask(name, x=rows["x"], **given)
    assert close(table(out)[["a", "b"]], wanted["y"].reshape(-1, 2))


def test_forward_undoes_inverse_through_files(run, bundle, rows, work, tmp_path):
    code, _, _ = run(
        "ask", bundle, "inverse", work / "rows.csv", "--keep", "-o", tmp_path / "z.csv"
    )
    assert code == 0
    latents = pd.read_csv(tmp_path / "z.csv")
    assert list(latents) == ["x", "a", "b", "latent.0", "latent.1"]
    latents.drop(columns=["a", "b"]).to_parquet(tmp_path / "z.parquet")
    code, out, _ = run("ask", bundle, "forward", tmp_path / "z.parquet")
    assert code == 0
    assert np.allclose(table(out)[["a", "b"]], rows["y"], atol=1e-4)


def test_seeds_are_read_from_a_column(run, bundle, flow, rows, work, tmp_path):
    seeds = 2**62 + np.arange(40)
    data = pd.read_csv(work / "context.csv").assign(seed=seeds)
    data.to_csv(tmp_path / "in.csv", index=False)
    found = table(run("ask", bundle, "sample", tmp_path / "in.csv")[1])
    assert close(found, flow.ask("sample", x=rows["x"], seed=seeds)["y"])


def test_a_flow_without_context_is_asked_for_rows_or_about_seeds(run, alone, tmp_path):
    flow, bundle = alone
    words = ["ask", bundle, "sample_and_log_prob"]
    found = table(run(*words, "--rows", 5, "--seed", 3, "--batch-size", 2)[1])
    assert list(found) == ["y.0", "y.1", "log_prob"]
    assert close(found[["y.0", "y.1"]], flow.sample(5, seed=3))
    (tmp_path / "seeds.csv").write_text("seed\n8\n9\n")
    found = table(run(*words, tmp_path / "seeds.csv")[1])
    assert close(found["log_prob"], flow.ask("sample_and_log_prob", seed=[8, 9])["log_prob"])


def test_evaluate_tells_the_mean_its_error_and_bits(run, bundle, flow, rows, work):
    nll = -flow.log_prob(rows["y"], x=rows["x"]).astype(float)
    code, out, err = run("evaluate", bundle, work / "rows.csv", "--json", "--batch-size", 7)
    found = json.loads(out)
    assert (code, err, found["rows"]) == (0, "", 40)
    assert close(found["negative_log_likelihood"], nll.mean())
    assert close(found["standard_error"], nll.std(ddof=1) / math.sqrt(40))
    assert close(found["bits_per_dimension"], nll.mean() / 2 / math.log(2))
    out = run("evaluate", bundle, work / "rows.npz")[1]
    assert out.startswith(f"{work / 'rows.npz'}: {nll.mean():.4f} ± ")
    assert out.endswith(" bits per dimension, 40 rows\n")


def test_one_row_has_no_standard_error(run, bundle, tmp_path):
    (tmp_path / "one.csv").write_text("x,a,b\n1,2,3\n")
    assert (
        json.loads(run("evaluate", bundle, tmp_path / "one.csv", "--json")[1])["standard_error"]
        is None
    )
    assert "±" not in run("evaluate", bundle, tmp_path / "one.csv")[1]


@pytest.mark.parametrize("command", ["log-prob", "evaluate"])
def test_data_come_from_standard_input(run, bundle, work, monkeypatch, command):
    data = (work / "rows.npz").read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    code, out, err = run(command, bundle, "-", "--input-format", "npz")
    assert (code, err) == (0, "")
    assert out == run(command, bundle, work / "rows.npz")[1].replace(str(work / "rows.npz"), "-")


def test_fit_reads_standard_input(run, work, tmp_path, monkeypatch):
    text = (work / "rows.csv").read_bytes()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))
    words = ["-", "-o", tmp_path / "one.bundle", "--json", "--epochs", 1]
    piped = json.loads(run("fit", work / "tiny.yaml", *words)[1])
    words = [work / "rows.csv", "-o", tmp_path / "two.bundle", "--json", "--epochs", 1]
    assert json.loads(run("fit", work / "tiny.yaml", *words)[1])["loss"] == piped["loss"]


@pytest.mark.parametrize(
    ("words", "code", "slug"),
    [
        (["log-prob", "{bundle}", "{work}/context.csv"], 1, "missing-input"),
        (["log-prob", "{bundle}", "{work}/rows.csv", "-o", "out.xls"], 2, "unknown-format"),
        (["log-prob", "{bundle}", "{work}/rows.csv", "-o", "no/out.csv"], 2, "cannot-write"),
        (["log-prob", "{bundle}", "{work}/rows.xls"], 1, "unknown-format"),
        (["log-prob", "{bundle}", "{work}/no.csv"], 1, "unreadable-file"),
        (["log-prob", "{bundle}", "-", "--input-format", "jsonl"], 1, "empty-file"),
        (["evaluate", "{bundle}", "{work}/context.csv"], 1, "missing-input"),
        (["sample", "{bundle}", "--context", "{work}/rows.csv", "--keep"], 2, "name-taken"),
        (["sample", "{alone}", "--context", "{work}/rows.csv"], 2, "no-context-inputs"),
        (["sample", "{alone}", "--keep"], 2, "no-context-inputs"),
        (["ask", "{bundle}", "invers", "{work}/rows.csv"], 2, "unknown-output"),
        (["ask", "{bundle}", "inverse"], 2, "missing-data"),
        (["ask", "{bundle}", "inverse", "{work}/rows.csv", "--seed", "1"], 2, "without-effect"),
        (["ask", "{bundle}", "sample", "{work}/rows.csv", "-n", "1"], 2, "without-effect"),
        (["ask", "{alone}", "sample", "--keep"], 2, "without-effect"),
        (["ask", "{alone}", "sample", "{work}/rows.csv", "--seed", "1"], 2, "answered-twice"),
        (["ask", "{alone}", "sample", "{work}/rows.csv"], 1, "missing-input"),
    ],
)
def test_mistakes_are_told_before_tensorflow_is_loaded(
    run, bundle, alone, work, words, code, slug, monkeypatch, tmp_path
):
    monkeypatch.setattr("flowspec.cli.source.start_tensorflow", lambda: pytest.fail("too late"))
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    monkeypatch.chdir(tmp_path)
    places = {"bundle": bundle, "alone": alone[1], "work": work}
    got, out, err = run(*(word.format(**places) for word in words))
    assert (got, out) == (code, "")
    assert slug in err
    assert os.listdir(tmp_path) == []


def test_a_fault_in_a_late_batch_leaves_no_file(run, bundle, work, tmp_path):
    lines = (work / "rows.csv").read_text().splitlines()
    (tmp_path / "in.csv").write_text("\n".join([*lines, "1,nan,2"]))
    words = ["log-prob", bundle, tmp_path / "in.csv", "--batch-size", 10]
    code, out, err = run(*words, "-o", tmp_path / "out.csv")
    assert (code, out) == (1, "")
    assert f"--> {tmp_path / 'in.csv'}:42:3" in err
    assert os.listdir(tmp_path) == ["in.csv"]
    code, out, _ = run(*words)
    assert (code, len(out.splitlines())) == (1, 41)


def flowspec(*words, **options):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(
        [sys.executable, "-m", "flowspec", *map(str, words)], **{**pipes, **options}
    )


def test_a_closed_pipe_ends_a_command_quietly(bundle, work):
    from flowspec.cli.main import CLOSED_PIPE

    words = ["--context", work / "context.csv", "-n", 10_000, "--batch-size", 10_000]
    with flowspec("sample", bundle, *words) as process:
        assert process.stdout.readline() == "row,draw,a,b\n"
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait() == CLOSED_PIPE


def test_an_interrupt_ends_a_command_and_leaves_nothing(bundle, work, tmp_path):
    from flowspec.cli.main import INTERRUPTED

    words = ["log-prob", bundle, "-", "-o", tmp_path / "out.csv", "--batch-size", 1000]
    with flowspec(*words, stdin=subprocess.PIPE) as process:
        process.stdin.write("x,a,b\n" + "1,2,3\n" * 20_000)
        process.stdin.flush()
        while process.poll() is None and not any(f.stat().st_size for f in tmp_path.iterdir()):
            time.sleep(0.01)
        assert os.listdir(tmp_path) != []
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    assert (process.returncode, out, err.strip()) == (INTERRUPTED, "", "interrupted")
    assert os.listdir(tmp_path) == []
